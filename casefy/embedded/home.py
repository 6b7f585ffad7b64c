"""The embedded services of `CASEFY_HOME` as the product's database: address, environment, migrations at hand."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from casefy import env
from casefy.embedded.services import Services, in_use, services

DATABASE = "casefy"


def addresses(found: Services) -> dict[str, str]:
    """The environment of a product that runs on these services."""
    return {
        "DATABASE_URL": found.address("casefy_app", DATABASE),
        "OWNER_DATABASE_URL": found.address("casefy_owner", DATABASE),
        "REDIS_URL": found.valkey.url(),
        "SECRET_KEY": found.secrets["secret_key"],
        "CASEFY_DEMO": "1",
    }


def write_environment(found: Services, more: Mapping[str, str]) -> None:
    """Leave the addresses in `CASEFY_HOME/env` for other commands and for `manage.py` (mode 600)."""
    lines = [f"{name}={value}\n" for name, value in {**addresses(found), **more}.items()]
    path, draft = found.home / "env", found.home / f"env.{os.getpid()}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:  # noqa: PTH123 - born private
        file.writelines(
            ["# Written at every start: where the embedded services of this folder answer.\n", *lines]
        )
    draft.replace(path)


@contextmanager
def available() -> Iterator[None]:
    """A database for one command: the configured one, else the embedded one, started for the block when it
    is not up.
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("OWNER_DATABASE_URL"):
        yield
        return
    with in_use(services(env.home())) as found:
        found.make_database(DATABASE)
        os.environ.update({name: value for name, value in addresses(found).items() if name not in os.environ})
        yield
