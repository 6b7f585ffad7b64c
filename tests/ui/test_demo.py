"""The demo is told by acts alone, and its past is an honest one."""

from django.utils.timezone import localtime

from cases.models import Case
from cases.replay import differences
from tenants.entering import organization_named
from tenants.scope import scoped_to
from timeline.chain import verify
from timeline.models import Event
from ui.demo import SLUG, make_demo


def test_the_demo_is_made_once_with_cases_whose_past_adds_up(committed):
    lines = make_demo()
    assert lines == make_demo()
    organization_id = organization_named(SLUG)
    with scoped_to(organization_id):
        from tenants.scope import reading

        with reading():
            cases = list(Case.objects.all())
            assert len(cases) == 28
            assert {case.status for case in cases} == {"open", "on_hold", "closed"}
            assert [differences(case) for case in cases] == [{}] * len(cases)
            assert verify().broken == ()
            told = Event.objects.filter(type__startswith="case.").values_list("occurred_at", flat=True)
            past = [local for at in told if (local := localtime(at)).date() < localtime().date()]
            assert past
            assert all(at.weekday() < 5 and 8 <= at.hour < 18 for at in past), "nobody works at night"
            assert min(case.opened_at for case in cases) < max(case.opened_at for case in cases)
