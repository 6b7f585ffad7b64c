"""Reading XES event by event with a streaming parser; document types and entities are refused.

A trace's own attributes become columns called `case:…` (their usual name in CSV), an event's keep their key.
Attributes nested in attributes, lists and containers describe values, not the event, and are not read.
"""

from collections.abc import Iterator
from xml.parsers import expat

from cases.logs.csv_reader import MAX_LINE_CHARACTERS, MAX_RECORD_CHARACTERS, bounded
from cases.logs.rows import Finding, RawRow, UnreadableLog
from cases.logs.sources import Source, open_bytes

CHUNK_BYTES = 1 << 16
_VALUE_TAGS = frozenset({"string", "date", "int", "float", "boolean", "id"})
_OPAQUE_TAGS = frozenset({"list", "container", "global", "classifier", "extension"})


def read_xes(source: Source) -> Iterator[RawRow | Finding]:
    """Rows and findings in the order of the file; a break in the XML ends the reading with a finding."""
    events = _Events()
    with open_bytes(source) as stream:
        while True:
            chunk = stream.read(CHUNK_BYTES)
            try:
                events.feed(chunk, is_last=not chunk)
            except expat.ExpatError as error:
                yield from events.take()
                yield _broken(error)
                return
            yield from events.take()
            if not chunk:
                break
    if not events.saw_log:
        raise UnreadableLog("The file is XML but has no <log> element; an XES file begins with one.")


def _broken(error: expat.ExpatError) -> Finding:
    reason = expat.ErrorString(error.code)
    return Finding(error.lineno, "", f"The XML is broken here ({reason}); nothing after it was read.")


class _Events:
    """The parser's state: which trace, which event, and the rows that are ready to be taken."""

    def __init__(self) -> None:
        self.saw_log = False
        self._ready: list[RawRow | Finding] = []
        self._trace: dict[str, str] | None = None
        self._event: dict[str, str] | None = None
        self._event_line = 0
        self._trace_size = self._event_size = 0
        self._nested = 0
        self._fed = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = False
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.EntityDeclHandler = self._refuse_doctype

    def feed(self, chunk: bytes, *, is_last: bool) -> None:
        self._parser.Parse(chunk, is_last)
        self._fed += len(chunk)
        if not is_last and self._fed - self._parser.CurrentByteIndex > MAX_LINE_CHARACTERS:
            raise UnreadableLog(
                f"The element in line {self._parser.CurrentLineNumber} is longer than a million characters; this is "
                "hardly an event log."
            )

    def take(self) -> list[RawRow | Finding]:
        ready, self._ready = self._ready, []
        return ready

    def _refuse_doctype(self, *_: object) -> None:
        raise UnreadableLog("The file declares a document type or entities. XES needs neither; remove them.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if self._nested or tag in _OPAQUE_TAGS:
            self._nested += 1
        elif tag in _VALUE_TAGS:
            self._nested = 1
            self._keep(attributes)
        elif tag == "log":
            self.saw_log = True
        elif tag == "trace":
            self._trace, self._trace_size = {}, 0
        elif tag == "event":
            self._event, self._event_size = {}, 0
            self._event_line = self._parser.CurrentLineNumber

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if self._nested:
            self._nested -= 1
        elif tag == "trace":
            self._trace = None
        elif tag == "event" and self._event is not None:
            self._finish(self._event)
            self._event = None

    def _keep(self, attributes: dict[str, str]) -> None:
        key, value = attributes.get("key", ""), attributes.get("value", "")
        if not key or not value:
            return
        if self._event is not None:
            self._event_size += len(value)
            if self._event_size <= MAX_RECORD_CHARACTERS:
                self._event[key] = value
                bounded(len(self._event))
        elif self._trace is not None:
            self._trace_size += len(value)
            if self._trace_size <= MAX_RECORD_CHARACTERS:
                self._trace[f"case:{key}"] = value
                bounded(len(self._trace))

    def _finish(self, event: dict[str, str]) -> None:
        if self._trace is None:
            self._ready.append(Finding(self._event_line, "", "The event stands outside of a <trace>."))
        elif max(self._event_size, self._trace_size) > MAX_RECORD_CHARACTERS:
            sentence = f"The event, or its trace, holds more than {MAX_RECORD_CHARACTERS:,} characters."
            self._ready.append(Finding(self._event_line, "", sentence))
        else:
            self._ready.append(RawRow(self._event_line, {**self._trace, **event}))
