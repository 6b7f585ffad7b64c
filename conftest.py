"""Loads what all tests share; see tests/databases.py for how they get their database."""

pytest_plugins = ["tests.drawing", "tests.grouping", "tests.databases", "tests.cast", "tests.browsers"]
