"""The yardstick, on the measurement's own Postgres: `granian --interface wsgi bench.yardstick_app:application`.

Its code lives outside of this repository; only what it is configured with is here. `python -m bench.yardstick_app N`
makes its tables, with N cases.
"""

import os
import sys
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

FOLDER = Path(os.environ["CASEFY_YARDSTICK"])
TOKEN = "t" * 40

sys.path.insert(0, str(FOLDER / "ref"))
_given = psycopg.conninfo.conninfo_to_dict(os.environ["YARDSTICK_DSN"])
settings.configure(
    SECRET_KEY="x" * 50,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="app",
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "rest_framework.authtoken",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": _given["dbname"], "USER": _given["user"],
            "HOST": _given["host"],
            "PORT": _given["port"], "PASSWORD": _given["password"],
            "OPTIONS": {"options": "-c search_path=lim,public", "pool": {"min_size": 1, "max_size": 8}},
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)  # fmt: skip

import app  # type: ignore[import-not-found] # noqa: E402 - the yardstick itself, once there are settings

application: Any = app.application

FILL = """
SET search_path = lim;
INSERT INTO kase (tenant, ctype, num, title, stage, owner, fields, created, updated)
SELECT 1, 1, g, 'Order ' || g || ' of office supplies', 1, 1,
  jsonb_build_object('region', 'R' || g %% 20, 'supplier', 'Supplier ' || g %% 997,
  'amount', (g * 37) %% 100000, 'quantity', g %% 500, 'due', '2026-01-01', 'kind', 'goods', 'is_urgent', false,
  'note', 'Two pallets of the usual, please call before delivery and use the gate at the back.'),
  now() - g * interval '1 second', now() - g * interval '1 second' FROM generate_series(1, %(cases)s) g;
INSERT INTO event (tenant, kase, kind, actor, payload)
  SELECT 1, k.id, 1, 1, '{"from": 1, "to": 2, "comment": "moved on"}'
  FROM kase k, generate_series(1, 60) WHERE k.id <= 100;
INSERT INTO event (tenant, kase, kind, actor, payload)
  SELECT 1, k.id, 1, 1, '{"from": 1, "to": 2, "comment": "moved on"}'
  FROM kase k, generate_series(1, 3) WHERE k.id > 100;
CREATE INDEX ON event (kase, id);
CREATE INDEX ON kase (tenant, (fields->>'region'), updated DESC, id);
CREATE INDEX ON kase (tenant, stage, updated DESC);
"""


def fill(cases: int) -> None:
    """Make its tables, its cases and its token."""
    with psycopg.connect(os.environ["YARDSTICK_DSN"], autocommit=True) as connection:
        connection.execute((FOLDER / "limit" / "schema.sql").read_text())
        connection.execute("SET search_path = public")
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(FILL, {"cases": cases})
        connection.execute("VACUUM ANALYZE")
    from django.contrib.auth.models import User  # noqa: PLC0415 - known once the yardstick is set up
    from django.core.management import call_command  # noqa: PLC0415
    from rest_framework.authtoken.models import Token  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    user, _ = User.objects.get_or_create(username="bench")
    Token.objects.get_or_create(user=user, key=TOKEN)


if __name__ == "__main__":
    fill(int(sys.argv[1]))
