"""The files that are made from the code: the OpenAPI document and docs/errors.md. Tests compare them."""

from collections.abc import Mapping
from pathlib import Path

import orjson
from drf_spectacular.generators import SchemaGenerator

from api.codes import as_markdown
from api.documented import describe_all
from casefy.env import ROOT

DOCUMENT = Path(__file__).resolve().parent / "openapi.json"
ERRORS = Path(ROOT) / "docs" / "errors.md"


def files() -> Mapping[Path, str]:
    """Return every generated file by its path."""
    return {DOCUMENT: _openapi(), ERRORS: as_markdown()}


def _openapi() -> str:
    describe_all()
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
