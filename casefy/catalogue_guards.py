"""Questions to Postgres' own catalogue: is every tenant's wall where it should be? Used at start-up and by tests."""

from collections.abc import Callable, Iterable
from typing import Any

Ask = Callable[[str], Iterable[tuple[Any, ...]]]

# The only functions that may run with their owner's rights. Each is small, audited, and its schema's
# owner cannot log in.
DEFINER_SCHEMAS = ("notary", "porter", "finder")

WITHOUT_POLICY = """
SELECT c.oid::regclass::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p')
   AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity
        OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
 ORDER BY 1"""

LOOSE_FOREIGN_KEYS = """
WITH tenant_tables AS (
  SELECT a.attrelid AS oid, a.attnum FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
   WHERE a.attname = 'organization_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p'))
SELECT k.conrelid::regclass::text || '.' || k.conname
  FROM pg_constraint k JOIN tenant_tables f ON f.oid = k.conrelid JOIN tenant_tables t ON t.oid = k.confrelid
 WHERE k.contype = 'f' AND NOT (f.attnum = ANY (k.conkey) AND t.attnum = ANY (k.confkey))
 ORDER BY 1"""

OPEN_VIEWS = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND (c.relkind = 'm' OR c.relkind = 'v'
        AND NOT coalesce(c.reloptions::text[] &&
                         ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false))
 ORDER BY 1"""

STRAY_DEFINERS = f"""
SELECT p.oid::regprocedure::text
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
 WHERE p.prosecdef AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND (n.nspname NOT IN {DEFINER_SCHEMAS} OR r.rolcanlogin OR r.rolsuper
        OR NOT coalesce(array_to_string(p.proconfig, ',') LIKE '%search_path=%', false))
 ORDER BY 1"""

OWNED_BY_THE_APP = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
   AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
 ORDER BY 1"""

APP_ROLE = """
SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
       has_database_privilege(current_database(), 'CREATE'), has_schema_privilege('public', 'CREATE'),
       (SELECT array_agg(o.rolname::text ORDER BY o.rolname) FROM pg_roles o
         WHERE o.rolname <> current_user AND pg_has_role(current_user, o.oid, 'MEMBER'))
  FROM pg_roles WHERE rolname = current_user"""

_FAULTS = (
    (WITHOUT_POLICY, "Table {} holds tenants' rows but has no forced row-level security policy."),
    (
        LOOSE_FOREIGN_KEYS,
        "Foreign key {} joins tenants' tables without organization_id: it could reach into another tenant.",
    ),
    (OPEN_VIEWS, "View {} reads with its owner's rights: create it WITH (security_invoker = true)."),
    (
        STRAY_DEFINERS,
        (
            "Function {} is SECURITY DEFINER outside the audited schemas, owned by a login role, "
            "or without a fixed search_path."
        ),
    ),
)


def walls(ask: Ask) -> list[str]:
    """What is wrong with tables, keys, views and functions: one sentence each."""
    return [sentence.format(row[0]) for query, sentence in _FAULTS for row in ask(query)]


def app_role(ask: Ask) -> list[str]:
    """What is wrong with the role that asks, were it to serve the product."""
    ((name, is_super, bypasses, makes_roles, makes_databases, creates, creates_public, member_of),) = ask(
        APP_ROLE
    )
    faults = {
        "is a superuser": is_super,
        "bypasses row-level security": bypasses,
        "may create roles": makes_roles,
        "may create databases": makes_databases,
        "may create schemas": creates,
        "may create tables": creates_public,
        f"is a member of {', '.join(member_of or ())}": member_of and not is_super,
    }
    found = [fault for fault, is_so in faults.items() if is_so]
    if not found:
        found = [f"owns {row[0]}" for row in list(ask(OWNED_BY_THE_APP))[:3]]
    return [
        f"The database role “{name}” {fault}. Serve with the role casefy_app, which owns nothing (DATABASE_URL)."
        for fault in found
    ]


def version(number: int) -> list[str]:
    """What is wrong with the server's version (`server_version_num`): too old, or known holes in row security."""
    major, minor = divmod(number, 10000)
    if major < 16:
        return [f"Postgres {major} is too old: 16.10, 17.6, 18 or newer is needed."]
    oldest = {16: 10, 17: 6}.get(major, 0)
    return (
        [f"Postgres {major}.{minor} has known holes in row security: update to {major}.{oldest} or newer."]
        if minor < oldest
        else []
    )
