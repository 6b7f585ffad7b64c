"""Which files were left, and which imports lost the command that brought them in, asked of every organization."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q
from django.utils.timezone import now

PLACES = 4
SMALL = 4 << 20  # bytes: what is through in a minute or so
GRACE = "2 minutes"  # a command that the database did not hear for a while is not lost yet

SQL = f"""
GRANT SELECT (active_at) ON case_logs_logimport TO casefy_porter;
SET ROLE casefy_porter;
CREATE OR REPLACE FUNCTION porter.due_import(mine uuid[] DEFAULT '{{}}') RETURNS TABLE (organization_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH running AS (
    SELECT r.id, r.organization_id, r.file_bytes FROM public.case_logs_logimport r
     WHERE r.state IN ('looking', 'importing') AND r.is_stored AND r.claimed_until >= now())
  SELECT i.organization_id, i.id FROM public.case_logs_logimport i
   WHERE i.state IN ('waiting', 'looking', 'importing')
     AND CASE WHEN i.is_stored THEN i.claimed_until IS NULL OR i.claimed_until < now()
              ELSE i.claimed_until < now() - interval '{GRACE}' END
     AND (NOT i.is_stored OR i.file_bytes <= {SMALL}
          OR {PLACES - 1} > (SELECT count(*) FROM running r WHERE r.file_bytes > {SMALL}))
     AND NOT EXISTS (SELECT FROM running r WHERE r.organization_id = i.organization_id OR r.id <> ALL (mine))
   ORDER BY i.claimed_until NULLS FIRST, i.created_at LIMIT 1
$$;
CREATE FUNCTION porter.files_left(kept interval, cut_off interval) RETURNS TABLE (organization_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.organization_id, i.id FROM public.case_logs_logimport i
   WHERE (i.is_stored OR i.state = 'receiving') AND i.state NOT IN ('waiting', 'looking', 'importing')
     AND i.active_at < now() - CASE WHEN i.state = 'receiving' THEN cut_off ELSE kept END
   ORDER BY i.active_at LIMIT 1000
$$;
REVOKE ALL ON FUNCTION porter.files_left(interval, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.files_left(interval, interval) TO casefy_app;
RESET ROLE;
"""

BEFORE: str = import_module("cases.logs.migrations.0004_side_by_side").SQL
UNDO = f"""
SET ROLE casefy_porter;
DROP FUNCTION porter.files_left(interval, interval);
{BEFORE[BEFORE.index("CREATE FUNCTION") : BEFORE.index("REVOKE")].replace("CREATE", "CREATE OR REPLACE")}
RESET ROLE;
REVOKE SELECT (active_at) ON case_logs_logimport FROM casefy_porter;
"""


class Migration(migrations.Migration):
    dependencies = [("case_logs", "0004_side_by_side")]
    operations = [
        migrations.AddField("logimport", "active_at", models.DateTimeField(default=now)),
        migrations.RemoveIndex("logimport", "log_import_due"),
        migrations.AddIndex(
            "logimport",
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=("waiting", "looking", "importing")),
                name="log_import_due",
            ),
        ),
        migrations.AddIndex(
            "logimport",
            models.Index(
                fields=["organization", "active_at"],
                condition=Q(is_stored=True) | Q(state="receiving"),
                name="log_import_file",
            ),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
