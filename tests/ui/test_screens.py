"""The screens without a browser: their fragments, and what people wrote shown as text."""

import re
from dataclasses import replace
from unittest.mock import ANY

import pytest
from django.test import Client

from cases.actions.commenting import comment_on_case
from cases.actions.ending import cancel_case
from cases.actions.moving import move_case
from templates_app.actions.fields import add_field
from ui.markdown import as_html

SCREENS = ("inbox", "inbox?tab=mine", "inbox?tab=unowned", "boards", "boards/onboarding", "cases",
           "cases?template=onboarding", "cases/{number}", "cases/{number}/move", "cases/new", "timeline")  # fmt: skip
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture
def office(cast):
    from tests.cases.kit import Office

    return Office(cast)


@pytest.fixture
def visit(office):
    """Ask for a screen as Olga, the owner."""
    client = Client()
    client.force_login(office.cast.owner.user)
    slug = office.cast.organization.slug

    def ask(path, number="", **headers):
        return client.get(f"/o/{slug}/{path.format(number=number)}", headers=headers)

    return ask


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_a_page_for_a_browser_and_pieces_for_htmx(office, visit, screen):
    number = office.open().number
    page = visit(screen, number).content.decode()
    pieces = visit(screen, number, **{"HX-Request": "true"}).content.decode()
    assert page.startswith("<!doctype html>")
    assert pieces.startswith("<hx-partial hx-target=")
    assert "<html" not in pieces


def test_what_people_wrote_is_shown_as_text(office, visit):
    case = office.open(EVIL, {"company": EVIL, "notes": EVIL})
    comment_on_case(by=office.by.actor, case_id=case.id, text=f"Hello {EVIL} [x](javascript:alert(3))")
    for screen in ("boards/onboarding", "cases?template=onboarding", "cases/{number}", "timeline"):
        html = visit(screen, case.number).content.decode()
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "javascript:alert" not in html
        assert screen == "timeline" or "&lt;script&gt;alert(1)" in html


def test_a_refused_act_is_a_toast_for_htmx_and_a_page_for_a_browser(office):
    case = office.open()
    client = Client()
    client.force_login(office.cast.reader.user)
    address = f"/o/{office.cast.organization.slug}/cases/{case.number}/move"
    page = client.post(address, {"to": "review"})
    assert (page.status_code, page["Vary"]) == (403, ANY)
    toast = client.post(address, {"to": "review"}, headers={"HX-Request": "true"})
    assert toast.status_code == 403
    assert b'hx-target="#toasts"' in toast.content
    assert b"You may not move cases" in toast.content


def test_a_filter_that_makes_no_sense_says_so_and_leaves_the_rest(visit):
    answer = visit("cases?template=nowhere&status=running")
    assert answer.status_code == 422
    assert b"There is no such template." in answer.content


def test_a_filter_that_makes_no_sense_can_be_mended_where_it_was_asked(visit):
    answer = visit("cases?template=onboarding&field.amount.gte=5+EURO")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Enter an amount and at most one currency" in page
    assert 'name="field.amount.gte" value="5 EURO"' in page
    assert "Amount at least 5 EURO" in page


@pytest.mark.parametrize(
    "name",
    ["q", "external_ref", "template", "stage", "status", "owner", "team", "sort", "cursor", "field.company"],
)
def test_a_filter_that_no_text_can_be_is_no_error(visit, name):
    assert visit(f"cases?template=onboarding&{name}=a%00b").status_code == 422
    assert visit(f"cases?template=onboarding&{name}=%ff%fe").status_code in (200, 422)


def test_a_list_narrowed_to_a_reference_says_so_and_where_it_was_asked(visit):
    page = visit("cases?template=onboarding&external_ref=CRM-7").content.decode()
    assert "Reference is CRM-7" in page
    assert re.search(r'name="external_ref"[^>]*value="CRM-7"', page)
    assert 'name="external_ref"' not in visit("cases").content.decode(), "references belong to a template"


def test_an_amount_that_is_looked_for_says_in_which_currency(visit):
    for given, said in (("5+EUR", "at least 5 EUR<"), ("5", "at least 5 in any currency<")):
        assert (
            f"Amount {said}" in visit(f"cases?template=onboarding&field.amount.gte={given}").content.decode()
        )


def test_every_page_of_an_organization_says_where_to_listen_and_how_to_go_on(office):
    cast = office.cast
    for player in (cast.colleague, cast.guest):
        client = Client()
        client.force_login(player.user)
        page = client.get(f"/o/{cast.organization.slug}/inbox").content.decode()
        assert "data-live-ticket" in page, player.name
        assert f'data-live-renew="/o/{cast.organization.slug}/live"' in page


