"""What a new template starts with: nothing much, an example, or a file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from casefy.errors import Invalid, Missing
from casefy.latin import plain_letters
from templates_app.definition import Definition, Stage
from templates_app.gallery import gallery as offered
from templates_app.parse import LONGEST_TEMPLATE_NAME, parse
from templates_app.reading import Fault, Unreadable
from templates_app.serialize import to_json
from templates_app.yaml_format import TemplateFile, from_yaml
from tenants.words import clean_name

BLANK_STAGES = (
    Stage("to_do", "To do", "slate"),
    Stage("in_progress", "In progress", "blue"),
    Stage("done", "Done", "green", "done"),
)


@dataclass(frozen=True, slots=True)
class Start:
    """The first content of a template and where it comes from, in one word and as part of a sentence."""

    file: TemplateFile
    source: str
    words: str = ""


def starting(*, name: str, gallery: str, yaml: str, definition: Definition | None) -> Start:
    """The start asked for. Raises Invalid for what cannot be read, Missing for an unknown example."""
    if sum(map(bool, (gallery, yaml, definition))) > 1:
        raise Invalid("Start from one thing: the gallery, a file, or nothing.", code="several_sources")
    if gallery:
        if gallery not in offered():
            sentence = "There is no such template in the gallery."
            raise Missing(sentence, code="no_such_example", fields={"gallery": sentence})
        return Start(_named(offered()[gallery], name), "gallery", " from the gallery")
    if yaml:
        return Start(_named(read_file(yaml), name), "yaml", " from a file")
    if definition is not None:
        return Start(_named(TemplateFile(_written_down(definition)), name), "definition")
    name = clean_name(name, most=LONGEST_TEMPLATE_NAME, what="the template's name")
    blank = Definition(
        name=name, number_pattern=f"{initials(name)}-{{year}}-{{number:04}}", stages=BLANK_STAGES
    )
    return Start(TemplateFile(blank), "blank")


def read_file(text: str) -> TemplateFile:
    """A template from YAML. Raises Invalid; `fields` has `yaml` with all faults, `details` a list of them."""
    try:
        return from_yaml(text)
    except Unreadable as unreadable:
        raise _unreadable(unreadable.faults, "yaml") from None


def initials(name: str) -> str:
    """Two to four capital letters that remind of the name, for case numbers: "Purchase order" gives PO."""
    plain = plain_letters(name).encode("ascii", "ignore").decode().upper()
    words = "".join(letter if letter.isalpha() else " " for letter in plain).split()
    if len(words) > 1:
        return "".join(word[0] for word in words)[:4]
    return words[0][:3] if words else "C"


def _named(file: TemplateFile, name: str) -> TemplateFile:
    if not name.strip():
        return file
    name = clean_name(name, most=LONGEST_TEMPLATE_NAME, what="the template's name")
    return replace(file, definition=replace(file.definition, name=name))


def _written_down(definition: Definition) -> Definition:
    try:
        return parse(to_json(definition))
    except Unreadable as unreadable:
        raise _unreadable(unreadable.faults, "definition") from None


def _unreadable(faults: Iterable[Fault], field: str) -> Invalid:
    lines = [str(fault) for fault in faults]
    more = f" And {len(lines) - 1} more." if len(lines) > 1 else ""
    return Invalid(
        f"This is not a template yet: {lines[0].rstrip('.')}.{more}",
        code="unreadable",
        fields={field: "\n".join(lines)},
        details={"faults": [{"path": f.path, "message": f.message, "line": f.line} for f in faults]},
    )
