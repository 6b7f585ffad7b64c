"""Templates as files: taken out, and taken in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from casefy.errors import Invalid, Refused
from templates_app.actions.drafts import replace_draft
from templates_app.plain_yaml import LARGEST_FILE
from templates_app.queries import Design, template_file
from templates_app.yaml_format import to_yaml
from tenants.scope import reading
from ui.cases.desk import desk
from ui.draw import Toast
from ui.reading import number_or_none
from ui.templates_editor.acts import meanwhile
from ui.templates_editor.designing import redrawn, the_design
from ui.templates_editor.sheets import sheet

if TYPE_CHECKING:
    from ui.entering import InOrganization


@require_safe
def export(request: "InOrganization", key: str) -> HttpResponse:
    """Send the template as a YAML file: its draft, or what is published where there is none."""
    request.actor.require("template.view", desk(request).people.who_could)
    response = HttpResponse(to_yaml(template_file(key)), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.yaml"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: "InOrganization", key: str) -> HttpResponse:
    """Show the form, or take the draft over from the file sent or the text pasted."""
    if request.method != "POST":
        request.actor.require("template.edit", desk(request).people.who_could)
        return _sheet(request, the_design(request, key), "")
    with reading():
        shown = the_design(request, key)
    text = request.POST.get("yaml", "")
    try:
        text = sent_text(request)
        replace_draft(
            by=request.actor,
            template_id=shown.template.id,
            yaml=text,
            expected_version=number_or_none(request.POST.get("expected_version")),
        )
    except Refused as error:
        with reading():
            return _sheet(request, the_design(request, key), text, error, meanwhile(shown, error))
    with reading():
        return redrawn(request, key, toast=Toast("The draft was taken over from the file"))


def sent_text(request: "InOrganization") -> str:
    """The YAML sent: a file where one was chosen, or else what was pasted. Raises Invalid."""
    upload = request.FILES.get("file")
    if upload is None:
        text = request.POST.get("yaml", "")
        if not text.strip():
            sentence = "Choose a file, or paste the text of one."
            raise Invalid(sentence, fields={"yaml": sentence})
        return text
    if (upload.size or 0) > LARGEST_FILE:
        sentence = f"The file is too large. Keep it under {LARGEST_FILE // 1024} kB."
        raise Invalid(sentence, fields={"yaml": sentence})
    try:
        return bytes(upload.read()).decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence = "The file is not text in UTF-8. Save it as UTF-8 and send it again."
        raise Invalid(sentence, fields={"yaml": sentence}) from None


def _sheet(
    request: "InOrganization",
    shown: Design,
    text: str,
    error: Refused | None = None,
    since: Sequence[str] = (),
) -> HttpResponse:
    context = {"text": text, "faults": faults_of(error)}
    return sheet(request, "import", "Take in a file", context, of=shown, error=error, since=since)


def faults_of(error: Refused | None) -> list[str]:
    """Every single thing wrong with a file, one line each."""
    if error is None:
        return []
    lines = error.fields.get("yaml", "").splitlines()
    return lines or [f"{path}: {text}" for path, text in error.fields.items()]
