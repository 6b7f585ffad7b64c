"""Definitions to test with: any, and one for purchases."""

from hypothesis import strategies as st

from templates_app.definition import (
    CATEGORIES,
    CHOOSING_KINDS,
    COLORS,
    FIELD_KINDS,
    REASON_KINDS,
    Definition,
    Field,
    Option,
    Stage,
)

PURCHASE = {
    "schema": 1,
    "name": "Purchase",
    "number_pattern": "PO-{year}-{number:05}",
    "stages": [
        {"key": "intake", "name": "Intake", "color": "slate", "category": "open", "on_path": True},
        {"key": "review", "name": "Review", "color": "blue", "category": "open", "on_path": True},
        {"key": "paid", "name": "Paid", "color": "green", "category": "done", "on_path": True},
    ],
    "fields": [
        {"key": "vendor", "name": "Vendor", "kind": "text", "required_from": "intake"},
        {"key": "amount", "name": "Amount", "kind": "money", "currency": "EUR",
         "required_from": "review"},
        {"key": "risk", "name": "Risk", "kind": "choice", "options": [
            {"key": "low", "name": "Low", "color": "slate"},
            {"key": "high", "name": "High", "color": "red"}]},
    ],
}  # fmt: skip

_PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
NAMES = st.text(_PRINTABLE, min_size=1, max_size=20).filter(str.strip)
WORDS = st.sampled_from(
    ["No", "2026", "null", "a: b", "- x", "#1", " padded ", "“ok”", "yes", "1e3", "{x}", "é", "&a"]
)
ANY_NAME = NAMES | WORDS


def _keys(stem: str, least: int, most: int):
    return st.integers(least, most).map(lambda count: [f"{stem}{at}" for at in range(count)])


@st.composite
def _options(draw, least=0):
    return tuple(
        Option(key, draw(ANY_NAME), draw(st.sampled_from(COLORS)), draw(st.booleans()))
        for key in draw(_keys("o", least, 3))
    )


@st.composite
def _fields(draw, stages):
    found = []
    for key in draw(_keys("f", 0, 4)):
        kind = draw(st.sampled_from(FIELD_KINDS))
        found.append(
            Field(
                key, draw(ANY_NAME), kind,
                help=draw(st.just("") | ANY_NAME | st.just("two\nlines")),
                required_from=draw(st.none() | st.sampled_from(stages)) if stages else None,
                options=draw(_options()) if kind in CHOOSING_KINDS else (),
                is_personal=draw(st.booleans()),
                is_retired=draw(st.booleans()),
                currency=draw(st.none() | st.sampled_from(["EUR", "JPY"])) if kind == "money" else None,
                unit=draw(st.sampled_from(["", "km"])),
            )
        )  # fmt: skip
    return tuple(found)


@st.composite
def definitions(draw):
    """Any definition that can be written down, sound or not."""
    keys = draw(_keys("s", 0, 5))
    pairs = [(a, b) for a in keys for b in keys if a != b]
    moves = st.frozensets(st.sampled_from(pairs), max_size=6) if pairs else st.just(frozenset())
    return Definition(
        name=draw(ANY_NAME),
        number_pattern=draw(st.sampled_from(["{number}", "PO-{year}-{number:05}", "broken {"])),
        stages=tuple(
            Stage(
                key, draw(ANY_NAME), draw(st.sampled_from(COLORS)), draw(st.sampled_from(CATEGORIES)),
                draw(st.booleans()), draw(st.booleans()), draw(st.just("") | ANY_NAME),
            )
            for key in keys
        ),
        fields=draw(_fields(keys)),
        forbidden_moves=draw(moves),
        reason_kinds=draw(st.frozensets(st.sampled_from(REASON_KINDS))),
        reason_moves=draw(moves),
        outcomes=draw(_options()),
    )  # fmt: skip
