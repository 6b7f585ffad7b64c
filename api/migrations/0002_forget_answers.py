"""Kept answers of every organization are forgotten by one small function that sees nothing but their age."""

from django.db import migrations

SQL = """
GRANT SELECT (created_at), DELETE ON api_keptanswer TO casefy_porter;
CREATE POLICY porter_forgets ON api_keptanswer TO casefy_porter USING (true);
SET ROLE casefy_porter;
CREATE FUNCTION porter.forget_answers(older_than interval) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE gone bigint;
BEGIN
  DELETE FROM public.api_keptanswer WHERE created_at < now() - greatest(older_than, interval '1 hour');
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION porter.forget_answers(interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.forget_answers(interval) TO casefy_app;
RESET ROLE;
"""

UNDO = """
SET ROLE casefy_porter;
DROP FUNCTION porter.forget_answers(interval);
RESET ROLE;
DROP POLICY porter_forgets ON api_keptanswer;
REVOKE SELECT (created_at), DELETE ON api_keptanswer FROM casefy_porter;
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_kept_answers")]
    operations = [migrations.RunSQL(SQL, UNDO)]
