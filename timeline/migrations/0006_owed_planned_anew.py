"""What is owed is planned anew each time, along the order of what is due.

A worker asks once a second. A plan kept from a moment when nothing was owed reads the whole outbox for each of its
rows, once there are thousands (measured: 88 events/s instead of thousands).
"""

from django.db import migrations

SQL = """
SET ROLE casefy_notary;
CREATE OR REPLACE FUNCTION notary.owed(known text[], most integer, wanted uuid DEFAULT NULL)
RETURNS TABLE (organization_id uuid, stream_id uuid, subscriber text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_sort = off SET enable_seqscan = off AS $$
DECLARE debtor uuid;
BEGIN
  FOR debtor IN SELECT wanted WHERE wanted IS NOT NULL
                UNION ALL SELECT d FROM notary.debtors() AS d WHERE wanted IS NULL
  LOOP
    RETURN QUERY EXECUTE
      'SELECT d.organization_id, d.stream_id, d.subscriber::text FROM public.timeline_delivery d
        WHERE d.organization_id = $1 AND d.dead_at IS NULL AND d.due_at <= now() AND d.subscriber = ANY ($2)
          AND d.seq = (SELECT p.seq FROM public.timeline_delivery p
                        WHERE p.organization_id = d.organization_id AND p.stream_id = d.stream_id
                          AND p.subscriber = d.subscriber AND p.dead_at IS NULL ORDER BY p.seq LIMIT 1)
        ORDER BY d.organization_id, d.due_at LIMIT $3'
      USING debtor, known, most;
  END LOOP;
END $$;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0005_organizations_vouched_for")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
