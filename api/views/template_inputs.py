"""What the acts on templates take."""

from typing import Any

from rest_framework import serializers

from api.inputs import NUL, Input, Text
from templates_app.definition import CATEGORIES, COLORS, FIELD_KINDS


class Flag(serializers.BooleanField):
    """True or false, and nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the flag."""
        if not isinstance(data, bool):
            raise serializers.ValidationError("Give true or false.")
        return data


class OneOf(serializers.ChoiceField):
    """One of the words listed."""

    def to_internal_value(self, data: Any) -> str:
        """Return the word."""
        if not isinstance(data, str) or (data not in self.choices and not (self.allow_blank and not data)):
            raise serializers.ValidationError(f"Choose one of: {', '.join(self.choices)}.")
        return data


def key(what: str, **more: Any) -> Text:
    """A field that names a stage, field or option by its key."""
    return Text(max_length=64, help_text=f"The key of {what}.", **more)


def keys() -> serializers.ListField:
    """A field that names all of something, in order."""
    return serializers.ListField(
        child=Text(max_length=64), max_length=500, help_text="All keys, in the new order."
    )


class OptionInput(Input):
    """An answer to choose. A `key` is only sent for one that is there already."""

    key = Text(required=False, max_length=64)
    name = Text(max_length=120)
    color = OneOf(COLORS, required=False)
    is_retired = Flag(required=False)


class DescribeTemplate(Input):
    """How a template is presented. A part that is not named stays as it is."""

    name = Text(required=False, allow_null=True, max_length=120)
    description = Text(required=False, allow_null=True, allow_blank=True, max_length=2000)
    icon = Text(required=False, allow_null=True, max_length=40)
    color = OneOf(COLORS, required=False, allow_null=True)


class ReplaceDraft(Input):
    """The text of a YAML file."""

    yaml = Text(max_length=500_000, trim_whitespace=False)


class PublishTemplate(Input):
    """Why, for the timeline."""

    note = Text(required=False, allow_blank=True, max_length=2000)


class AddStage(Input):
    """A new stage."""

    name = Text(max_length=120)
    color = OneOf(COLORS, required=False, allow_blank=True)
    category = OneOf(CATEGORIES, required=False)
    on_path = Flag(required=False)
    before = key("the stage it comes before; without one it is the last", required=False, allow_blank=True)


class ChangeStage(Input):
    """What changes about a stage."""

    stage = key("the stage")
    name = Text(required=False, allow_null=True, max_length=120)
    color = OneOf(COLORS, required=False, allow_null=True)
    category = OneOf(CATEGORIES, required=False, allow_null=True)
    on_path = Flag(required=False, allow_null=True)
    help = Text(required=False, allow_null=True, allow_blank=True, max_length=2000)


class NameStage(Input):
    """A stage."""

    stage = key("the stage")


class Reorder(Input):
    """The new order."""

    order = keys()


class AddField(Input):
    """A new field."""

    name = Text(max_length=120)
    kind = OneOf(FIELD_KINDS)
    help = Text(required=False, allow_blank=True, max_length=2000)
    required_from = key("the first stage that needs an answer", required=False, allow_null=True)
    options = OptionInput(many=True, required=False)
    is_personal = Flag(required=False)
    currency = Text(required=False, allow_null=True, max_length=3)
    unit = Text(required=False, allow_blank=True, max_length=40)


class FieldChanges(Input):
    """What changes about a field. `options` is the whole list; published ones that are left out are retired."""

    name = Text(required=False, max_length=120)
    kind = OneOf(FIELD_KINDS, required=False)
    help = Text(required=False, allow_blank=True, max_length=2000)
    required_from = key("the first stage that needs an answer", required=False, allow_null=True)
    options = OptionInput(many=True, required=False)
    is_personal = Flag(required=False)
    currency = Text(required=False, allow_null=True, max_length=3)
    unit = Text(required=False, allow_blank=True, max_length=40)


class ChangeField(Input):
    """A field and its changes."""

    field = key("the field")
    changes = FieldChanges()


class NameField(Input):
    """A field."""

    field = key("the field")


class NameMove(Input):
    """From where to where."""

    from_stage = key("the stage it starts from")
    to_stage = key("the stage it goes to")


class Pairs(serializers.ListField):
    """Moves, each as [from, to]."""

    def to_internal_value(self, data: Any) -> list[tuple[str, str]]:
        """Return the pairs."""
        if not isinstance(data, list) or any(not _is_pair(each) for each in data):
            raise serializers.ValidationError('Give a list of pairs such as ["intake", "review"].')
        return [(start, end) for start, end in data]


def _is_pair(given: Any) -> bool:
    return (
        isinstance(given, list)
        and len(given) == 2
        and all(isinstance(each, str) and 0 < len(each) <= 64 and NUL not in each for each in given)
    )


class SetReasons(Input):
    """Which kinds of act, and which single moves, have to be explained. What is not named stays as it is."""

    kinds = serializers.ListField(child=Text(max_length=16), required=False, allow_null=True, max_length=20)
    moves = Pairs(
        child=serializers.ListField(child=Text(max_length=64), min_length=2, max_length=2),
        required=False,
        allow_null=True,
    )


class SetNumberPattern(Input):
    """Such as PO-{year}-{number:05}."""

    pattern = Text(max_length=60)


class SetOutcomes(Input):
    """All outcomes a case can be closed with."""

    outcomes = OptionInput(many=True)
