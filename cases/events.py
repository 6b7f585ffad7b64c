"""What can happen to a case, in the past tense. Bodies carry before and after, as stored and as shown."""

from collections.abc import Iterable
from typing import Any

from timeline.registry import Fact, fact


class _WithFields(Fact):
    """A fact whose `personal` names the keys of personal fields among its values."""

    personal_fields: list[str]

    @staticmethod
    def paths(container: str, keys: list[str]) -> frozenset[tuple[str, ...]]:
        return frozenset((container, key) for key in keys)


@fact(
    "case.opened",
    sentence="opened the case in {stage_name}",
    tone="good",
    icon="circle-plus",
    personal=("owner_name",),
)
class CaseOpened(_WithFields):
    """A case began. `data` holds its values by field key; `template` is the template's id."""

    number: str
    title: str
    template: str
    template_name: str
    stage: str
    stage_name: str
    data: dict[str, Any]
    personal_fields: list[str]
    owner: str | None = None
    owner_name: str = ""
    team: str | None = None
    team_name: str = ""
    external_ref: str | None = None
    source: dict[str, Any] | None = None

    def personal_paths(self) -> frozenset[tuple[str, ...]]:
        return self.personal | self.paths("data", self.personal_fields)


@fact("case.fields_changed", sentence="changed {summary}", tone="edit", icon="pencil")
class CaseFieldsChanged(_WithFields):
    """Values changed: `changes` maps a field key to name, kind, from, to, and both as shown then."""

    summary: str
    changes: dict[str, Any]
    personal_fields: list[str]

    def personal_paths(self) -> frozenset[tuple[str, ...]]:
        return self.paths("changes", self.personal_fields) | self._names_shown()

    def _names_shown(self) -> frozenset[tuple[str, ...]]:
        """Return where the names of members stand that a field was changed from and to; their ids may stay."""
        keys = [key for key, change in self.changes.items() if change["kind"] == "member"]
        return frozenset(
            ("changes", key, side)
            for key in keys
            if key not in self.personal_fields
            for side in ("from_shown", "to_shown")
        )

    def fields_changed(self) -> Iterable[str]:
        """Return the keys of the fields changed."""
        return self.changes


@fact(
    "case.moved",
    sentence={
        "advance": "moved the case from {from_name} to {to_name}",
        "return": "returned the case from {from_name} to {to_name}",
        "skip": "skipped ahead from {from_name} to {to_name}",
    },
    tone="move",
    icon="arrow-right",
)
class CaseMoved(Fact):
    """The case changed its stage. `seconds` were spent in the one it left."""

    from_stage: str
    from_name: str
    to_stage: str
    to_name: str
    kind: str
    seconds: float
    source: dict[str, Any] | None = None

    def personal_paths(self) -> frozenset[tuple[str, ...]]:
        keys = self.source.get("personal", ()) if self.source else ()
        return frozenset(("source", "changes", key) for key in keys)

    def fields_changed(self) -> Iterable[str]:
        """Return the keys of the fields that an imported row changed."""
        return (self.source or {}).get("changes") or ()


@fact(
    "case.assigned",
    sentence="assigned the case to {to}",
    tone="neutral",
    icon="user-round-check",
    personal=("to", "owner_name", "from_owner_name"),
)
class CaseAssigned(Fact):
    """Somebody else, or nobody, has the case now. `to` says it in words."""

    to: str
    owner: str | None
    owner_name: str
    team: str | None
    team_name: str
    from_owner: str | None
    from_owner_name: str
    from_team: str | None
    from_team_name: str

    def heard_by(self, usual: tuple[str, ...]) -> tuple[str, ...]:
        """Return also who had it before: they see that it is gone."""
        before = (("owner", self.from_owner), ("team", self.from_team))
        return (*usual, *(f"{kind}:{id_}" for kind, id_ in before if id_))


@fact("case.held", sentence="put the case on hold{until_words}", tone="warn", icon="circle-pause")
class CaseHeld(Fact):
    """Work stopped for a while. `until` is a day to look again, if one was given."""

    until: str | None
    until_words: str


@fact(
    "case.follow_up_reached",
    sentence="asked to look again at the case: the day has come",
    tone="warn",
    icon="bell-ring",
)
class CaseFollowUpReached(Fact):
    """The day to look again at a case on hold has come. `held_by` is the member who put it on hold, if one did."""

    until: str
    held_by: str | None


@fact("case.resumed", sentence="resumed the case", tone="good", icon="circle-play")
class CaseResumed(Fact):
    """Work goes on."""

    held_until: str | None


@fact("case.closed", sentence="closed the case{outcome_words}", tone="good", icon="circle-check")
class CaseClosed(Fact):
    """The case ended, with an outcome."""

    outcome: str
    outcome_name: str
    outcome_words: str
    stage: str


@fact("case.cancelled", sentence="cancelled the case", tone="bad", icon="circle-x")
class CaseCancelled(Fact):
    """The case ended without an outcome."""

    stage: str


@fact("case.reopened", sentence="reopened the case in {stage_name}", tone="move", icon="rotate-ccw")
class CaseReopened(Fact):
    """A case that had ended runs again, in `stage`."""

    was: str
    outcome: str
    from_stage: str
    stage: str
    stage_name: str


@fact("case.commented", sentence="commented", tone="talk", icon="message-square", personal=("text",))
class CaseCommented(Fact):
    """Somebody said something, in Markdown. `mentions` are the ids of the members named."""

    text: str
    mentions: list[str]
