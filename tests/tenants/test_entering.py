"""The door of an organization: who comes in, in how many statements, and what they find inside."""

from uuid import uuid4

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.db import InternalError, connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone, translation

from casefy.writing import writing
from tenants.models import Member, Organization, Role, User
from tenants.scope import reading, scoped_to
from tests.acting import body_of


def look(request, slug):
    return HttpResponse(
        f"{request.organization.name} {request.actor.label} {Member.objects.count()} "
        f"{timezone.get_current_timezone_name()} {translation.get_language()} "
        f"{writing().write_number('1234.5')}"
    )


def try_to_write(request, slug):
    Role.objects.create(organization_id=request.organization.id, key="x", name="X")
    return HttpResponse("written")


def write(request, slug):
    with transaction.atomic(durable=True):
        Role.objects.create(organization_id=request.organization.id, key=uuid4().hex, name=uuid4().hex)
    return HttpResponse("written")


def stream(request, slug):
    return StreamingHttpResponse(iter(["a"]))


urlpatterns = [
    path("o/<slug:slug>/look", look),
    path("o/<slug:slug>/try", try_to_write),
    path("o/<slug:slug>/write", write),
    path("o/<slug:slug>/stream", stream),
    path("accounts/login/", look, name="account_login"),
]
pytestmark = pytest.mark.usefixtures("these_addresses")


@pytest.fixture
def these_addresses():
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def house(committed):
    """An organization in Lisbon with one member; committed, for the writes."""
    organization = Organization(
        name="Acme", slug=f"acme-{uuid4().hex[:8]}", time_zone="Europe/Lisbon", locale="pt-br"
    )
    user = User.objects.create_user(f"{uuid4().hex}@example.org", "x", name="Ada")
    with scoped_to(organization.id), transaction.atomic():
        organization.save(force_insert=True)
        role = Role.objects.create(
            organization=organization, key="owner", name="Owner", permissions=["case.view"]
        )
        Member.objects.create(organization=organization, user=user, name="Ada", email=user.email, role=role)
    return organization, user


def test_a_member_comes_in_with_one_statement_and_finds_their_zone_and_way_of_writing(house, client):
    organization, user = house
    client.force_login(user)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = client.get(f"/o/{organization.slug}/look")
    assert response.content.decode() == "Acme Ada 1 Europe/Lisbon en 1.234,5"
    said = [q["sql"] for q in seen]
    assert [sql for sql in said if "porter." in sql or "tenants_user" in sql] == said[1:2]
    assert said[0] == "BEGIN READ ONLY"


def test_a_question_cannot_change_anything(house, client):
    organization, user = house
    client.force_login(user)
    with pytest.raises(InternalError, match="read-only"):
        client.get(f"/o/{organization.slug}/try")


def test_an_act_opens_its_own_transaction(house, client):
    organization, user = house
    client.force_login(user)
    assert client.post(f"/o/{organization.slug}/write").content == b"written"


def test_for_a_stranger_the_organization_does_not_exist(house, client):
    organization, _ = house
    stranger = User.objects.create_user(f"{uuid4().hex}@example.org", "x", name="Eve")
    client.force_login(stranger)
    for method in ("get", "post", "put", "delete", "head"):
        theirs = getattr(client, method)(f"/o/{organization.slug}/look")
        nobodys = getattr(client, method)(f"/o/{uuid4().hex}/look")
        assert (theirs.status_code, body_of(theirs)) == (404, body_of(nobodys))


def test_a_visitor_is_asked_to_log_in_and_brought_back(house, client):
    organization, _ = house
    response = client.get(f"/o/{organization.slug}/look?a=1")
    assert response["Location"] == f"/accounts/login/?next=/o/{organization.slug}/look%3Fa%3D1"
    fragment = client.get(
        f"/o/{organization.slug}/look",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/o/x/cases"},
    )
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/accounts/login/?next=/o/x/cases")


def test_a_session_ends_with_its_password_and_with_its_user(house, client):
    organization, user = house
    page = f"/o/{organization.slug}/look"
    client.force_login(user)
    for ending in ({"password": "another"}, {"is_active": False}):
        User.objects.filter(id=user.id).update(password=user.password, is_active=True)
        assert client.get(page).status_code == 200
        User.objects.filter(id=user.id).update(**ending)
        for method in ("get", "post"):
            assert getattr(client, method)(page)["Location"] == f"/accounts/login/?next={page}"


def test_a_session_of_nobody_asks_the_database_nothing(house, client):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/o/{house[0].slug}/look").status_code == 302
    assert len(seen) == 0


def test_a_session_made_by_another_way_of_logging_in_counts_no_longer(house, client):
    organization, user = house
    client.force_login(user)
    session = client.session
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    assert client.get(f"/o/{organization.slug}/look").status_code == 302


def test_a_question_inside_a_transaction_costs_no_statement_and_sees_the_same_tenant(house):
    organization, _ = house
    with scoped_to(organization.id), reading(), CaptureQueriesContext(connection) as seen, reading():
        assert Member.objects.get().name == "Ada"
    assert len(seen) == 1


def test_a_stream_that_would_outlive_its_transaction_is_refused(house, client):
    organization, user = house
    client.force_login(user)
    with pytest.raises(RuntimeError, match="outlives"):
        client.get(f"/o/{organization.slug}/stream")
