"""Every kind of field through every door: a form, the API, a list that filters, sorts and shows it."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from cases.models import Case
from templates_app.values import KINDS
from tests.api.kit import Api
from tests.cases.kit import ONBOARDING, Office
from tests.cast import CommittedCast

# By kind: what is typed, what is kept, a filter that finds it, and one that does not.
EXAMPLES = {
    "text": ("Vendor A", "Vendor A", "vendor a", "vendor b"),
    "long_text": ("One\ntwo", "One\ntwo", "one\ntwo", "three"),
    "integer": ("12", 12, "12", "13"),
    "decimal": ("12.50", "12.50", "12.5", "12.6"),
    "money": ("12.50 EUR", {"amount": "12.50", "currency": "EUR"}, "12.5", "13"),
    "date": ("2026-01-31", "2026-01-31", "2026-01-31", "2026-02-01"),
    "datetime": ("2026-01-31T11:00", "2026-01-31T10:00:00Z", "2026-01-31T10:00Z", "2026-01-31T11:00Z"),
    "yes_no": ("yes", True, "yes", "no"),
    "choice": ("north", "north", "north", "south"),
    "choices": ("tax", ["tax"], "tax", "law"),
    "member": ("{member}", "{member}", "{member}", "{other}"),
    "email": ("ana@example.com", "ana@example.com", "ana@example.com", "bea@example.com"),
    "phone": ("+49 30 1234567", "+49301234567", "+49301234567", "+49301234568"),
    "url": (
        "https://example.com/a",
        "https://example.com/a",
        "https://example.com/a",
        "https://example.com/b",
    ),
}
HTMX = {"HX-Request": "true"}
FIELDS = {field.kind: field for field in ONBOARDING.fields if not field.is_retired}


@pytest.fixture
def office(committed):
    return Office(CommittedCast())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_at_home_in_forms_lists_and_the_api(office, kind):
    assert kind in EXAMPLES, f"give {kind} an example here, and a field in tests/cases/kit.py"
    cast, field = office.cast, FIELDS[kind]
    names = {"{member}": str(cast.colleague.id), "{other}": str(cast.owner.id)}
    typed, kept, finds, misses = (
        names.get(part, part) if isinstance(part, str) else part for part in EXAMPLES[kind]
    )
    case, base = office.open(), f"/o/{cast.organization.slug}"
    browser, api = Client(), Api.of(cast.colleague)
    browser.force_login(cast.colleague.user)

    form = unescape(
        browser.get(f"{base}/cases/{case.number}/fields/{field.key}", headers=HTMX).content.decode()
    )
    assert f'name="field.{field.key}"' in form
    marks = re.findall(r'name="(field\.\w+\.shown)" value="1"', form)
    answer = browser.post(
        f"{base}/cases/{case.number}/fields/{field.key}",
        {f"field.{field.key}": typed, **dict.fromkeys(marks, "1"), "expected_version": case.version},
        headers=HTMX,
    )
    assert answer.status_code in (200, 302), answer.content.decode()[:400]
    with cast.scope:
        assert Case.objects.get(id=case.id).data[field.key] == kept

    read = api.get(f"cases/{case.id}")
    assert read["values"][field.key] == kept
    again = api.post(f"cases/{case.id}/fields", {"values": {field.key: kept}}, method="PATCH")
    assert again["version"] == read["version"], "what was read can be sent back, and is no change"
    for value, found in ((finds, [str(case.id)]), (misses, [])):
        query = {"template": "onboarding", f"field.{field.key}": value}
        if kind != "choices":
            query["sort"] = f"field.{field.key}"
        assert [row["id"] for row in api.get(f"cases?{urlencode(query)}")["results"]] == found
    screen = browser.get(
        f"{base}/cases", {"template": "onboarding", "col": field.key, f"field.{field.key}": finds}
    )
    assert case.number in screen.content.decode()
