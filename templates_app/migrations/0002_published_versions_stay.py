"""The database itself refuses changes of what was published."""

from django.db import migrations

CREATE = """
CREATE FUNCTION templates_app_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: what was published stays as it is', TG_OP, TG_TABLE_NAME
    USING ERRCODE = '42501';
END $$;

CREATE TRIGGER published_versions_stay BEFORE UPDATE OR DELETE ON templates_app_templateversion
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION templates_app_refuse();
CREATE TRIGGER versions_are_not_truncated BEFORE TRUNCATE ON templates_app_templateversion
  FOR EACH STATEMENT EXECUTE FUNCTION templates_app_refuse();
CREATE TRIGGER identities_stay BEFORE UPDATE OR DELETE ON templates_app_stageidentity
  FOR EACH ROW EXECUTE FUNCTION templates_app_refuse();
CREATE TRIGGER identities_stay BEFORE UPDATE OR DELETE ON templates_app_fieldidentity
  FOR EACH ROW EXECUTE FUNCTION templates_app_refuse();
"""

DROP = """
DROP TRIGGER identities_stay ON templates_app_fieldidentity;
DROP TRIGGER identities_stay ON templates_app_stageidentity;
DROP TRIGGER versions_are_not_truncated ON templates_app_templateversion;
DROP TRIGGER published_versions_stay ON templates_app_templateversion;
DROP FUNCTION templates_app_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("templates_app", "0001_templates")]

    operations = [migrations.RunSQL(CREATE, DROP)]
