"""The demo is told by acts alone, and its past is an honest one."""

from cases.models import Case
from cases.replay import differences
from tenants.entering import organization_named
from tenants.scope import scoped_to
from timeline.chain import verify
from ui.demo import SLUG, make_demo


def test_the_demo_is_made_once_with_cases_whose_past_adds_up(committed):
    lines = make_demo()
    assert lines == make_demo()
    organization_id = organization_named(SLUG)
    with scoped_to(organization_id):
        from tenants.scope import reading

        with reading():
            cases = list(Case.objects.all())
            assert len(cases) == 21
            assert {case.status for case in cases} == {"open", "on_hold", "closed"}
            assert [differences(case) for case in cases] == [{}] * len(cases)
            assert verify().broken == ()
            assert min(case.opened_at for case in cases) < max(case.opened_at for case in cases)
