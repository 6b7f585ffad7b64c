"""The porter: the few questions that must be asked before an organization is known.

Each function belongs to a role nobody logs in as, reads what it needs by policies of its own, and
answers about one key holder alone. Letting in sets the tenant for the running transaction.
"""

from django.db import migrations

READS = ("tenants_organization", "tenants_member", "tenants_role", "tenants_token", "tenants_invitation")

ENTRY = """
    organization_id uuid, slug text, organization_name text, time_zone text, locale text, revision bigint,
    member_id uuid, member_name text, member_email text, role_key text, permissions text[]
"""

SQL = f"""
SET ROLE casefy_porter;

CREATE FUNCTION porter.enter_by_token(given bytea)
RETURNS TABLE ({ENTRY}, token_id uuid, token_name text, scopes text[])
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
    JOIN public.tenants_role r ON r.organization_id = m.organization_id AND r.id = m.role_id
    JOIN public.tenants_organization o ON o.id = m.organization_id
   WHERE m.organization_id = t.organization_id AND m.id = t.member_id AND m.is_active;
  IF FOUND THEN PERFORM set_config('casefy.organization', t.organization_id::text, true); END IF;
END $$;

CREATE FUNCTION porter.enter_by_user(who uuid, wanted text)
RETURNS TABLE ({ENTRY})
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found_id uuid;
BEGIN
  SELECT o.id INTO found_id FROM public.tenants_organization o WHERE o.slug = wanted;
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT o.id, o.slug::text, o.name::text, o.time_zone::text, o.locale::text, o.revision,
      m.id, m.name::text, m.email::text, r.key::text, r.permissions::text[]
    FROM public.tenants_member m
    JOIN public.tenants_role r ON r.organization_id = m.organization_id AND r.id = m.role_id
    JOIN public.tenants_organization o ON o.id = m.organization_id
   WHERE m.organization_id = found_id AND m.user_id = who AND m.is_active;
  IF FOUND THEN PERFORM set_config('casefy.organization', found_id::text, true); END IF;
END $$;

CREATE FUNCTION porter.organizations_of(who uuid)
RETURNS TABLE (organization_id uuid, slug text, name text, role_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT o.id, o.slug::text, o.name::text, r.name::text
    FROM public.tenants_member m
    JOIN public.tenants_role r ON r.organization_id = m.organization_id AND r.id = m.role_id
    JOIN public.tenants_organization o ON o.id = m.organization_id
   WHERE m.user_id = who AND m.is_active ORDER BY o.name, o.id
$$;

CREATE FUNCTION porter.organization_named(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT o.id FROM public.tenants_organization o WHERE o.slug = wanted
$$;

CREATE FUNCTION porter.invitation(given bytea)
RETURNS TABLE (organization_id uuid, organization_name text, invitation_id uuid, email text, role_name text,
               expires_at timestamptz, accepted_at timestamptz, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.organization_id, o.name::text, i.id, i.email::text, r.name::text,
         i.expires_at, i.accepted_at, i.revoked_at
    FROM public.tenants_invitation i
    JOIN public.tenants_role r ON r.organization_id = i.organization_id AND r.id = i.role_id
    JOIN public.tenants_organization o ON o.id = i.organization_id
   WHERE i.digest = given
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA porter FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA porter TO casefy_app;
RESET ROLE;
"""

GRANTS = "\n".join(
    f"GRANT SELECT ON {table} TO casefy_porter;\n"
    f"CREATE POLICY porter_reads ON {table} FOR SELECT TO casefy_porter USING (true);"
    for table in READS
)
UNDO = "\n".join(
    f"DROP POLICY porter_reads ON {table}; REVOKE SELECT ON {table} FROM casefy_porter;" for table in READS
)
DROPS = """
SET ROLE casefy_porter;
DROP FUNCTION porter.enter_by_token(bytea); DROP FUNCTION porter.enter_by_user(uuid, text);
DROP FUNCTION porter.organizations_of(uuid); DROP FUNCTION porter.organization_named(text);
DROP FUNCTION porter.invitation(bytea);
RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_organizations")]
    operations = [migrations.RunSQL(GRANTS + SQL, DROPS + UNDO)]
