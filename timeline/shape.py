"""An event as JSON: the same in the API and in files."""

from typing import Any

from timeline.queries import Told


def event_shape(told: Told) -> dict[str, Any]:
    """An event, with its sentence and its fact."""
    return {
        "id": told.id,
        "stream": {"kind": told.stream_kind, "id": told.stream_id},
        "seq": told.seq,
        "type": told.type,
        "sentence": "[erased]" if told.is_erased else told.sentence,
        "reason": told.reason,
        "actor": {"kind": told.actor_kind, "id": told.actor_id, "label": told.actor_label},
        "on_behalf_of": told.on_behalf_of,
        "occurred_at": told.occurred_at,
        "recorded_at": told.recorded_at,
        "template_version_id": told.template_version_id,
        "caused_by": told.caused_by,
        "correlation_id": told.correlation_id,
        "depth": told.depth,
        "is_imported": told.is_imported,
        "is_erased": told.is_erased,
        "hash": told.hash.hex(),
        "fact": told.fact,
    }
