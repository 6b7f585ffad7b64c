"""A browser's session, for measuring pages."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.world import World
from tenants.models import Member, User
from tenants.scope import reading, scoped_to


def logged_in(world: World) -> dict[str, str]:
    """Return the headers of somebody who is logged in as the organization's owner."""
    with scoped_to(world.organization_id), reading():
        user_id = Member.objects.values_list("user_id", flat=True).get(name=world.by.label)
    user = User.objects.get(id=user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}", "Accept": "text/html"}
