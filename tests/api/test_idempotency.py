"""One request, one effect, one answer: whatever is repeated, and however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils.timezone import now

from api.models import KeptAnswer
from api.tasks import forget_answers
from cases.models import Case
from tenants.scope import scoped_to
from tests.api.kit import Api, refused

BODY = {"template": "onboarding", "title": "Lovelace Ltd", "values": {"company": "Lovelace"}}


def test_the_same_request_again_gets_the_same_answer_and_has_no_second_effect(api, office):
    first = api("POST", "cases", BODY, idempotency_key="open-1")
    again = api("POST", "cases", BODY, idempotency_key="open-1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert (first["ETag"], first["Location"]) == (again["ETag"], again["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert len(api.get("cases")["results"]) == 1


def test_a_key_in_quotes_is_the_same_key(api, office):
    api.post("cases", BODY, status=201, idempotency_key='"open-1"')
    assert api("POST", "cases", BODY, idempotency_key="open-1")["Idempotency-Replayed"] == "true"
    refused(api("POST", "cases", BODY, idempotency_key='"open-1'), 400, "bad_idempotency_key")


def test_the_answer_stays_as_it_was_when_the_case_goes_on(api, office):
    case = office.open()
    first = api.post(f"cases/{case.id}/move", {"to": "review"}, idempotency_key="m")
    api.post(f"cases/{case.id}/comments", {"text": "meanwhile"})
    assert api.post(f"cases/{case.id}/move", {"to": "review"}, idempotency_key="m") == first
    assert api.get(f"cases/{case.id}")["version"] == 3


def test_another_body_under_the_same_key_is_refused_and_changes_nothing(api, office):
    api.post("cases", BODY, status=201, idempotency_key="k")
    refused(api("POST", "cases", BODY | {"title": "Other"}, idempotency_key="k"), 422, "key_reused")
    assert len(api.get("cases")["results"]) == 1


def test_the_same_key_on_another_case_is_refused_too(api, office):
    one, two = office.open(), office.open()
    api.post(f"cases/{one.id}/move", {"to": "review"}, idempotency_key="k")
    refused(api("POST", f"cases/{two.id}/move", {"to": "review"}, idempotency_key="k"), 422, "key_reused")


def test_a_key_belongs_to_one_token(api, owner, office):
    api.post("cases", BODY, status=201, idempotency_key="k")
    owner.post("cases", BODY | {"title": "Of the owner"}, status=201, idempotency_key="k")
    assert len(api.get("cases")["results"]) == 2


def test_sixteen_duplicates_at_once_have_one_effect_and_one_answer(api, office):
    case = office.open()

    def move(number: int) -> tuple[int, bytes]:
        try:
            response = Api(api.secret)(
                "POST", f"cases/{case.id}/move", {"to": "review"}, idempotency_key="same"
            )
            return response.status_code, response.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(move, range(16)))
    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert office.case(case.id).version == 2


def test_sixteen_duplicates_open_one_case_and_leave_no_gap_in_the_numbers(api, office):
    def open_(number: int) -> int:
        try:
            return Api(api.secret)("POST", "cases", BODY, idempotency_key="same").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(open_, range(16))) == {201}
    assert office.open().number.endswith("-00002")


def test_a_refused_request_keeps_nothing_and_is_judged_afresh(api, office):
    case = office.open()
    refused(api("POST", f"cases/{case.id}/resume", {}, idempotency_key="k"), 409, "wrong_status")
    api.post(f"cases/{case.id}/hold", {"reason": "Wait."})
    assert api.post(f"cases/{case.id}/resume", {}, idempotency_key="k")["status"] == "open"


def test_a_crash_before_the_answer_is_kept_takes_the_effect_back(api, office, monkeypatch):
    case = office.open()

    def crash(*_):
        raise SystemExit  # the process dies with act and answer in one open transaction

    with monkeypatch.context() as patched:
        patched.setattr("api.once.Claim.keep", crash)
        with pytest.raises(SystemExit):
            api("POST", f"cases/{case.id}/move", {"to": "review"}, idempotency_key="k")
    assert office.case(case.id).version == 1
    assert api.post(f"cases/{case.id}/move", {"to": "review"}, idempotency_key="k")["version"] == 2


def test_an_act_that_changes_nothing_is_remembered_as_well(api, office):
    case = office.open()
    first = api.post(f"cases/{case.id}/assign", {}, idempotency_key="k")
    api.post(f"cases/{case.id}/assign", {"owner": str(office.cast.colleague.id)})
    assert api.post(f"cases/{case.id}/assign", {}, idempotency_key="k") == first
    assert office.case(case.id).owner_id == office.cast.colleague.id


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "ä"])
def test_a_key_that_is_none_is_refused(api, office, key):
    refused(api("POST", "cases", BODY, idempotency_key=key), 400, "bad_idempotency_key")


def test_what_waits_for_the_commit_runs_after_the_one_commit(api, office, monkeypatch):
    told = []
    monkeypatch.setattr(
        "timeline.record.announce", lambda organization_id, _message: told.append(_versions(organization_id))
    )
    case = office.open()
    told.clear()
    api.post(f"cases/{case.id}/move", {"to": "review"}, idempotency_key="k")
    assert told == [[2]]


def _versions(organization_id):
    with scoped_to(organization_id), transaction.atomic():
        return list(Case.objects.values_list("version", flat=True))


def test_answers_are_forgotten_after_a_day_and_the_key_is_free_again(api, office):
    api.post("cases", BODY, status=201, idempotency_key="old")
    api.post("cases", BODY, status=201, idempotency_key="new")
    with office.cast.scope:
        KeptAnswer.objects.filter(key="old").update(created_at=now() - timedelta(hours=25))
    api.post("cases", BODY | {"title": "Another day"}, status=201, idempotency_key="old")
    with office.cast.scope:
        KeptAnswer.objects.filter(key="old").update(created_at=now() - timedelta(hours=25))
    assert forget_answers() >= 1
    with office.cast.scope:
        assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["new"]
