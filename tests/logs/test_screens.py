"""The screens of imports and exports, as a visitor without scripts sees them."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.logs import sample
from cases.logs.models import LogImport
from tenants.scope import reading
from tests.logs.importing import cases_of, text_log
from tests.logs.reading import a_file, survey_of
from tests.logs.test_working_on_imports import LINES, work


@pytest.fixture
def visitor(committed_cast):
    client = Client()
    client.force_login(committed_cast.owner.user)
    return client


@pytest.fixture
def base(committed_cast):
    return f"/o/{committed_cast.organization.slug}"


def upload(visitor, base, text=None) -> str:
    file = SimpleUploadedFile("my_orders.csv", (text or text_log(*LINES)).encode())
    return visitor.post(f"{base}/imports", {"file": file}).headers["Location"]


def the_log(cast) -> LogImport:
    with cast.scope, reading():
        return LogImport.objects.get()


def test_a_file_goes_from_upload_to_cases(visitor, base, committed_cast):
    url = upload(visitor, base)
    assert "A worker takes it in a moment" in visitor.get(url).content.decode()
    work(committed_cast, the_log(committed_cast))
    page = visitor.get(url).content.decode()
    assert 'value="My orders"' in page
    assert '<option value="activity" selected>' in page
    assert "2 cases with 3 events, 1 line refused" in page
    assert "“never” is not a date and time." in page
    form = {
        "template_name": "Orders", "case": "case", "activity": "activity", "timestamp": "timestamp",
        "resource": "resource", "zone": "Europe/Vienna", "day_order": "day", "then": "start",
    }  # fmt: skip
    visitor.post(f"{url}/plan", form)
    log = work(committed_cast, the_log(committed_cast))
    assert (log.state, log.template_name, log.plan["zone"]) == ("ready", "Orders", "Europe/Vienna")
    visitor.post(f"{url}/plan", form)
    assert work(committed_cast, the_log(committed_cast)).state == "done"
    assert {case.external_ref for case in cases_of(committed_cast, "orders")} == {"A", "B"}
    assert f"{base}/boards/orders" in visitor.get(url).content.decode()
    listed = visitor.get(f"{base}/imports").content.decode()
    assert "my_orders.csv" in listed
    assert f"{base}/exports/orders.xes" in listed


def test_a_kind_is_changed_and_a_column_left_out(visitor, base, committed_cast):
    heading = "case,activity,timestamp,amount,junk"
    url = upload(visitor, base, text_log("1,a,2020-01-01,5,x", "2,a,2020-01-01,6,y", heading=heading))
    work(committed_cast, the_log(committed_cast))
    form = {"template_name": "T", "case": "case", "activity": "activity", "timestamp": "timestamp",
            "kind-0": "decimal", "kind-1": "skip", "zone": "UTC", "day_order": "day"}  # fmt: skip
    visitor.post(f"{url}/plan", form)
    work(committed_cast, the_log(committed_cast))
    visitor.post(f"{url}/plan", form | {"then": "start"})
    work(committed_cast, the_log(committed_cast))
    assert [case.data for case in cases_of(committed_cast, "t")] == [{"amount": "5"}, {"amount": "6"}]


def test_a_form_that_is_refused_keeps_what_was_typed(visitor, base, committed_cast):
    url = upload(visitor, base)
    work(committed_cast, the_log(committed_cast))
    form = {"template_name": "Orders", "case": "case", "zone": "Mars/Base"}
    answer = visitor.post(f"{url}/plan", form)
    assert answer.status_code == 422
    assert "There is no time zone called Mars/Base" in answer.content.decode()
    assert 'value="Mars/Base"' in answer.content.decode()


def test_the_lines_that_were_refused_can_be_taken_away(visitor, base, committed_cast):
    url = upload(visitor, base)
    work(committed_cast, the_log(committed_cast))
    lines = list(csv.reader(io.StringIO(visitor.get(f"{url}/lines.csv").content.decode())))
    assert lines == [
        ["line", "column", "what happened", "outcome"],
        ["3", "timestamp", "“never” is not a date and time.", "refused"],
    ]


def test_the_page_polls_only_while_a_worker_is_busy(visitor, base, committed_cast):
    url = upload(visitor, base)
    assert 'hx-trigger="every 1s"' in visitor.get(url).content.decode()
    work(committed_cast, the_log(committed_cast))
    assert 'hx-trigger="every 1s"' not in visitor.get(url).content.decode()
    fragment = visitor.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "hx-partial" in fragment
    assert "<html" not in fragment


def test_the_sample_is_offered_with_its_attribution_and_comes_in_with_one_click(
    visitor, base, committed_cast
):
    page = visitor.get(f"{base}/imports").content.decode()
    for words in ("Amaral, C., Fantinato, M.", sample.SOURCE, sample.LICENCE_URL, "CC BY 4.0"):
        assert words in page
    assert visitor.post(f"{base}/imports/sample").status_code == 303
    log = the_log(committed_cast)
    assert (log.wish, log.template_name, log.file_bytes) == (
        "import",
        "Incidents",
        sample.FILE.stat().st_size,
    )


def test_a_history_is_taken_out_in_both_formats(visitor, base, committed_cast, tmp_path):
    url = upload(visitor, base)
    work(committed_cast, the_log(committed_cast))
    form = {"template_name": "Orders", "case": "case", "activity": "activity", "timestamp": "timestamp",
            "resource": "resource", "zone": "UTC", "day_order": "day", "then": "start"}  # fmt: skip
    for _ in range(2):
        visitor.post(f"{url}/plan", form)
        work(committed_cast, the_log(committed_cast))
    for kind in ("csv", "xes"):
        answer = visitor.get(f"{base}/exports/orders.{kind}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="orders.{kind}"'
        _, steps, _ = survey_of(a_file(tmp_path, answer.getvalue()))
        assert [(s.case, s.activity, s.resource) for s in steps] == [
            ("A", "new", "ana"), ("A", "closed", ""), ("B", "new", "bo"),
        ]  # fmt: skip
    assert visitor.get(f"{base}/exports/nope.csv").status_code == 404


def test_who_may_not_import_sees_why(committed_cast, base):
    client = Client()
    client.force_login(committed_cast.reader.user)
    answer = client.get(f"{base}/imports")
    assert answer.status_code == 403
    assert "import event logs" in answer.content.decode()
    assert client.post(f"{base}/imports/sample").status_code == 403


def test_an_upload_without_a_file_says_so(visitor, base):
    answer = visitor.post(f"{base}/imports", {}, follow=True)
    assert "Choose a file first." in answer.content.decode()
