"""Who is who, for those who have a right to know."""

from api.door import Call
from api.parameters import read_parameters
from tenants.directory import Directory
from tenants.seeing import people_for


def known(call: Call) -> Directory:
    """Return who is who, to those who may see people."""
    read_parameters(call.request, ())
    return people_for(call.by)
