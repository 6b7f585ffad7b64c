"""XES, event by event."""

import pytest

from cases.logs.rows import UnreadableLog
from tests.logs.reading import a_file, rows_of, survey_of

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
 <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
 <global scope="event"><string key="concept:name" value="__INVALID__"/></global>
 <string key="concept:name" value="the log"/>
 <trace>
  <string key="concept:name" value="NA"/>
  <string key="customer" value="Ana &amp; Bo"/>
  <event>
   <string key="concept:name" value="Start &lt;1&gt;"><string key="nested" value="no"/></string>
   <date key="time:timestamp" value="2020-01-01T10:00:00.000+01:00"/>
   <list key="things"><string key="thing" value="no"/></list>
   <int key="cost" value="12"/>
  </event>
  <event>
   <string key="concept:name" value="End"/>
   <date key="time:timestamp" value="2020-01-01T11:00:00.000+01:00"/>
   <string key="lifecycle:transition" value="complete"/>
  </event>
 </trace>
 <trace><string key="concept:name" value="empty"/></trace>
</log>
"""


@pytest.mark.parametrize("packed", [False, True])
def test_events_become_rows_with_the_attributes_of_their_trace(tmp_path, packed):
    rows, findings = rows_of(a_file(tmp_path, LOG, packed=packed))
    assert findings == []
    assert [(row.line, dict(row.values)) for row in rows] == [
        (9, {"case:concept:name": "NA", "case:customer": "Ana & Bo", "concept:name": "Start <1>",
             "time:timestamp": "2020-01-01T10:00:00.000+01:00", "cost": "12"}),
        (15, {"case:concept:name": "NA", "case:customer": "Ana & Bo", "concept:name": "End",
              "time:timestamp": "2020-01-01T11:00:00.000+01:00", "lifecycle:transition": "complete"}),
    ]  # fmt: skip


def test_the_standard_attributes_are_understood_without_being_told(tmp_path):
    found, steps, _ = survey_of(a_file(tmp_path, LOG))
    assert (found.plan.case, found.plan.activity) == ("case:concept:name", "concept:name")
    assert [(s.case, s.activity, s.at.isoformat(), s.lifecycle) for s in steps] == [
        ("NA", "Start <1>", "2020-01-01T09:00:00+00:00", ""),
        ("NA", "End", "2020-01-01T10:00:00+00:00", "complete"),
    ]


@pytest.mark.parametrize("prefix", ["x:", ""])
def test_a_namespace_prefix_does_not_matter(tmp_path, prefix):
    text = (
        LOG.replace("<log ", "<log ")
        .replace("<event>", f"<{prefix}event>")
        .replace("</event>", f"</{prefix}event>")
    )
    assert len(rows_of(a_file(tmp_path, text))[0]) == 2


def test_an_encoding_named_in_the_file_is_honoured(tmp_path):
    text = LOG.replace("UTF-8", "ISO-8859-1").replace("Ana", "Änne")
    assert rows_of(a_file(tmp_path, text.encode("latin-1")))[0][0].values["case:customer"] == "Änne & Bo"


def test_xml_that_breaks_off_gives_what_stood_before_and_a_finding(tmp_path):
    rows, findings = rows_of(a_file(tmp_path, LOG[: LOG.index("<list")]))
    assert rows == []
    assert "broken" in findings[0].sentence
    rows, findings = rows_of(a_file(tmp_path, LOG[: LOG.index("</trace>")]))
    assert len(rows) == 2
    assert len(findings) == 1


def test_an_event_outside_of_a_trace_is_reported(tmp_path):
    _, findings = rows_of(a_file(tmp_path, '<log>\n<event><string key="a" value="b"/></event></log>'))
    assert [(f.line, f.sentence) for f in findings] == [(2, "The event stands outside of a <trace>.")]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE log SYSTEM "http://127.0.0.1/x.dtd">',
    ],
)
def test_document_types_and_entities_are_refused(tmp_path, doctype):
    path = a_file(tmp_path, LOG.replace("<log ", doctype + "<log "))
    with pytest.raises(UnreadableLog, match="document type"):
        rows_of(path)


def test_other_xml_is_refused(tmp_path):
    path = a_file(tmp_path, "<?xml version='1.0'?><html></html>")
    with pytest.raises(UnreadableLog, match="no <log>"):
        rows_of(path)


@pytest.mark.parametrize("where", ["event", "trace"])
def test_an_event_that_holds_too_much_is_reported_and_the_next_one_goes_in(tmp_path, where):
    much = "".join(f'<string key="k{n}" value="{"x" * 60_000}"/>' for n in range(5))
    event = '<event><string key="concept:name" value="a"/>{}</event>'
    large, plain = (much, "") if where == "trace" else ("", much)
    text = (
        f'<log>\n<trace><string key="concept:name" value="1"/>{large}\n{event.format(plain)}</trace>\n'
        f'<trace><string key="concept:name" value="2"/>\n{event.format("")}</trace></log>'
    )
    rows, findings = rows_of(a_file(tmp_path, text))
    assert [row.values["case:concept:name"] for row in rows] == ["2"]
    assert [(finding.line, "more than 262,144" in finding.sentence) for finding in findings] == [(3, True)]
