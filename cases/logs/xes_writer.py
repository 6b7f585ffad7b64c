"""Writing an event log as XES (2.0), event by event: steps must come case by case."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TextIO
from xml.sax.saxutils import quoteattr

from cases.logs.csv_writer import ValueColumn
from cases.logs.instants import canonical
from cases.logs.rows import Step

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="" xmlns="http://www.xes-standard.org/">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
\t<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
\t<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
\t<global scope="trace">
\t\t<string key="concept:name" value=""/>
\t</global>
\t<global scope="event">
\t\t<string key="concept:name" value=""/>
\t\t<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
\t</global>
\t<classifier name="Activity" keys="concept:name"/>
"""
_XML_TYPES = {"integer": "int", "decimal": "float", "yes_no": "boolean", "datetime": "date"}
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
# An attribute's line breaks would be read back as spaces if they were not spelled out.
_SPELLED_OUT = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def write_xes(steps: Iterable[Step], columns: Sequence[ValueColumn], out: TextIO, *, name: str) -> int:
    """Write a log called `name`; return the number of steps. What XML cannot hold becomes U+FFFD."""
    out.write(_HEAD)
    out.write(f"\t{_attribute('string', 'concept:name', name)}\n")
    written = 0
    for case, group in groupby(steps, key=lambda step: step.case):
        out.write(f"\t<trace>\n\t\t{_attribute('string', 'concept:name', case)}\n")
        for step in group:
            out.write("\t\t<event>\n")
            out.writelines(f"\t\t\t{attribute}\n" for attribute in _event(step, columns))
            out.write("\t\t</event>\n")
            written += 1
        out.write("\t</trace>\n")
    out.write("</log>\n")
    return written


def _event(step: Step, columns: Sequence[ValueColumn]) -> Iterator[str]:
    time = step.time_text if _XML_MOMENT.fullmatch(step.time_text) else canonical(step.at)
    yield _attribute("string", "concept:name", step.activity)
    yield _attribute("date", "time:timestamp", time)
    if step.resource:
        yield _attribute("string", "org:resource", step.resource)
    if step.lifecycle:
        yield _attribute("string", "lifecycle:transition", step.lifecycle)
    for column in columns:
        if value := step.values.get(column.key):
            yield _attribute(_XML_TYPES.get(column.kind, "string"), column.key, value)


def _attribute(tag: str, key: str, value: str) -> str:
    return f"<{tag} key={_quoted(key)} value={_quoted(value)}/>"


def _quoted(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text), _SPELLED_OUT)
