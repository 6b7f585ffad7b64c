"""What was sent and what was to be read is forgotten by one small function that sees nothing but its age."""

from django.db import migrations

SQL = """
GRANT DELETE ON outbound_mail TO casefy_porter;
GRANT SELECT (created_at), DELETE ON outbound_notice TO casefy_porter;
CREATE POLICY porter_forgets ON outbound_mail FOR DELETE TO casefy_porter USING (sent_at IS NOT NULL);
CREATE POLICY porter_forgets ON outbound_notice TO casefy_porter USING (true);
SET ROLE casefy_porter;
CREATE FUNCTION porter.forget_outbound(
  mails_after interval, notices_after interval, OUT mails bigint, OUT notices bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM public.outbound_mail WHERE sent_at < now() - greatest(mails_after, interval '1 day');
  GET DIAGNOSTICS mails = ROW_COUNT;
  DELETE FROM public.outbound_notice WHERE created_at < now() - greatest(notices_after, interval '1 day');
  GET DIAGNOSTICS notices = ROW_COUNT;
END $$;
REVOKE ALL ON FUNCTION porter.forget_outbound(interval, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.forget_outbound(interval, interval) TO casefy_app;
RESET ROLE;
CREATE INDEX notice_age ON outbound_notice USING brin (created_at);
"""

UNDO = """
DROP INDEX notice_age;
SET ROLE casefy_porter;
DROP FUNCTION porter.forget_outbound(interval, interval);
RESET ROLE;
DROP POLICY porter_forgets ON outbound_notice;
DROP POLICY porter_forgets ON outbound_mail;
REVOKE SELECT (created_at), DELETE ON outbound_notice FROM casefy_porter;
REVOKE DELETE ON outbound_mail FROM casefy_porter;
"""


class Migration(migrations.Migration):
    dependencies = [("outbound", "0002_due_mails")]
    operations = [migrations.RunSQL(SQL, UNDO)]
