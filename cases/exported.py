"""An exported log as a file, for whoever sends it on."""

import io
import tempfile
from typing import IO

from casefy.errors import Refused
from cases.actions.exporting import LogFormat, export_log
from tenants.actor import Actor


def exported(*, by: Actor, template: str, format: LogFormat) -> IO[bytes]:  # noqa: A002 - as the act calls it
    """Return the event log of a template in a temporary file, at its beginning; it is gone when it is closed.

    All rows are on disk then: nothing is asked of the database while it is sent. Raises what `export_log` does.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        export_log(by=by, template=template, format=format, out=text)
    except Refused:
        text.close()
        raise
    text.detach()
    file.seek(0)
    return file
