"""An act on a case that waited for it judges by the rights and the template as they are when its turn comes."""

from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.utils.timezone import now

from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.ending import close_case
from cases.actions.moving import move_case
from cases.actions.opening import open_case
from cases.actions.pausing import hold_case, reach_follow_up
from cases.models import Case
from templates_app.models import TemplateVersion
from tenants.actions.members import change_member_role, deactivate_member
from tenants.actions.roles import create_role, update_role
from tenants.actions.tokens import create_token, revoke_token
from tenants.actor import system_actor
from tenants.entering import enter_by_token
from tenants.scope import reading
from tests.acting import acts
from tests.cases.kit import without
from tests.races.waiting import waiting_for, waiting_to_be_counted


def demoted(office):
    """The colleague becomes an auditor: may look, and change nothing."""
    change_member_role(
        by=office.cast.owner.actor, member_id=office.by.id, role_id=office.cast.role("auditor").id
    )


ACTS = {
    "move": lambda by, case: move_case(by=by, case_id=case.id, to="review"),
    "change": lambda by, case: change_fields(by=by, case_id=case.id, values={"company": "Byron"}),
    "comment": lambda by, case: comment_on_case(by=by, case_id=case.id, text="Done"),
    "close": lambda by, case: close_case(by=by, case_id=case.id, outcome="won"),
    "assign": lambda by, case: assign_case(by=by, case_id=case.id),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_whoever_lost_the_permission_while_waiting_is_refused(office, act):
    case, by = office.open(), office.by.actor
    with waiting_for(case) as line:
        waited = line.join(lambda: act(by, case))
        demoted(office)
    assert waited.code == "forbidden"
    assert "Olga Owner can" in waited.refusal.message
    assert office.case(case.id).version == 1


def test_whoever_was_given_the_permission_while_waiting_may(office):
    case, reader = office.open(), office.cast.reader
    by = reader.actor
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        role = office.cast.role("case_worker")
        change_member_role(by=office.cast.owner.actor, member_id=reader.id, role_id=role.id)
    assert waited.code == ""
    assert office.case(case.id).stage == "review"


def test_a_role_edited_while_an_act_waits_counts_as_it_is_now(office):
    owner = office.cast.owner.actor
    role = create_role(by=owner, name="Movers", permissions=["case.view", "case.move"])
    change_member_role(by=owner, member_id=office.by.id, role_id=role.id)
    case, by = office.open(by=owner), office.by.actor
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        update_role(by=owner, role_id=role.id, name="Movers", permissions=["case.view"])
    assert waited.code == "forbidden"


def test_what_was_closed_while_a_member_leaves_is_not_counted_as_handed_over(office):
    cast, leaver = office.cast, office.cast.designer
    first, second = office.open("One", owner=leaver.id), office.open("Two", owner=leaver.id)
    by = cast.owner.actor
    with acts(cast.organization, says=["case.closed", "case.assigned", "member.deactivated"]) as acted:
        with waiting_for(first) as line:
            closing = line.join(lambda: close_case(by=office.by.actor, case_id=first.id, outcome="won"))
            leaving = line.join(
                lambda: deactivate_member(by=by, member_id=leaver.id, hand_over_to=office.by.id)
            )
        assert (closing.code, leaving.code) == ("", "")
    assert [office.case(case.id).owner_id for case in (first, second)] == [leaver.id, office.by.id]
    assert (
        acted.events[-1].sentence
        == "deactivated Dora Designer and handed 1 running case over to Carl Colleague"
    )


def test_a_member_deactivated_while_an_act_waits_is_let_out(office):
    case, by = office.open(), office.by.actor
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        deactivate_member(by=office.cast.owner.actor, member_id=office.by.id)
    assert waited.code == "let_out"
    assert waited.refusal.message == "You are no longer a member here. Ask an owner to take you back."


def as_token(office, **more):
    """The colleague's API token as an actor, and its id."""
    made = create_token(by=office.by.actor, name="Script", **more)
    with reading():
        return enter_by_token(made.secret).actor(), made.token.id


def test_a_token_revoked_while_an_act_waits_works_no_longer(office):
    (by, token_id), case = as_token(office), office.open()
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        revoke_token(by=office.by.actor, token_id=token_id)
    assert waited.code == "let_out"
    assert "token was revoked" in waited.refusal.message


def test_a_token_that_expires_while_an_act_waits_works_no_longer(office, superuser):
    (by, token_id), case = as_token(office, expires_at=now() + timedelta(hours=1)), office.open()
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        superuser.execute("UPDATE tenants_token SET expires_at = now() WHERE id = %s", [token_id])
    assert waited.code == "let_out"


def test_a_token_keeps_to_its_scopes_whatever_its_member_may(office):
    (by, _), case = as_token(office, scopes=["case.view", "case.move"]), office.open()
    with waiting_for(case) as line:
        moves = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        closes = line.join(lambda: close_case(by=by, case_id=case.id, outcome="won"))
        change_member_role(
            by=office.cast.owner.actor, member_id=office.by.id, role_id=office.cast.role("owner").id
        )
    assert (moves.code, closes.code) == ("", "forbidden")


def test_a_move_forbidden_by_a_version_published_meanwhile_is_refused_with_the_reason(office):
    case, by = office.open(), office.by.actor
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        office.republish(forbidden_moves=frozenset({("intake", "review")}))
    assert waited.code == "move_not_possible"
    assert waited.refusal.message == "The template does not allow going from Intake to Review."


def test_what_a_version_published_meanwhile_asks_for_is_asked_for(office):
    case, by = office.open(), office.by.actor
    fields = office.template().definition.fields
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        office.republish(
            fields=tuple(replace(f, required_from="review" if f.key == "due" else None) for f in fields)
        )
    assert waited.code == "fields_missing"
    assert waited.refusal.fields == {"due": "Due is needed in Review."}


def test_a_stage_retired_between_drawing_the_move_and_the_lock_takes_no_case(office):
    case, by = office.open(), office.by.actor
    with waiting_for(case) as line:
        waited = line.join(lambda: move_case(by=by, case_id=case.id, to="review"))
        office.republish(**without(office.template().definition, "review"))
    assert waited.code == "move_not_possible"
    assert "Review is retired" in waited.refusal.message


def test_whoever_lost_the_permission_while_others_opened_cases_opens_none(office):
    case, by = office.open(), office.by.actor
    with waiting_to_be_counted(case.template_id) as line:
        waited = line.join(lambda: office.open(by=by))
        demoted(office)
    assert waited.code == "forbidden"
    assert office.open(by=office.cast.owner.actor).number.endswith("00002"), "a refused case takes no number"


def test_whoever_opens_a_case_waits_in_a_queue_and_gets_the_number_of_their_turn(office, superuser):
    first, by = office.open(), office.by.actor
    with waiting_to_be_counted(first.template_id) as line:
        waited = [line.join(lambda: office.open(by=by)) for _ in range(4)]
        at = waited_for(superuser, 4)
    assert at == ["advisory", "advisory", "advisory", "transactionid"], "one alone waits at the row"
    assert [each.code or each.returned.number[-5:] for each in waited] == ["00002", "00003", "00004", "00005"]


WAITED_FOR = """
SELECT wait_event FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' ORDER BY wait_event
"""


def waited_for(superuser, processes):
    """What so many processes wait for: each says so a moment after it has queued, and not while it looks around."""
    until = monotonic() + 60
    while len(found := superuser.execute(WAITED_FOR).fetchall()) < processes:
        assert monotonic() < until, found
        sleep(0.01)
    return [event for (event,) in found]


def test_a_template_retired_while_others_opened_cases_takes_no_more(office):
    case, by = office.open(), office.by.actor
    with waiting_to_be_counted(case.template_id) as line:
        waited = line.join(lambda: office.open(by=by))
        office.retire()
    assert waited.code == "template_retired"


def test_a_case_is_opened_by_the_version_published_while_it_waited_for_its_number(office):
    first, by = office.open(), office.by.actor
    with waiting_to_be_counted(first.template_id) as line:
        waited = line.join(lambda: office.open(by=by))
        published = office.republish(number_pattern="NEW-{year}-{number:05}")
    assert waited.code == ""
    assert (waited.returned.number[:4], waited.returned.number[-5:]) == ("NEW-", "00002")
    assert waited.returned.template_version_id == published.version_id


def test_a_reference_is_given_once_though_the_numbers_of_two_cases_are_counted_apart(office):
    first, by = office.open(), office.by.actor
    version = office.template().version_id
    with waiting_for(TemplateVersion(id=version)) as line:
        earlier = line.join(lambda: office.open(by=by, external_ref="CRM-17"))
        office.republish(number_pattern="ON-{number:05}")
        now_by = office.by.actor
        later = line.join(lambda: office.open(by=now_by, external_ref="CRM-17"))
    assert (earlier.code, later.code) == ("", "external_ref_taken")
    assert list(later.refusal.fields) == ["external_ref"]
    assert earlier.returned.number[:-5] == first.number[:-5]


def test_numbers_that_begin_anew_at_that_very_moment_are_asked_for_again(office):
    first, by = office.open(), office.by.actor
    with waiting_to_be_counted(first.template_id) as line:
        waited = line.join(lambda: office.open(by=by))
        office.republish(number_pattern="ON-{number:05}")
    assert waited.code == "busy"
    assert open_case(by=office.by.actor, template="onboarding", title="Again").number == "ON-00001"


def test_of_two_workers_one_alone_says_that_the_day_to_look_again_has_come(office):
    case, by = office.open(), system_actor(office.cast.organization.id)
    hold_case(by=office.by.actor, case_id=case.id, reason="Waiting", until=now().date() + timedelta(days=1))
    with office.cast.scope:
        Case.objects.filter(id=case.id).update(follow_up_on=now().date() - timedelta(days=1))
    with waiting_for(case) as line:
        both = [line.join(lambda: reach_follow_up(by=by, case_id=case.id)) for _ in range(2)]
    assert [each.code for each in both] == ["", "conflict"]
    assert office.case(case.id).version == 3
