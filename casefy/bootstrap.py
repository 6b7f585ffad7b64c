"""What a superuser prepares once in a database before migrations: roles, schemas, default privileges. Safe
to repeat.
"""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

LOGIN_ROLES = ("casefy_owner", "casefy_app")
# Each owns one schema of SECURITY DEFINER functions and can never log in.
DEFINER_SCHEMAS = {"notary": "casefy_notary", "porter": "casefy_porter", "finder": "casefy_finder"}

DATABASE_SQL = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO casefy_owner;
GRANT USAGE ON SCHEMA public TO casefy_app, casefy_notary, casefy_porter, casefy_finder;
ALTER DEFAULT PRIVILEGES FOR ROLE casefy_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO casefy_app;
ALTER DEFAULT PRIVILEGES FOR ROLE casefy_owner GRANT USAGE ON SEQUENCES TO casefy_app;
"""


def create_roles(connection: Connection[TupleRow], passwords: Mapping[str, str]) -> None:
    """Make the cluster-wide roles. A login role whose password is not given keeps the one it has."""
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in (*LOGIN_ROLES, *DEFINER_SCHEMAS.values()):
        name = sql.Identifier(role)
        if role not in known:
            connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        login = sql.SQL("LOGIN") if role in LOGIN_ROLES else sql.SQL("NOLOGIN")
        connection.execute(
            sql.SQL("ALTER ROLE {} {} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION").format(
                name, login
            )
        )
        if role in passwords:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(passwords[role]))
            )
    for role in DEFINER_SCHEMAS.values():
        connection.execute(sql.SQL("GRANT {} TO casefy_owner").format(sql.Identifier(role)))


def create_database(connection: Connection[TupleRow], name: str) -> None:
    """Make the database, owned by `casefy_owner`, when it is not there yet. Needs an autocommit connection."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        return
    # Sort keys are made in Python: what is asked of the database is Unicode letters, the same on every machine.
    builtin = (
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'" if connection.info.server_version >= 170000 else ""
    )
    statement = sql.SQL(
        "CREATE DATABASE {} OWNER casefy_owner ENCODING 'UTF8' LOCALE 'C' {} TEMPLATE template0"
    )
    connection.execute(statement.format(sql.Identifier(name), sql.SQL(builtin)))


def prepare_database(connection: Connection[TupleRow]) -> None:
    """Schemas and privileges inside the database that this (superuser) connection is in."""
    for schema, role in DEFINER_SCHEMAS.items():
        names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
        connection.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}").format(**names)
        )
        connection.execute(
            sql.SQL("GRANT USAGE ON SCHEMA {schema} TO casefy_app, casefy_owner").format(**names)
        )
    connection.execute(DATABASE_SQL)


def from_environment(environment: Mapping[str, str]) -> None:
    """Prepare roles and database as `SUPERUSER_DATABASE_URL`; passwords and name are those of the two other URLs."""
    superuser = environment["SUPERUSER_DATABASE_URL"]
    urls = [
        urlsplit(environment[name])
        for name in ("OWNER_DATABASE_URL", "DATABASE_URL")
        if environment.get(name)
    ]
    name = urls[0].path.lstrip("/")
    with psycopg.connect(superuser, autocommit=True) as connection:
        create_roles(
            connection, {unquote(url.username or ""): unquote(url.password) for url in urls if url.password}
        )
        create_database(connection, name)
    with psycopg.connect(superuser, dbname=name) as connection:
        prepare_database(connection)
