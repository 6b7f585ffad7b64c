"""The pages of docs/ that are written by the code itself: what can happen, and who may do what."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from casefy.env import ROOT
from tenants.permissions import BUILT_IN_ROLES, PERMISSIONS
from timeline.registry import Fact, catalogue, interested_in

DOCS = Path(ROOT) / "docs"
NOTE = "<!-- Written by `make docs`. Do not edit: a test compares it. -->\n"


def pages() -> Mapping[Path, str]:
    """Return every generated page by its path."""
    return {DOCS / "events.md": _events(), DOCS / "permissions.md": _permissions()}


def _events() -> str:
    lines = [
        "# Events",
        "",
        NOTE,
        "Everything that can stand in a timeline: the catalogue for webhooks, rules and auditors.",
        "*Personal* values are kept beside the body, each under a commitment of its own",
        "([format](timeline-format.md)).",
        "",
    ]
    stream = ""
    for name, kind in catalogue().items():
        if name.startswith("case.test_"):
            continue
        if kind.stream != stream:
            stream = kind.stream
            lines += [f"## About a {stream}" if stream != "organization" else "## About an organization", ""]
        lines += _event(name, kind)
    return "\n".join(lines).rstrip() + "\n"


def _event(name: str, kind: type[Fact]) -> list[str]:
    told = [kind.sentence] if isinstance(kind.sentence, str) else list(kind.sentence.values())
    summary = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
    personal = ", ".join(f"`{'.'.join(path)}`" for path in sorted(kind.personal))
    listeners = ", ".join(interested_in(name))
    lines = [f"### `{name}`", "", summary, "", f"- told as: {' / '.join(f'*{each}*' for each in told)}"]
    lines.append(f"- fields: {', '.join(f'`{each.name}`' for each in fields(kind)) or 'none'}")  # type: ignore[arg-type]
    if personal:
        lines.append(f"- personal: {personal}")
    if listeners:
        lines.append(f"- subscribers: {listeners}")
    return [*lines, ""]


def _permissions() -> str:
    heads = [role.name for role in BUILT_IN_ROLES]
    lines = [
        "# Permissions",
        "",
        NOTE,
        "A role is a set of these. The built-in roles cannot be changed; roles of your own can hold any of",
        "them, as far as you have them yourself.",
        "",
        *(f"- **{role.name}**: {role.description}" for role in BUILT_IN_ROLES),
        "",
        "A case is given to members who may do something with it, if only comment, and to teams. Whoever only",
        "looks on, as auditors do, is not offered as its owner, and refused where they are named.",
        "",
        f"| permission | lets | {' | '.join(heads)} |",
        f"|---|---|{'---|' * len(heads)}",
    ]
    for name, sentence in PERMISSIONS.items():
        marks = ["✓" if name in role.permissions else "" for role in BUILT_IN_ROLES]
        lines.append(f"| `{name}` | {sentence} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"
