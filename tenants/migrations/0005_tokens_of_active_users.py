"""A token lets nobody in whose login was switched off, as a session does not."""

from django.db import migrations

SQL = """
GRANT SELECT (is_active) ON tenants_user TO casefy_porter;
SET ROLE casefy_porter;
CREATE OR REPLACE FUNCTION porter.enter_by_token(given bytea)
RETURNS TABLE (organization_id uuid, slug text, organization_name text, time_zone text, locale text, revision bigint,
               member_id uuid, member_name text, member_email text, role_key text, permissions text[],
               token_id uuid, token_name text, scopes text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE t record;
BEGIN
  SELECT k.id, k.name, k.scopes, k.member_id, k.organization_id INTO t
    FROM public.tenants_token k
   WHERE k.digest = given AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now());
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT o.id, o.slug::text, o.name::text, o.time_zone::text, o.locale::text, o.revision,
      m.id, m.name::text, m.email::text, r.key::text, r.permissions::text[], t.id, t.name::text, t.scopes::text[]
    FROM public.tenants_member m
    JOIN public.tenants_user u ON u.id = m.user_id AND u.is_active
    JOIN public.tenants_role r ON r.organization_id = m.organization_id AND r.id = m.role_id
    JOIN public.tenants_organization o ON o.id = m.organization_id
   WHERE m.organization_id = t.organization_id AND m.id = t.member_id AND m.is_active;
  IF FOUND THEN PERFORM set_config('casefy.organization', t.organization_id::text, true); END IF;
END $$;
RESET ROLE;
"""
# Back to the function of 0002_porter, which asks nothing of the login.
UNDO = (
    SQL.replace("    JOIN public.tenants_user u ON u.id = m.user_id AND u.is_active\n", "").replace(
        "GRANT SELECT (is_active) ON tenants_user TO", "REVOKE SELECT (is_active) ON tenants_user FROM"
    )
)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_actors_as_of_now")]
    operations = [migrations.RunSQL(SQL, UNDO)]
