"""A time zone that this server does not know keeps no other organization waiting.

Whether a day has come is asked in each organization's zone, and Postgres has tables of zones of its own: one that only
Python's know made the whole question fail, for everybody. Such an organization's day begins in Greenwich; the act judges
by Python's tables after that.
"""

from importlib import import_module

from django.db import migrations

TODAY = """
SET ROLE casefy_porter;
CREATE FUNCTION porter.day_in(zone text, moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (moment AT TIME ZONE zone)::date;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN (moment AT TIME ZONE 'UTC')::date;
END $$;
REVOKE ALL ON FUNCTION porter.day_in(text, timestamptz) FROM PUBLIC;
RESET ROLE;
"""
DROP = "SET ROLE casefy_porter; DROP FUNCTION porter.day_in(text, timestamptz); RESET ROLE;"

_DUE: str = import_module("cases.migrations.0007_follow_ups").DUE
BEFORE = "SET ROLE casefy_porter;\n" + _DUE[_DUE.index("CREATE FUNCTION") :].replace("CREATE", "CREATE OR REPLACE", 1)
NOW = BEFORE.replace("(moment AT TIME ZONE o.time_zone)::date", "porter.day_in(o.time_zone, moment)")


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_found_without_marks")]
    operations = [migrations.RunSQL(TODAY + NOW, BEFORE + DROP)]
