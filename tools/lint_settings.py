"""The product's settings with the migration linter beside them: used by `make lint` alone."""

from casefy.settings import *  # noqa: F403
from casefy.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "django_migration_linter"]
