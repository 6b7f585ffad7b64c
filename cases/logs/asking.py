"""Who asked for an import, and whether they still may: judged anew whenever work on it goes on."""

from typing import Any
from uuid import UUID

from casefy.errors import Forbidden
from cases.knowing import people
from cases.logs.models import LogImport
from tenants.actor import Actor
from tenants.configuration import as_of_now


class AskerMayNot(Forbidden):
    """The one who asked may not import any more."""

    code = "asker_may_not"


def asked_by(by: Actor) -> dict[str, Any]:
    """What is kept of the one who asked for an import. Not what they may do: that is asked when it is needed."""
    return {
        "kind": by.kind,
        "id": str(by.id) if by.id else None,
        "label": by.label,
        "member_id": str(by.member_id) if by.member_id else None,
        "on_behalf_of": str(by.on_behalf_of) if by.on_behalf_of else None,
    }


def asker(log: LogImport) -> Actor:
    """The one who asked, with what they may do now; in the organization's scope, one statement.

    Raises AskerMayNot where they may not import (any more): they were deactivated, lost the permission, or their
    token ended. Whoever may import can take the import over.
    """
    named = named_asker(log)
    by = as_of_now(named).whoever(named)
    if not by.may("case.import"):
        raise AskerMayNot(
            f"{by.label} asked for this import and may not import event logs any more. It stops here; what is in stays "
            f"in. Whoever may can go on with it. {people(by).who_could('case.import')}",
        )
    return by


def named_asker(log: LogImport) -> Actor:
    """The one who asked, by name, who may do nothing: for what is only told."""
    kept = log.asked_by
    return Actor(
        log.organization_id,
        kept["kind"],
        kept["label"],
        id=UUID(kept["id"]) if kept["id"] else None,
        member_id=UUID(kept["member_id"]) if kept["member_id"] else None,
        on_behalf_of=UUID(kept["on_behalf_of"]) if kept["on_behalf_of"] else None,
        correlation_id=log.id,
    )
