"""The walls between tenants, asked of Postgres' own catalogue; and each guard shown to find its fault."""

from contextlib import contextmanager

import pytest

from casefy import catalogue_guards, checks

pytestmark = pytest.mark.django_db


def asking(connection):
    return lambda query: connection.execute(query).fetchall()


@contextmanager
def planted(superuser, *statements):
    """The fault exists while the block runs, for this connection alone."""
    with superuser.transaction(force_rollback=True):
        for statement in statements:
            superuser.execute(statement)
        yield


def test_all_walls_stand(superuser):
    assert catalogue_guards.walls(asking(superuser)) == []


def test_the_start_up_checks_have_nothing_against_this_database():
    assert checks.database() == []


def test_there_are_tables_to_guard(superuser):
    """A guard that sees nothing would always be content."""
    (count,) = superuser.execute("SELECT count(*) FROM pg_policy").fetchone()
    assert count > 10


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE leaky (organization_id uuid, x int)"],
        [
            "CREATE TABLE leaky (organization_id uuid)",
            "ALTER TABLE leaky ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE leaky FORCE ROW LEVEL SECURITY",
        ],
        [
            "CREATE TABLE leaky (organization_id uuid)",
            "ALTER TABLE leaky ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY p ON leaky USING (true)",
        ],
    ],
    ids=["nothing", "no policy", "not forced"],
)
def test_a_tenant_table_without_a_forced_policy_is_found(superuser, statements):
    with planted(superuser, *statements):
        assert catalogue_guards.walls(asking(superuser)) == [
            "Table leaky holds tenants' rows but has no forced row-level security policy."
        ]


def test_a_foreign_key_without_the_tenant_is_found(superuser):
    with planted(
        superuser,
        "CREATE TABLE leaky (organization_id uuid, case_id uuid)",
        "ALTER TABLE leaky ADD CONSTRAINT loose FOREIGN KEY (case_id) REFERENCES cases_case (id)",
    ):
        assert any("Foreign key leaky.loose" in fault for fault in catalogue_guards.walls(asking(superuser)))


def test_a_view_with_its_owners_rights_is_found(superuser):
    with planted(superuser, "CREATE VIEW peephole AS SELECT id FROM cases_case"):
        assert any("View peephole" in fault for fault in catalogue_guards.walls(asking(superuser)))
    with planted(
        superuser, "CREATE VIEW window_pane WITH (security_invoker = true) AS SELECT id FROM cases_case"
    ):
        assert catalogue_guards.walls(asking(superuser)) == []


def test_a_stray_security_definer_function_is_found(superuser):
    body = "LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1'"
    with planted(superuser, f"CREATE FUNCTION public.backdoor() RETURNS int {body}"):
        assert any("Function backdoor()" in fault for fault in catalogue_guards.walls(asking(superuser)))


@pytest.mark.parametrize(
    ("role", "fault"),
    [
        ("postgres", "is a superuser"),
        ("casefy_owner", "is a member of casefy_finder, casefy_notary"),
    ],
)
def test_a_role_that_could_look_past_the_walls_is_refused(superuser, role, fault):
    with planted(superuser, f"SET LOCAL ROLE {role}"):
        found = catalogue_guards.app_role(asking(superuser))
    assert any(f"“{role}” {fault}" in sentence for sentence in found), found


def test_a_role_that_owns_a_table_is_refused(superuser):
    with planted(
        superuser,
        "CREATE TABLE mine (x int)",
        "ALTER TABLE mine OWNER TO casefy_app",
        "SET LOCAL ROLE casefy_app",
    ):
        assert catalogue_guards.app_role(asking(superuser)) == [
            (
                "The database role “casefy_app” owns mine. "
                "Serve with the role casefy_app, which owns nothing (DATABASE_URL)."
            )
        ]


def test_a_role_that_bypasses_row_security_is_refused(superuser):
    with planted(superuser, "ALTER ROLE casefy_app BYPASSRLS", "SET LOCAL ROLE casefy_app"):
        assert any(
            "bypasses row-level security" in sentence
            for sentence in catalogue_guards.app_role(asking(superuser))
        )


@pytest.mark.parametrize(
    ("number", "is_fine"),
    [
        (150012, False),
        (160009, False),
        (160010, True),
        (170005, False),
        (170006, True),
        (180000, True),
        (190001, True),
    ],
)
def test_old_servers_and_those_with_known_holes_are_refused(number, is_fine):
    assert (catalogue_guards.version(number) == []) is is_fine
