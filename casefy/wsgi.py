"""The web application (WSGI)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from casefy import later

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casefy.settings")

later.load_heavy_ones_later()
application = get_wsgi_application()

# What is loaded by now stays for ever: the collector need not walk it again at every turn.
gc.collect()
gc.freeze()
