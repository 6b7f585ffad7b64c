"""One question across organizations: which mails are due. Answered by the porter, with ids alone."""

from django.db import migrations

SQL = """
GRANT SELECT (id, organization_id, due_at, sent_at, dead_at) ON outbound_mail TO casefy_porter;
CREATE POLICY porter_reads ON outbound_mail FOR SELECT TO casefy_porter USING (true);
SET ROLE casefy_porter;
CREATE FUNCTION porter.mails_due(most integer)
RETURNS TABLE (organization_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.organization_id, m.id FROM (
    SELECT x.organization_id, x.id, x.due_at,
           row_number() OVER (PARTITION BY x.organization_id ORDER BY x.due_at) AS turn
      FROM (SELECT y.organization_id, y.id, y.due_at FROM public.outbound_mail y
             WHERE y.sent_at IS NULL AND y.dead_at IS NULL AND y.due_at <= statement_timestamp()
             ORDER BY y.due_at LIMIT most * 20) x) m
   ORDER BY m.turn, m.due_at LIMIT most
$$;
REVOKE ALL ON FUNCTION porter.mails_due(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.mails_due(integer) TO casefy_app;
RESET ROLE;
"""
UNDO = """
SET ROLE casefy_porter;
DROP FUNCTION porter.mails_due(integer);
RESET ROLE;
DROP POLICY porter_reads ON outbound_mail;
REVOKE SELECT (id, organization_id, due_at, sent_at, dead_at) ON outbound_mail FROM casefy_porter;
"""


class Migration(migrations.Migration):
    dependencies = [("outbound", "0001_mails_and_notices")]
    operations = [migrations.RunSQL(SQL, UNDO)]
