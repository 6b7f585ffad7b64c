"""The containers run what `casefy up` runs: one table of processes, read here from both sides."""

from pathlib import Path

import pytest
import yaml

from casefy.env import ROOT
from casefy.processes import BY_NAME, PROCESSES

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_each_process_has_its_container_with_the_same_command(process):
    assert SERVICES[process.name]["command"] == list(process.command)


def test_there_is_a_container_for_nothing_else_but_servers_and_the_migration():
    assert set(SERVICES) == {process.name for process in PROCESSES} | {
        "postgres",
        "valkey",
        "mailpit",
        "migrate",
    }


def test_the_database_is_that_of_the_embedded_one():
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["valkey"]["image"] == "valkey/valkey:9"


@pytest.mark.parametrize("name", [process.name for process in PROCESSES])
def test_the_product_knows_neither_the_owners_nor_the_superusers_password(name):
    environment = SERVICES[name]["environment"]
    assert "casefy_app:" in environment["DATABASE_URL"]
    assert not {"OWNER_DATABASE_URL", "SUPERUSER_DATABASE_URL"} & set(environment)
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_migration_is_a_step_of_its_own_with_the_owners_role():
    migrate = SERVICES["migrate"]
    assert migrate["command"] == ["casefy", "migrate"]
    assert "casefy_owner:" in migrate["environment"]["OWNER_DATABASE_URL"]


@pytest.mark.parametrize("name", [process.name for process in PROCESSES])
def test_what_is_sorted_on_disk_is_not_sorted_in_memory(name):
    """Nothing of a container can be written but its `tmpfs`, which is memory, and its volumes."""
    service = SERVICES[name]
    assert service["read_only"]
    assert service["environment"]["TMPDIR"] in service["volumes"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_container_that_stays_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_postgres_is_not_well_before_it_can_be_reached():
    """While it makes its files it answers at its socket alone: the migration would come too early."""
    assert SERVICES["postgres"]["healthcheck"]["test"][-2:] == ["--host", "127.0.0.1"]


@pytest.mark.parametrize(
    "name",
    ["CASEFY_PUBLIC_URL", "CASEFY_ALLOWED_HOSTS", "CASEFY_METRICS_TOKEN", "EMAIL_URL", "CASEFY_FROM_EMAIL"],
)
def test_what_an_operator_has_to_say_reaches_the_product(name):
    assert f"${{{name}:-" in SERVICES["web"]["environment"][name]


def test_the_image_runs_as_an_ordinary_user_from_locked_requirements():
    lines = Path(ROOT / "Dockerfile").read_text().splitlines()
    assert lines[-3] == "USER casefy"
    assert any("--require-hashes" in line and "runtime.txt" in line for line in lines)


def test_only_loopback_is_published():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_a_refusal_of_valkey_is_no_sign_of_health():
    """`valkey-cli` ends with 0 where it was told NOAUTH, unless `-e` asks it not to."""
    assert SERVICES["valkey"]["healthcheck"]["test"] == ["CMD", "valkey-cli", "-e", "ping"]
    assert set(SERVICES["valkey"]["environment"]) == {"VALKEYCLI_AUTH", "REDISCLI_AUTH"}


def test_postgres_keeps_its_data_where_the_image_of_18_has_it():
    """Its folder is below this one, named for the version; a volume at …/data would be refused."""
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_secrets_do_not_get_into_the_image_nor_into_the_repository():
    for name in (".dockerignore", ".gitignore"):
        assert ".env" in (ROOT / name).read_text().splitlines()


@pytest.mark.parametrize("name", ["web", "live"])
def test_what_is_under_way_has_more_time_than_the_process_gives_it(name):
    words = BY_NAME[name].program
    given = int(words[words.index("--workers-kill-timeout") + 1])
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > given
