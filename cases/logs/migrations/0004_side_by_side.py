"""Which import is to be worked on next, beside those that the asking worker has in hand already.

Imports of different organizations run side by side, one of each organization, all in one process: another worker finds
none due meanwhile. The last of four places is kept for small files.
"""

from importlib import import_module

from django.db import migrations

PLACES = 4
SMALL = 4 << 20  # bytes: what is through in a minute or so

SQL = f"""
GRANT SELECT (file_bytes) ON case_logs_logimport TO casefy_porter;
SET ROLE casefy_porter;
DROP FUNCTION porter.due_import();
CREATE FUNCTION porter.due_import(mine uuid[] DEFAULT '{{}}') RETURNS TABLE (organization_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH running AS (
    SELECT r.id, r.organization_id, r.file_bytes FROM public.case_logs_logimport r
     WHERE r.state IN ('looking', 'importing') AND r.is_stored AND r.claimed_until >= now())
  SELECT i.organization_id, i.id FROM public.case_logs_logimport i
   WHERE i.state IN ('waiting', 'looking', 'importing') AND i.is_stored
     AND (i.claimed_until IS NULL OR i.claimed_until < now())
     AND (i.file_bytes <= {SMALL} OR {PLACES - 1} > (SELECT count(*) FROM running r WHERE r.file_bytes > {SMALL}))
     AND NOT EXISTS (SELECT FROM running r WHERE r.organization_id = i.organization_id OR r.id <> ALL (mine))
   ORDER BY i.claimed_until NULLS FIRST, i.created_at LIMIT 1
$$;
REVOKE ALL ON FUNCTION porter.due_import(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.due_import(uuid[]) TO casefy_app;
RESET ROLE;
"""

BEFORE: str = import_module("cases.logs.migrations.0002_due").SQL
UNDO = f"""
SET ROLE casefy_porter;
DROP FUNCTION porter.due_import(uuid[]);
RESET ROLE;
REVOKE SELECT (file_bytes) ON case_logs_logimport FROM casefy_porter;
SET ROLE casefy_porter;
{BEFORE[BEFORE.index("CREATE FUNCTION") :]}
"""


class Migration(migrations.Migration):
    dependencies = [("case_logs", "0003_claimed_by")]
    operations = [migrations.RunSQL(SQL, UNDO)]
