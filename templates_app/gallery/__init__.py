"""Templates to start from, as YAML files beside this module."""

from functools import cache
from pathlib import Path

from templates_app.yaml_format import TemplateFile, from_yaml


@cache
def gallery() -> dict[str, TemplateFile]:
    """The templates offered, by the name of their file: `client-onboarding`, `complaint-handling`."""
    folder = Path(__file__).parent
    return {path.stem: from_yaml(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))}
