"""The folder in which all workers of one web process count, so that `/metrics` is of all of them."""

import os
import shutil
import tempfile
from pathlib import Path

from casefy.embedded.errors import CannotStart

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


def prepare(port: str) -> None:
    """Make the folder anew and name it in the environment, unless an operator named one. Raises CannotStart."""
    if os.environ.get(VARIABLE):
        return
    folder = Path(tempfile.gettempdir()) / f"casefy-metrics-{os.getuid()}-{port}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError as fault:
        raise CannotStart(
            f"{folder} cannot be made ({fault.strerror}). Remove it, or set {VARIABLE} to an empty folder "
            "for this process alone."
        ) from fault
    os.environ[VARIABLE] = str(folder)
