"""The cache that all processes share."""

from uuid import uuid4

from django.core.cache import cache


def test_every_question_goes_through_one_client():
    clients = {id(cache._cache.get_client(key, write=write)) for key in ("a", "b") for write in (False, True)}
    assert len(clients) == 1
    key = uuid4().hex
    cache.set(key, [1, "two"], 60)
    assert cache.get(key) == [1, "two"]
    cache.delete(key)
    assert cache.get(key) is None
