"""Every event of an organization's stream is counted in the organization's row: a witness to a tail that is gone.

Acts of many apps record on this stream, so the database counts, before the notary (triggers run in the order of their
names) takes the stream's head: whoever changes the configuration holds the organization before its head as well. The
function runs with the rights of whoever records.
"""

from django.db import migrations

SQL = """
SET ROLE casefy_notary;
CREATE FUNCTION notary.count_organization() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.tenants_organization o SET version = o.version + 1
   WHERE o.id = NEW.stream_id AND NEW.stream_id = NEW.organization_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the stream of an organization is about the organization in scope' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION notary.count_organization() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notary.count_organization() TO casefy_owner;
RESET ROLE;

LOCK TABLE timeline_event IN SHARE ROW EXCLUSIVE MODE;
CREATE TRIGGER about_organization BEFORE INSERT ON timeline_event FOR EACH ROW
  WHEN (NEW.stream_kind = 'organization') EXECUTE FUNCTION notary.count_organization();
ALTER TABLE timeline_event ENABLE ALWAYS TRIGGER about_organization;

ALTER TABLE tenants_organization NO FORCE ROW LEVEL SECURITY;
ALTER TABLE timeline_stream NO FORCE ROW LEVEL SECURITY;
UPDATE tenants_organization o SET version = s.seq FROM timeline_stream s
 WHERE s.organization_id = o.id AND s.id = o.id;
ALTER TABLE timeline_stream FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants_organization FORCE ROW LEVEL SECURITY;
"""

UNDO = """
DROP TRIGGER about_organization ON timeline_event;
SET ROLE casefy_notary;
DROP FUNCTION notary.count_organization();
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0012_lengths_in_place"),
        ("tenants", "0006_organizations_count_their_events"),
    ]
    operations = [migrations.RunSQL(SQL, UNDO)]
