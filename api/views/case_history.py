"""The history of a case beyond its pages: all of it as a file, and the case as it was."""

from api.answers import Answer
from api.documented import documented
from api.documented_shapes import CaseShape
from api.door import Call, Door
from api.parameters import read_parameters
from api.shapes import case_shape
from api.views.cases import the_case
from cases.history import as_of
from cases.knowing import place
from cases.timeline_file import timeline_csv
from templates_app.catalogue import catalogue
from templates_app.queries import version_numbers
from timeline.queries import whole

_TAG = "cases"
_FILE = {"type": "string", "description": "A line per event, oldest first."}


class TimelineFile(Door):
    """All events of a case as a file."""

    @documented(
        "cases_timeline_csv", "Export a case's timeline", gives=_FILE, media_type="text/csv", tag=_TAG
    )
    def get(self, call: Call, case: str) -> Answer:
        """Every event of a case: who, when, what, before and after, why. For spreadsheets and auditors."""
        read_parameters(call.request, ())
        row = the_case(call, case)
        definition = catalogue(row.organization_id, call.by.revision).template(row.template_id).definition
        text = timeline_csv(
            whole(row.id), definition, place(call.by, call.entry.time_zone), version_numbers(row.template_id)
        )
        return Answer(text=text, media_type="text/csv")


class AsOf(Door):
    """A case as it was."""

    @documented("cases_as_of", "Get a case as it was", gives=CaseShape, also=[409], tag=_TAG)
    def get(self, call: Call, case: str, seq: int) -> Answer:
        """The case after its event `seq`, rebuilt from its timeline. The cost grows with the events up to there."""
        read_parameters(call.request, ())
        row = as_of(the_case(call, case), seq)
        return Answer(case_shape(row, catalogue(row.organization_id, call.by.revision)))
