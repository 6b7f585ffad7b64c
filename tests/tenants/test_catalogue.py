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


@pytest.mark.parametrize(
    "change", ["NO FORCE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"], ids=["not forced", "disabled"]
)
def test_the_organizations_themselves_are_behind_a_wall(superuser, change):
    """Their column is called otherwise than everybody's."""
    with planted(superuser, f"ALTER TABLE tenants_organization {change}"):
        assert catalogue_guards.walls(asking(superuser)) == [
            "Table tenants_organization holds tenants' rows but has no forced row-level security policy."
        ]


FORCED = [
    "CREATE TABLE leaky (organization_id uuid, x int)",
    "ALTER TABLE leaky ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE leaky FORCE ROW LEVEL SECURITY",
]
MINE = "organization_id = current_setting('casefy.organization')::uuid"
MISSING_OK = MINE.replace("')", "', true)")
MORE_POLICIES = {
    "one more, for everything": "TO casefy_app USING (true)",
    "one more, for everybody": "FOR SELECT USING (true)",
    "one more, of the owner": "TO casefy_owner USING (true)",
    "one more, of the app among others": "TO casefy_porter, casefy_app USING (true)",
}
ONLY_POLICIES = {
    "true": "TO casefy_app USING (true) WITH CHECK (true)",
    "an unset tenant sees nothing": f"TO casefy_app USING ({MISSING_OK}) WITH CHECK ({MISSING_OK})",
    "everything may be written": f"TO casefy_app USING ({MINE}) WITH CHECK (true)",
    "nothing is said of writing": f"TO casefy_app USING ({MINE})",
    "of one command": f"FOR UPDATE TO casefy_app USING ({MINE}) WITH CHECK ({MINE})",
    "what another says as well": f"AS RESTRICTIVE TO casefy_app USING ({MINE}) WITH CHECK ({MINE})",
    "something beside it": f"TO casefy_app USING (x = 1 OR {MINE}) WITH CHECK ({MINE})",
}


@pytest.mark.parametrize(
    ("table", "policy"),
    [
        *(pytest.param("cases_case", each, id=name) for name, each in MORE_POLICIES.items()),
        *(pytest.param("leaky", each, id=name) for name, each in ONLY_POLICIES.items()),
    ],
)
def test_a_policy_that_says_something_else_is_found(superuser, table, policy):
    with planted(superuser, *FORCED[: 3 if table == "leaky" else 0], f"CREATE POLICY p ON {table} {policy}"):
        (fault,) = catalogue_guards.walls(asking(superuser))
    assert fault.startswith(f"Policy {table}.p says something else"), fault


def test_the_policy_of_every_table_is_none_of_these(superuser):
    policy = f"CREATE POLICY p ON leaky TO casefy_app USING ({MINE}) WITH CHECK ({MINE})"
    with planted(superuser, *FORCED, policy):
        assert catalogue_guards.walls(asking(superuser)) == []


@pytest.mark.parametrize("is_forced", [False, True])
def test_a_table_that_names_no_organization_is_found(superuser, is_forced):
    with planted(superuser, "CREATE TABLE leaky (note text)", *FORCED[1 : 3 if is_forced else 1]):
        (fault,) = catalogue_guards.walls(asking(superuser))
    assert fault.startswith("Table leaky names no organization for its rows.")


def test_a_table_beside_the_product_is_nobodys_business(superuser):
    with planted(superuser, "CREATE SCHEMA reports", "CREATE TABLE reports.daily (note text)"):
        assert catalogue_guards.walls(asking(superuser)) == []


@pytest.mark.parametrize(
    "reference",
    [
        "case_id uuid REFERENCES cases_case (id)",
        "organization_id uuid, case_id uuid REFERENCES cases_case (id)",
        (
            "organization_id uuid, other uuid, case_id uuid, "
            "FOREIGN KEY (other, case_id) REFERENCES cases_case (organization_id, id)"
        ),
        "organization_id uuid, other uuid REFERENCES tenants_organization (id)",
    ],
    ids=["no tenant there", "a case alone", "by another column", "another organization"],
)
def test_a_foreign_key_into_another_tenant_is_found(superuser, reference):
    with planted(
        superuser, "CREATE SCHEMA reports", f"CREATE TABLE reports.leaky (id int PRIMARY KEY, {reference})"
    ):
        found = catalogue_guards.walls(asking(superuser))
    assert any(fault.startswith("Foreign key reports.leaky.") for fault in found), found


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
    "statements",
    [
        ["SET LOCAL ROLE casefy_porter", "CREATE FUNCTION porter.peek() RETURNS SETOF uuid {}", "RESET ROLE"],
        ["ALTER FUNCTION finder.cases(text, uuid, integer) OWNER TO postgres"],
        ["ALTER FUNCTION notary.lag() RESET search_path"],
    ],
    ids=["one more in an audited schema", "of a superuser", "no fixed search_path"],
)
def test_a_function_with_its_owners_rights_is_on_the_list_or_found(superuser, statements):
    body = (
        "LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT id FROM public.tenants_member'"
    )
    with planted(superuser, *(each.format(body) for each in statements)):
        (fault,) = catalogue_guards.walls(asking(superuser))
    assert "is SECURITY DEFINER and not on the list" in fault


def test_every_function_on_the_list_is_there(superuser):
    """What is gone leaves the list: its name would let another pass."""
    for function in catalogue_guards.DEFINERS:
        found = superuser.execute("SELECT prosecdef FROM pg_proc WHERE oid = %s::regprocedure", [function])
        assert found.fetchone() == (True,), function
    for table in catalogue_guards.OF_NO_TENANT:
        found = superuser.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
        assert found.fetchone() == (False,), table


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
