"""The porter also knows which places were offered to the address of one user."""

from django.db import migrations

SQL = """
GRANT SELECT (id, email) ON tenants_user TO casefy_porter;
SET ROLE casefy_porter;
CREATE FUNCTION porter.offers_to(who uuid)
RETURNS TABLE (organization_id uuid, organization_name text, invitation_id uuid, email text, role_name text,
               expires_at timestamptz, accepted_at timestamptz, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.organization_id, o.name::text, i.id, i.email::text, r.name::text,
         i.expires_at, i.accepted_at, i.revoked_at
    FROM public.tenants_user u
    JOIN public.tenants_invitation i ON i.email = u.email
    JOIN public.tenants_role r ON r.organization_id = i.organization_id AND r.id = i.role_id
    JOIN public.tenants_organization o ON o.id = i.organization_id
   WHERE u.id = who AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
   ORDER BY i.expires_at DESC
$$;
REVOKE ALL ON FUNCTION porter.offers_to(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION porter.offers_to(uuid) TO casefy_app;
RESET ROLE;
CREATE INDEX invitation_offered ON tenants_invitation (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
"""
UNDO = """
DROP INDEX invitation_offered;
SET ROLE casefy_porter;
DROP FUNCTION porter.offers_to(uuid);
RESET ROLE;
REVOKE SELECT (id, email) ON tenants_user FROM casefy_porter;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_porter")]
    operations = [migrations.RunSQL(SQL, UNDO)]
