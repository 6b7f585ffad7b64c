"""Many rows in one statement with one parameter: a JSON document that Postgres takes apart.

Measured against one array per column and against a list of VALUES: several times cheaper in Python, where the
driver would quote every value on its own, and no dearer in the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection

Columns = tuple[tuple[str, str], ...]


def insert_many(
    table: str, columns: Columns, rows: Iterable[Sequence[Any]], *, made_by: Mapping[str, str] | None = None
) -> int:
    """Insert rows in their order and return how many there were.

    `columns` are pairs of name and SQL type, in the order of each row's values: JSON, UUID and datetime values, bytes
    as `\\x…` text. `made_by` maps a column to an expression over `{}`, the value as it came.
    """
    keys = [f"c{at}" for at in range(len(columns))]
    listed = [dict(zip(keys, row, strict=True)) for row in rows]
    if listed:
        statement = _statement(table, columns, tuple((made_by or {}).items()))
        with connection.cursor() as cursor:
            cursor.execute(statement, [orjson.dumps(listed).decode()])
    return len(listed)


@lru_cache(maxsize=64)
def _statement(table: str, columns: Columns, made_by: tuple[tuple[str, str], ...]) -> str:
    expressions = dict(made_by)
    names = ", ".join(f'"{name}"' for name, _ in columns)
    values = ", ".join(expressions.get(name, "{}").format(f"x.c{at}") for at, (name, _) in enumerate(columns))
    typed = ", ".join(f"c{at} {type_}" for at, (_, type_) in enumerate(columns))
    # The names and types are the program's own; what people wrote is in the one parameter.
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} "
        f"FROM ROWS FROM (json_to_recordset(%s::json) AS ({typed})) WITH ORDINALITY AS x ORDER BY x.ordinality"
    )
