"""Questions to Postgres' own catalogue: is every tenant's wall where it should be? Used at start-up and by tests."""

from collections.abc import Callable, Iterable
from typing import Any

from casefy.bootstrap import DEFINER_SCHEMAS

Ask = Callable[[str], Iterable[tuple[Any, ...]]]

# The only functions that may run with their owner's rights. Each is small and audited, and its owner cannot log in.
DEFINERS = (
    "finder.cases(text,uuid,integer)",
    "notary.append()",
    "notary.append_many(uuid[],text[],json,json)",
    "notary.debtors()",
    "notary.lag()",
    "notary.organizations()",
    "notary.owed(text[],integer,uuid)",
    "porter.due_import(uuid[])",
    "porter.enter_by_token(bytea)",
    "porter.enter_by_user(uuid,text)",
    "porter.follow_ups_due(timestamp with time zone,integer)",
    "porter.files_left(interval,interval)",
    "porter.forget_answers(interval)",
    "porter.forget_outbound(interval,interval)",
    "porter.invitation(bytea)",
    "porter.mails_due(integer)",
    "porter.offers_to(uuid)",
    "porter.organization_named(text)",
    "porter.organizations_of(uuid)",
)

# The only tables whose rows belong to no organization: logins, and what Django and the server keep for themselves.
OF_NO_TENANT = (
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "mfa_authenticator",
    "notary.epoch",
    "tenants_user",
)

# Every table of ours with the column that names its tenant, if it has one; the tables of extensions are theirs.
_TABLES = f"""
WITH tables AS (
  SELECT c.oid,
         n.nspname IN {("public", *DEFINER_SCHEMAS)} AND NOT EXISTS (SELECT FROM pg_depend d
           WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') AS is_ours,
         c.relrowsecurity AND c.relforcerowsecurity AS is_forced, a.attnum, a.attname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname =
         CASE WHEN c.oid = to_regclass('public.tenants_organization') THEN 'id' ELSE 'organization_id' END
   WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'f'))
"""

WITHOUT_POLICY = f"""{_TABLES}
SELECT t.oid::regclass::text FROM tables t
 WHERE t.attname IS NOT NULL AND (NOT t.is_forced OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid))
 ORDER BY 1"""

UNLISTED = f"""{_TABLES}
SELECT t.oid::regclass::text FROM tables t
 WHERE t.attname IS NULL AND t.is_ours AND t.oid::regclass::text NOT IN {OF_NO_TENANT} ORDER BY 1"""

# Of the app role there is one policy for a table, the one of tenants/constraints.py; all others are of roles that
# own audited functions.
STRAY_POLICIES = f"""{_TABLES}
SELECT t.oid::regclass::text || '.' || p.polname FROM tables t JOIN pg_policy p ON p.polrelid = t.oid,
       format('(%I = (current_setting(''casefy.organization''::text))::uuid)',
              coalesce(t.attname, 'organization_id')) AS mine(sentence)
 WHERE t.is_forced
   AND NOT p.polroles <@ ARRAY(SELECT r.oid FROM pg_roles r WHERE r.rolname IN {(*DEFINER_SCHEMAS.values(),)})
   AND (p.polroles = ARRAY[to_regrole('casefy_app')::oid] AND p.polpermissive AND p.polcmd = '*'
        AND pg_get_expr(p.polqual, t.oid) = mine.sentence
        AND pg_get_expr(p.polwithcheck, t.oid) = mine.sentence) IS NOT TRUE
 ORDER BY 1"""

LOOSE_FOREIGN_KEYS = f"""{_TABLES}
SELECT k.conrelid::regclass::text || '.' || k.conname
  FROM pg_constraint k JOIN tables f ON f.oid = k.conrelid JOIN tables t ON t.oid = k.confrelid
 WHERE k.contype = 'f' AND t.attname IS NOT NULL
   AND NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) AS p(f, t) WHERE p.f = f.attnum AND p.t = t.attnum)
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
   AND (p.oid::regprocedure::text NOT IN {DEFINERS} OR r.rolname NOT IN {(*DEFINER_SCHEMAS.values(),)}
        OR r.rolcanlogin OR r.rolsuper
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
        UNLISTED,
        "Table {} names no organization for its rows. Give it one, or list it among those of no tenant.",
    ),
    (
        STRAY_POLICIES,
        "Policy {} says something else than that the app sees and writes the rows of the organization in scope.",
    ),
    (
        LOOSE_FOREIGN_KEYS,
        "Foreign key {} joins tenants' tables without organization_id: it could reach into another tenant.",
    ),
    (OPEN_VIEWS, "View {} reads with its owner's rights: create it WITH (security_invoker = true)."),
    (
        STRAY_DEFINERS,
        (
            "Function {} is SECURITY DEFINER and not on the list of those audited, owned by another role than "
            "those made for that, or without a fixed search_path."
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
