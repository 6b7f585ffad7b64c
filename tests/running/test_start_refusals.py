"""What forbids a start is said in one sentence, before anything is touched."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile

import psycopg
import pytest

from casefy.embedded import places
from casefy.embedded.services import in_use, services
from tests.running.product import casefy, environment


def test_a_port_that_is_no_number_is_named(tmp_path):
    refused = casefy("up", home=tmp_path, CASEFY_PORT="eighty")
    assert (refused.returncode, refused.stderr) == (
        1,
        "casefy: CASEFY_PORT must be a number between 1 and 65535, not “eighty”.\n",
    )


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    refused = casefy("up", home=tmp_path / "file" / "home")
    assert refused.returncode == 1
    assert "cannot be made" in refused.stderr
    assert "CASEFY_HOME" in refused.stderr


def test_a_full_disk_is_said_before_anything_is_written(tmp_path):
    """A tiny file system where root may mount one; the check itself is the product's own."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small file system here")
    try:
        refused = casefy("up", home=small / "home")
        assert refused.returncode == 1
        assert refused.stderr.startswith("casefy: The disk is full: ")
    finally:
        subprocess.run(["umount", small], check=True)


def test_serving_without_a_secret_is_refused(tmp_path):
    given = {
        **environment(tmp_path),
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
    }
    refused = subprocess.run(
        [sys.executable, "-m", "casefy", "web"],
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert "SECRET_KEY is missing" in refused.stderr


def test_serving_without_a_database_is_refused_with_its_name(tmp_path):
    given = {
        **environment(tmp_path),
        "DATABASE_URL": "postgres://casefy_app@127.0.0.1:1/nowhere",
        "REDIS_URL": os.environ["REDIS_URL"],
        "SECRET_KEY": "x" * 50,
    }
    refused = subprocess.run(
        [sys.executable, "-m", "casefy", "worker"],
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert "The database does not answer" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_is_being_done_is_shown_while_the_checks_run(tmp_path):
    given = {
        "DATABASE_URL": "postgres://casefy_app@127.0.0.1:1/nowhere",
        "REDIS_URL": os.environ["REDIS_URL"],
    }
    refused = casefy("up", home=tmp_path, SECRET_KEY="x" * 50, **given)
    assert refused.returncode == 1
    assert "… Web, live updates, worker, beat" in refused.stdout
    assert "The database does not answer" in refused.stderr


@pytest.fixture(params=[0o022, 0o077], ids=["usual", "strict"])
def umask(request):
    """What new files and folders are closed to."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def private(tmp_path, umask, monkeypatch):
    """A home that only root may enter, such as a checkout in root's own, and its folder for what is passing."""
    home = tmp_path / "private" / "home"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    home.parent.mkdir(mode=0o700)
    yield home
    found = services(home)
    found.stop()
    shutil.rmtree(found.postgres.data.parent)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that services may not enter")
def test_in_a_folder_for_root_alone_the_services_run_as_another_and_keep_their_data_where_they_can(private):
    with in_use(services(private)) as found:
        assert pwd.getpwuid(found.postgres.data.stat().st_uid).pw_name in {places.ACCOUNT, "nobody"}
        assert found.postgres.data.is_relative_to(places.SHARED)
        with psycopg.connect(found.postgres.dsn()) as connection:
            assert connection.execute("SHOW server_version").fetchone()[0].startswith("18.")
        assert found.valkey.is_running()
    assert not found.postgres.is_running()
    assert not found.valkey.is_running()
    private.parent.chmod(0o755)
    assert services(private).postgres.data == found.postgres.data, "the place must not change with a chmod"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that services may not enter")
def test_binaries_that_the_account_cannot_reach_are_copied_to_where_it_can(tmp_path, umask):
    root = tmp_path / "private"
    (root / "tools").mkdir(parents=True)
    (root / "unrelated").mkdir()
    (root / "tools" / "program").write_text("#!/bin/sh\necho it runs\n")
    (root / "tools" / "program").chmod(0o700)
    root.chmod(0o700)
    account = places.service_account()
    reachable = places.runnable(root, ("tools",), account, f"test-{os.getpid()}")
    try:
        said = subprocess.check_output([reachable / "tools" / "program"], text=True, **account.popen_options)
        assert said == "it runs\n"
        assert not (reachable / "unrelated").exists()
        assert places.runnable(root, ("tools",), account, f"test-{os.getpid()}") == reachable
    finally:
        shutil.rmtree(reachable)
