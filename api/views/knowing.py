"""Who is who, for those who have a right to know."""

from api.door import Call
from api.parameters import read_parameters
from tenants.directory import Directory, directory


def known(call: Call) -> Directory:
    """Return who is who, to those who see cases; others have no business with the list of people."""
    read_parameters(call.request, ())
    who = directory(call.by.organization_id, call.by.revision)
    call.by.require("case.view", who.who_could)
    return who
