"""The act that writes a template's history as an event log."""

from typing import Literal, TextIO

from casefy.errors import Missing
from cases.knowing import people, place
from cases.logs.csv_writer import ValueColumn, write_csv
from cases.logs.exporting import in_file_order
from cases.logs.xes_writer import write_xes
from templates_app.catalogue import catalogue
from tenants.actor import Actor
from tenants.configuration import configuration
from tenants.scope import reading, scoped_to

LogFormat = Literal["csv", "xes"]
FORMATS: tuple[LogFormat, ...] = ("csv", "xes")


def export_log(*, by: Actor, template: str, format: LogFormat, out: TextIO) -> int:  # noqa: A002
    """Write the history of the template with this key to `out`, row by row; return the number of rows.

    `out` must not translate line ends. Raises Forbidden without case.export, or without case.view: the history is
    that of every case. Raises Missing for an unknown template.
    """
    with scoped_to(by.organization_id), reading():
        by, zone = configuration(by)
        by.require("case.export", people(by).who_could)
        by.require("case.view", people(by).who_could)
        view = catalogue(by.organization_id, by.revision).by_key.get(template)
        if view is None:
            raise Missing("There is no such template.", code="no_such_template")
        columns = [
            ValueColumn(field.key, field.column or field.name, field.kind) for field in view.definition.fields
        ]
        with in_file_order(view, place(by, zone), by_case=format == "xes") as steps:
            if format == "csv":
                return write_csv(steps, columns, out)
            return write_xes(steps, columns, out, name=view.name)
