"""The product on a port of this process, on the test services, for browsers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


def prepare() -> None:
    """Set Django up on a new test database. Call before anything of the product is imported."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings

    from tests import services

    name = services.new_database("main")
    if name != settings.DATABASES["default"]["NAME"]:
        raise RuntimeError(f"the database is called {name}, the settings name another")


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """Serve while the block runs, the built files straight from static/build; yields the address."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            pass

    before = {name: getattr(settings, name) for name in ("STORAGES", "LIVE_URL")}
    settings.STORAGES = {
        **settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }  # fmt: skip
    settings.LIVE_URL = ""  # there is no live-updates process here: pages poll
    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.set_app(StaticFilesHandler(WSGIHandler()))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
        for name, value in before.items():
            setattr(settings, name, value)


def session_of(user: object) -> str:
    """Return the key of a session in which this user is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    session.save()
    return str(session.session_key)
