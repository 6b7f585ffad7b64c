"""One product that the tests of `casefy up` share: to start it from nothing takes most of a minute."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest

from casefy.embedded.services import services
from tests.running.product import Up


@pytest.fixture(scope="session")
def made():
    """A product in a folder with a space, an umlaut and a name longer than any socket path."""
    folder = Path(
        tempfile.mkdtemp(prefix="casefy up ")
    )  # not pytest's: that is closed to the services' account
    folder.chmod(0o755)
    home = folder / ("a home with ünusual letters " + "long" * 25)
    product = Up(home)
    product.start()
    yield product
    if product.process.poll() is None:
        product.interrupt()
    services(home).stop()
    shutil.rmtree(folder)


@pytest.fixture
def up(made):
    """The product, running and well: another test may have ended it, or what belongs to it."""
    if made.process.poll() is not None:
        made.start()
    deadline = time.monotonic() + 60
    while made.readiness() != 200:
        assert time.monotonic() < deadline, made.output
        time.sleep(0.1)
    return made
