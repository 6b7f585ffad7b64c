"""From the words of a file to stored values, remembered: the same word in the same column is converted once."""

from typing import Any

from cases.logs.instants import InstantReader
from cases.logs.profile import NO, YES
from templates_app.definition import Field
from templates_app.values import Place, Unfit, clean

_REMEMBERED = 5_000
_LONGEST_REMEMBERED = 200  # characters: what is longer hardly comes twice, and thousands of them are a lot


class Converter:
    """Converts the cells of one file. `place` says who the members are."""

    def __init__(self, fields: dict[str, Field], moments: InstantReader, place: Place) -> None:
        self.fields = fields
        self._moments = moments
        self._place = place
        self._known: dict[str, dict[str, Any]] = {column: {} for column in fields}
        self._options = {
            column: {option.name: option.key for option in field.options}
            for column, field in fields.items()
            if field.kind == "choice"
        }

    def stored(self, column: str, text: str) -> Any:
        """The stored form, None for no answer; raises Unfit with a sentence when the text does not fit the field."""
        if len(text) > _LONGEST_REMEMBERED:
            return self._convert(column, self.fields[column], text)
        known = self._known[column]
        if text not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[text] = self._convert(column, self.fields[column], text)
        return known[text]

    def _convert(self, column: str, field: Field, text: str) -> Any:
        if field.kind in ("date", "datetime"):
            return clean(field, self._moment(field, text), self._place)
        if field.kind == "choice" and (key := self._options[column].get(text)):
            return key
        if field.kind == "yes_no" and (word := text.strip().lower()) in YES | NO:
            return word in YES
        return clean(field, text, self._place)

    def _moment(self, field: Field, text: str) -> Any:
        try:
            moment = self._moments.read(text)
        except ValueError:
            raise Unfit(f"“{text[:60]}” is not a date.") from None
        return moment.astimezone(self._moments.zone).date() if field.kind == "date" else moment
