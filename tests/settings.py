"""The product's settings, on the test services. Nothing else differs but what would need a second process."""

import os

from tests import services

_running = services.running()
_label = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATABASE_URL"] = _running.address("casefy_app", f"casefy_t_{os.getpid()}_{_label}")
os.environ["OWNER_DATABASE_URL"] = _running.address("casefy_owner", f"casefy_t_{os.getpid()}_{_label}")
os.environ["REDIS_URL"] = _running.valkey.url(services.valkey_database())
os.environ["SECRET_KEY"] = "only-for-tests-0123456789-0123456789-0123456789"
os.environ["CASEFY_POOL_SIZE"] = "0"  # a pool's background threads would outlive the tests' own threads
os.environ["CASEFY_DEMO"] = "0"

from casefy.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
STATIC_ROOT = services.HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
