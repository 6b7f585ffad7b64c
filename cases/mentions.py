"""Who is meant by `@Name` in a comment."""

import re
from collections.abc import Iterable
from uuid import UUID

from casefy.errors import Invalid
from tenants.directory import Directory

MOST = 50


def mentioned(text: str, people: Directory, also: Iterable[UUID] = ()) -> list[UUID]:
    """Return the ids of the active members named in a text as `@Full Name`, or given in `also`.

    Longer names win over shorter ones that begin the same. Raises Invalid for ids of nobody.
    """
    found: dict[UUID, None] = {}
    for id_ in also:
        person = people.people.get(id_)
        if person is None or not person.is_active:
            raise Invalid(
                "You named somebody who is not here.", fields={"mentions": "Name active members alone."}
            )
        found[id_] = None
    for person in sorted(people.active_people(), key=lambda p: len(p.name), reverse=True):
        # A name ends where a word ends, and an @ inside a word is an e-mail address.
        text, times = re.subn(rf"(?<!\w)@{re.escape(person.name)}(?!\w)", " ", text, flags=re.IGNORECASE)
        if times:
            found[person.id] = None
    return list(found)[:MOST]