def test_a_number_of_cards_that_is_none_is_no_error(office, visit):
    for odd in ("9" * 5000, "x", "-1", ""):
        assert visit(f"boards/onboarding?cards={odd}").status_code == 200


def test_a_mention_inside_the_title_of_a_link_stays_text():
    said = as_html(
        '[x](https://a.example/ "b> @Ana Moreno <div hx-post=/o/x hx-trigger=load>")', ["Ana Moreno"]
    )
    assert "<div" not in said
    assert "<span" not in said


def test_odd_addresses_are_no_errors(visit, office):
    client = Client()
    client.force_login(office.cast.owner.user)
    assert client.get("/o/x%00/inbox").status_code == 404
    assert visit("timeline?before=0001-01-01T00:00%2B23:00~5").status_code == 200


def test_a_guest_is_shown_neither_a_template_s_fields_nor_what_others_hold(office):
    cast, guest = office.cast, Client()
    office.open(owner=cast.colleague.id)
    guest.force_login(cast.guest.user)
    home = f"/o/{cast.organization.slug}"
    for posted in ({"redraw": "1", "template": "onboarding"}, {"template": "onboarding", "title": "x"}):
        answer = guest.post(f"{home}/cases/new", posted)
        assert answer.status_code == 403
        assert b"Company" not in answer.content
    leaving = guest.get(f"{home}/settings/members/{cast.colleague.id}/deactivate")
    assert b"running case" not in leaving.content


def test_an_empty_board_leads_to_what_has_ended(office, visit):
    assert "The cases that have ended" not in visit("boards/onboarding").content.decode()
    case = office.open()
    cancel_case(by=office.cast.owner.actor, case_id=case.id, reason="Opened twice.")
    page = visit("boards/onboarding").content.decode()
    assert '/cases?template=onboarding&amp;status=all">The cases that have ended</a>' in page


def test_a_column_of_several_choices_is_no_order_and_says_why(office, visit):
    office.open()
    page = visit("cases?template=onboarding&col=field.topics&col=field.region").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)
    (region,) = [head for head in heads if "Region" in head]
    (topics,) = [head for head in heads if "Topics" in head]
    assert "sort=field.region" in region
    assert "<a " not in topics
    assert 'aria-label="Why can the list not be sorted by Topics?"' in topics
    assert re.search(
        r'popovertarget="why-topics".*id="why-topics"[^>]* popover>A case can hold several of these', topics
    )


def test_the_search_of_every_page_covers_cases_that_have_ended(office, visit):
    case = office.open("Needle")
    cancel_case(by=office.cast.owner.actor, case_id=case.id, reason="Opened twice.")
    search = re.search(r'<form class="search".*?</form>', visit("inbox").content.decode(), re.DOTALL)[0]
    assert '<input type="hidden" name="status" value="all">' in search
    assert case.number in visit("cases?q=Needle&status=all").content.decode()
    running = visit("cases?q=Needle").content.decode()
    assert "among the cases that are running" in running
    assert 'href="?q=Needle&amp;status=all"' in running


def test_a_board_says_which_of_its_stages_is_retired(office, visit):
    case = office.open("Stays behind")
    move_case(by=office.by.actor, case_id=case.id, to="review")
    mark = "Retired: no other case can enter"
    assert mark not in visit("boards/onboarding").content.decode()
    stages = office.template("onboarding").definition.stages
    office.republish(stages=tuple(replace(s, is_retired=True) if s.key == "review" else s for s in stages))
    assert visit("boards/onboarding").content.decode().count(mark) == 1


def test_whoever_publishes_is_told_what_running_cases_are_asked_anew(office, visit):
    office.open()
    by, template = office.cast.owner.actor, office.template("onboarding")
    add_field(by=by, template_id=template.id, name="Nickname", kind="text")
    add_field(by=by, template_id=template.id, name="Tax number", kind="text", required_from="review")
    changes = visit("templates/onboarding/changes").content.decode()
    assert "They are asked for “Tax number” before they enter a stage that needs it." in changes


def test_the_name_of_a_figure_on_a_card_gives_way_and_the_figure_does_not(office, visit):
    office.open("Large", {"company": "Acme", "amount": "1250000 EUR"})
    board = visit("boards/onboarding").content.decode()
    assert "<span>Company <b>Acme</b></span>" in board
    assert re.search(
        r'<span class="fact-figure"><span>Amount</span><b>[^<]*250[^<]*EUR[^<]*</b></span>', board
    )
