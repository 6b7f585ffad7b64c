"""The product's settings with one more app, which notes every event it is owed."""

from casefy.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.durability.observer"]  # noqa: F405
