"""The byte format is frozen: the examples in docs/timeline-format.md, computed by a program of its own.

Nothing of the product is used to compute what is expected: whoever reads the document could have written this.
"""

import json
import struct
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from tenants.actor import Actor
from tenants.scope import scoped_to
from tests.timeline.trial import Thing
from timeline.bodies import commitment_of, seal, unseal
from timeline.links import Link, hash_of
from timeline.record import record

DOCUMENT = Path(__file__).parents[2] / "docs" / "timeline-format.md"
EXAMPLES = json.loads(DOCUMENT.read_text().split("```json", 1)[1].split("```", 1)[0])


def lp(text):
    return struct.pack(">i", len(text.encode())) + text.encode()


def micros(text):
    passed = datetime.fromisoformat(text) - datetime(2000, 1, 1, tzinfo=UTC)
    return struct.pack(">q", passed // timedelta(microseconds=1))


def expected_hash(e):
    uuid = lambda name: UUID(e[name]).bytes if e[name] else bytes(16)  # noqa: E731
    data = b"CFY1\n" + bytes.fromhex(e["prev_hash"])
    data += uuid("organization_id") + uuid("stream_id") + struct.pack(">q", e["seq"]) + uuid("id")
    data += micros(e["occurred_at"]) + micros(e["recorded_at"])
    for name in ("actor_id", "on_behalf_of", "template_version_id", "caused_by", "correlation_id"):
        data += uuid(name)
    data += struct.pack(">h", e["depth"]) + (b"\1" if e["is_imported"] else b"\0")
    data += lp(e["stream_kind"]) + lp(e["type"]) + lp(e["actor_kind"])
    return sha256(data + bytes.fromhex(e["commitment"])).hexdigest()


def expected_commitment(body):
    return sha256(bytes.fromhex(body["salt"]) + body["body"].encode()).hexdigest()


def expected_mark(salt, value):
    # Keys in order, no blanks, no escapes but those JSON demands.
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


@pytest.mark.parametrize("example", EXAMPLES["events"], ids=lambda example: example["what"])
def test_the_hash_of_an_example(example):
    assert expected_hash(example) == example["hash"]
    known = {name: example[name] for name in (field.name for field in fields(Link))}
    for name, value in known.items():
        if name.endswith("_id") or name in ("id", "on_behalf_of", "caused_by"):
            known[name] = UUID(value) if value else None
        elif name.endswith("_at"):
            known[name] = datetime.fromisoformat(value)
        elif name in ("commitment", "prev_hash", "hash"):
            known[name] = bytes.fromhex(value)
    assert hash_of(Link(**known)).hex() == example["hash"]


def test_the_examples_are_chained():
    hashes = ["00" * 32, *(example["hash"] for example in EXAMPLES["events"])]
    assert [example["prev_hash"] for example in EXAMPLES["events"]] == hashes[:-1]


@pytest.mark.parametrize("example", EXAMPLES["bodies"], ids=lambda example: example["what"])
def test_the_commitment_of_an_example(example):
    assert expected_commitment(example) == example["commitment"]
    assert commitment_of(bytes.fromhex(example["salt"]), example["body"]).hex() == example["commitment"]
    for mark, (salt, value) in example["personal"].items():
        assert expected_mark(salt, value) == mark
        assert f'{{"$p":"{mark}"}}' in example["body"]
    assert unseal(example["body"], json.dumps(example["personal"])) == example["reads"]
    assert unseal(example["body"], "{}") == example["reads_redacted"]


def test_events_take_their_commitment_from_the_bodies():
    assert [e["commitment"] for e in EXAMPLES["events"]] == [b["commitment"] for b in EXAMPLES["bodies"]]


def test_what_the_product_seals_is_what_the_document_says():
    fact = {"changes": {"mail": {"to": "ana@example.org", "from": None}}, "n": 1}
    sealed = seal(by="Ana Moreno", reason="wie gewünscht", about=fact, personal=[("changes", "mail")])
    apart = json.loads(sealed.personal)
    values = [value for _, value in apart.values()]
    assert len(values) == 3
    assert all(
        value in values for value in ("Ana Moreno", "wie gewünscht", {"from": None, "to": "ana@example.org"})
    )
    for mark, (salt, value) in apart.items():
        assert expected_mark(salt, value) == mark
    assert sealed.commitment.hex() == expected_commitment({"salt": sealed.salt.hex(), "body": sealed.body})
    assert "ana@example.org" not in sealed.body
    assert "Moreno" not in sealed.body
    assert fact["changes"]["mail"]["to"] == "ana@example.org", "what was handed in is not changed"


def test_the_notary_hashes_as_the_document_says(organization, noted):
    by = Actor(
        organization.id, "rule", "A rule", id=uuid4(), on_behalf_of=uuid4(), caused_by=uuid4(), depth=3
    )
    thing = Thing(uuid4(), template_version_id=uuid4())
    at = datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    with scoped_to(organization.id), transaction.atomic():
        record(noted(text="müßig 𝄞"), by=by, about=thing, occurred_at=at)
        record(noted(text="and on"), by=by, about=thing, reason="so")
        for event in rows_of(thing.id):
            assert expected_hash(event) == event["hash"]


def rows_of(stream_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM timeline_event WHERE stream_id = %s ORDER BY seq", [stream_id])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        for name, value in row.items():
            if isinstance(value, UUID):
                row[name] = str(value)
            elif isinstance(value, datetime):
                row[name] = value.isoformat()
            elif name in ("commitment", "prev_hash", "hash"):
                row[name] = bytes(value).hex()
    return rows
