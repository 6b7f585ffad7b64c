"""Tests of one group run in one process, one after the other: they share a product, or what a machine has once.

pytest-xdist 3.8 tells its scheduler of groups by a mark in each test's id, and pytest 9.2 no longer takes the mark
(https://github.com/pytest-dev/pytest-xdist/issues/1386): the groups were not kept, without a word. Here it is set.
"""

import pytest
from _pytest.nodeid import NodeId


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """First what is rolled back, on a database that nobody wrote to yet; then the groups, the rest fills the gaps."""
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group and not item.nodeid.endswith(f"@{group.args[0]}"):
            path, _, name = item.nodeid.partition("::")
            item._id = NodeId(path=path, names=(f"{name}@{group.args[0]}",))
    items.sort(key=_place)


def _place(item) -> int:
    if item.get_closest_marker("xdist_group"):
        return 1
    return 0 if "db" in item.fixturenames or item.get_closest_marker("django_db") else 2
