"""Which import is to be worked on next, asked before an organization is known: one at a time on the whole machine."""

from django.db import migrations

SQL = """
GRANT SELECT (id, organization_id, state, is_stored, claimed_until, created_at) ON case_logs_logimport TO casefy_porter;
CREATE POLICY porter_reads ON case_logs_logimport FOR SELECT TO casefy_porter USING (true);
SET ROLE casefy_porter;
CREATE FUNCTION porter.due_import() RETURNS TABLE (organization_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.organization_id, i.id FROM public.case_logs_logimport i
   WHERE i.state IN ('waiting', 'looking', 'importing') AND i.is_stored
     AND (i.claimed_until IS NULL OR i.claimed_until < now())
     AND NOT EXISTS (SELECT FROM public.case_logs_logimport other
                      WHERE other.state IN ('looking', 'importing') AND other.is_stored
                        AND other.claimed_until >= now())
   ORDER BY i.claimed_until NULLS FIRST, i.created_at LIMIT 1
$$;
REVOKE ALL ON FUNCTION porter.due_import() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.due_import() TO casefy_app;
RESET ROLE;
"""

UNDO = """
SET ROLE casefy_porter;
DROP FUNCTION porter.due_import();
RESET ROLE;
DROP POLICY porter_reads ON case_logs_logimport;
REVOKE SELECT (id, organization_id, state, is_stored, claimed_until, created_at) ON case_logs_logimport FROM casefy_porter;
"""


class Migration(migrations.Migration):
    dependencies = [("case_logs", "0001_log_imports")]
    operations = [migrations.RunSQL(SQL, UNDO)]
