"""The board of a template in figures: how many cases are in each stage, and for how long."""

from api.answers import Answer, page
from api.documented import documented
from api.documented_shapes import BoardShape
from api.door import Call, Door
from api.parameters import read_parameters
from casefy.errors import Missing
from cases.board import board_of
from templates_app.catalogue import catalogue


class Board(Door):
    """A board."""

    @documented("templates_board", "Get a board's figures", gives=BoardShape, tag="templates")
    def get(self, call: Call, template: str) -> Answer:
        """The stages in order, each with its running cases that the caller may see, counted up to 1,000, and the
        median of the seconds these have been in it. The cases themselves: GET /cases with `template` and `stage`.
        """
        read_parameters(call.request, ())
        view = catalogue(call.by.organization_id, call.by.revision).by_key.get(template)
        if view is None:
            raise Missing("There is no such board.", code="no_such_template")
        columns = [
            {
                "stage": column.stage.key,
                "name": column.stage.name,
                "count": column.count,
                "is_more": column.is_more,
                "median_seconds": column.median_age.total_seconds()
                if column.median_age is not None
                else None,
            }
            for column in board_of(view, call.by, cards=1)
        ]
        return Answer(page(columns, None))
