"""Who acts, as of now: asked in the very statement that waits for a lock, after the lock was granted.

A statement sees the database as it was when the statement began, but for the row it locks. A volatile function
looks anew each time it is called, so what it answers is never older than the lock it is asked after.
It has no rights of its own: it sees what its caller sees.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION actor_now(of_organization uuid, of_member uuid, of_token uuid)
RETURNS TABLE (revision bigint, time_zone text, permissions text[])
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
BEGIN
  RETURN QUERY SELECT o.revision, o.time_zone::text, (
      SELECT CASE WHEN cardinality(k.scopes) > 0
                  THEN ARRAY(SELECT unnest(r.permissions) INTERSECT SELECT unnest(k.scopes))
                  ELSE r.permissions END::text[]
        FROM public.tenants_member m
        JOIN public.tenants_role r ON r.organization_id = m.organization_id AND r.id = m.role_id
        LEFT JOIN public.tenants_token k ON k.organization_id = m.organization_id AND k.id = of_token
             AND k.member_id = m.id AND k.revoked_at IS NULL
             AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
       WHERE m.organization_id = o.id AND m.id = of_member AND m.is_active
         AND (of_token IS NULL OR k.id IS NOT NULL))
    FROM public.tenants_organization o WHERE o.id = of_organization;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_porter_offers")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION actor_now(uuid, uuid, uuid)")]
