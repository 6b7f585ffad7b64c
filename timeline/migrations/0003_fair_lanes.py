"""What is owed, fairly: the lanes whose oldest delivery is due, some of every organization.

A lane that waits (its oldest delivery failed a moment ago) hides nothing behind it and hides no
other lane; a tenant with a hundred thousand deliveries does not keep the others waiting.
"""

from django.db import migrations, models

SQL = """
SET ROLE casefy_notary;
DROP FUNCTION notary.owed(integer, uuid);
DROP FUNCTION notary.lag();

CREATE FUNCTION notary.debtors() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE each_one AS (
    (SELECT d.organization_id AS id FROM public.timeline_delivery d WHERE d.dead_at IS NULL
      ORDER BY d.organization_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.organization_id FROM public.timeline_delivery d
             WHERE d.dead_at IS NULL AND d.organization_id > e.id ORDER BY d.organization_id LIMIT 1)
      FROM each_one e WHERE e.id IS NOT NULL)
  SELECT e.id FROM each_one e WHERE e.id IS NOT NULL
$$;

CREATE FUNCTION notary.owed(known text[], most integer, wanted uuid DEFAULT NULL)
RETURNS TABLE (organization_id uuid, stream_id uuid, subscriber text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT o.id, lane.stream_id, lane.subscriber::text
    FROM (SELECT wanted AS id WHERE wanted IS NOT NULL
          UNION ALL SELECT id FROM notary.debtors() AS id WHERE wanted IS NULL) o
   CROSS JOIN LATERAL (
    SELECT d.stream_id, d.subscriber FROM public.timeline_delivery d
     WHERE d.organization_id = o.id AND d.dead_at IS NULL AND d.due_at <= now() AND d.subscriber = ANY (known)
       AND d.seq = (SELECT p.seq FROM public.timeline_delivery p
                     WHERE p.organization_id = d.organization_id AND p.stream_id = d.stream_id
                       AND p.subscriber = d.subscriber AND p.dead_at IS NULL ORDER BY p.seq LIMIT 1)
     ORDER BY d.due_at LIMIT most) lane
$$;

CREATE FUNCTION notary.lag() RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(extract(epoch FROM now() - min(oldest.due_at)), 0)::double precision
    FROM notary.debtors() AS o CROSS JOIN LATERAL (
      SELECT d.due_at FROM public.timeline_delivery d WHERE d.organization_id = o AND d.dead_at IS NULL
         AND d.due_at <= now() ORDER BY d.due_at LIMIT 1) oldest
$$;

REVOKE ALL ON FUNCTION notary.debtors(), notary.owed(text[], integer, uuid), notary.lag() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notary.owed(text[], integer, uuid), notary.lag() TO casefy_app;
RESET ROLE;
"""

UNDO = """
SET ROLE casefy_notary;
DROP FUNCTION notary.owed(text[], integer, uuid);
DROP FUNCTION notary.lag();
DROP FUNCTION notary.debtors();

CREATE FUNCTION notary.owed(most integer, wanted uuid DEFAULT NULL)
RETURNS TABLE (organization_id uuid, stream_id uuid, subscriber text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT d.organization_id, d.stream_id, d.subscriber::text FROM (
    SELECT x.organization_id, x.stream_id, x.subscriber FROM public.timeline_delivery x
     WHERE x.dead_at IS NULL AND x.due_at <= now() AND (wanted IS NULL OR x.organization_id = wanted)
     ORDER BY x.due_at LIMIT most) d
$$;

CREATE FUNCTION notary.lag() RETURNS double precision
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(extract(epoch FROM now() - min(d.due_at)), 0)::double precision
    FROM public.timeline_delivery d WHERE d.dead_at IS NULL AND d.due_at <= now()
$$;

REVOKE ALL ON FUNCTION notary.owed(integer, uuid), notary.lag() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notary.owed(integer, uuid), notary.lag() TO casefy_app;
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0002_notary")]
    operations = [
        migrations.RemoveIndex("delivery", "delivery_due"),
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["organization", "due_at"], condition=models.Q(("dead_at", None)), name="delivery_due"
            ),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
