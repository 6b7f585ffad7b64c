"""Whose timelines there are: the ids of the organizations that have one, for `casefy verify` over all of them."""

from django.db import migrations

SQL = """
SET ROLE casefy_notary;
CREATE FUNCTION notary.organizations() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT s.organization_id FROM public.timeline_stream s ORDER BY s.organization_id
$$;
REVOKE ALL ON FUNCTION notary.organizations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notary.organizations() TO casefy_app;
RESET ROLE;
"""

UNDO = """
SET ROLE casefy_notary;
DROP FUNCTION notary.organizations();
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0003_fair_lanes")]
    operations = [migrations.RunSQL(SQL, UNDO)]
