"""Full text search through one audited function.

Row-level security bars the `@@` operator from its index (it is not leakproof). The function runs
as a role nobody logs in as, names the tenant itself, and answers with ids alone.
"""

from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations

SQL = """
CREATE INDEX case_document ON cases_case USING gin (organization_id, document);
GRANT SELECT (id, organization_id, template_id, document) ON cases_case TO casefy_finder;
CREATE POLICY finder_reads ON cases_case FOR SELECT TO casefy_finder USING (true);
SET ROLE casefy_finder;
CREATE FUNCTION finder.cases(wanted text, of_template uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE query tsquery;
BEGIN
  IF wanted = '' THEN RETURN; END IF;
  query := to_tsquery('simple', wanted);
  RETURN QUERY SELECT c.id FROM public.cases_case c
   WHERE c.organization_id = current_setting('casefy.organization')::uuid AND c.document @@ query
     AND (of_template IS NULL OR c.template_id = of_template)
   ORDER BY c.id DESC LIMIT least(most, 1000);
END $$;
REVOKE ALL ON FUNCTION finder.cases(text, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION finder.cases(text, uuid, integer) TO casefy_app;
RESET ROLE;
"""

UNDO = """
SET ROLE casefy_finder;
DROP FUNCTION finder.cases(text, uuid, integer);
RESET ROLE;
DROP POLICY finder_reads ON cases_case;
REVOKE SELECT (id, organization_id, template_id, document) ON cases_case FROM casefy_finder;
DROP INDEX case_document;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_cases")]
    operations = [BtreeGinExtension(), migrations.RunSQL(SQL, UNDO)]
