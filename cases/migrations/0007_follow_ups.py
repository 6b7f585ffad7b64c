"""The day to look again at a case on hold: found in order, and owed until it was said."""

from django.db import migrations, models

OWED = """
ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY;
UPDATE cases_case SET follow_up_on = hold_until WHERE status = 'on_hold' AND hold_until IS NOT NULL;
ALTER TABLE cases_case FORCE ROW LEVEL SECURITY;
"""
# A day begins in Kiribati first, fourteen hours before Greenwich: up to there the index leads, then each
# organization's own zone says whether its day has come.
DUE = """
GRANT SELECT (id, organization_id, follow_up_on) ON cases_case TO casefy_porter;
CREATE POLICY porter_reads ON cases_case FOR SELECT TO casefy_porter USING (true);
SET ROLE casefy_porter;
CREATE FUNCTION porter.follow_ups_due(moment timestamptz, most integer)
RETURNS TABLE (organization_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.organization_id, c.id FROM (
    SELECT x.organization_id, x.id, x.follow_up_on,
           row_number() OVER (PARTITION BY x.organization_id ORDER BY x.follow_up_on) AS turn
      FROM (SELECT y.organization_id, y.id, y.follow_up_on
              FROM public.cases_case y JOIN public.tenants_organization o ON o.id = y.organization_id
             WHERE y.follow_up_on <= (moment AT TIME ZONE 'UTC' + interval '14 hours')::date
               AND y.follow_up_on <= (moment AT TIME ZONE o.time_zone)::date
             ORDER BY y.follow_up_on LIMIT most * 20) x) c
   ORDER BY c.turn, c.follow_up_on LIMIT most
$$;
REVOKE ALL ON FUNCTION porter.follow_ups_due(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.follow_ups_due(timestamptz, integer) TO casefy_app;
RESET ROLE;
"""
UNDO = """
SET ROLE casefy_porter;
DROP FUNCTION porter.follow_ups_due(timestamptz, integer);
RESET ROLE;
DROP POLICY porter_reads ON cases_case;
REVOKE SELECT (id, organization_id, follow_up_on) ON cases_case FROM casefy_porter;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_lists_by_status_and_owner"), ("tenants", "0002_porter")]
    operations = [
        migrations.AddField("case", "follow_up_on", models.DateField(null=True)),
        migrations.RunSQL(OWED, migrations.RunSQL.noop),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("hold_until__isnull", False)),
                fields=["organization", "hold_until", "id"],
                name="case_hold_until",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("follow_up_on__isnull", False)),
                fields=["follow_up_on"],
                name="case_follow_up",
            ),
        ),
        migrations.RunSQL(DUE, UNDO),
    ]
