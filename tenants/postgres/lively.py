"""Whether a connection from the pool still works: asked of the operating system, not of the server, where that will do.

A server that went away has closed the connection or said why: there is something to be read. Only a network that lost
a connection without a word leaves nothing; whatever lay idle for long is therefore asked with a round trip, which costs
a tenth of a short request.
"""

import select
from time import monotonic
from typing import Any

import psycopg

LONG = 10.0  # seconds since a connection was last handed out


def has_ended(connection: "psycopg.Connection[Any]") -> bool:
    """Return whether a connection that is to be handed out works no more."""
    before = getattr(connection, "handed_out_at", 0.0)
    connection.handed_out_at = at = monotonic()  # type: ignore[attr-defined] # ours, on a connection of our pool
    if at - before < LONG and not _says_something(connection):
        return False
    try:
        connection.execute("")
    except psycopg.Error:
        return True
    return False


def _says_something(connection: "psycopg.Connection[Any]") -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
