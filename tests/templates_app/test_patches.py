from hypothesis import given

from templates_app.parse import parse
from templates_app.patches import apply_patch, patch_between
from templates_app.serialize import to_json
from tests.templates_app.definitions import definitions


@given(definitions(), definitions())
def test_a_patch_turns_one_definition_into_the_other(old, new):
    patch = patch_between(to_json(old), to_json(new))
    assert bool(patch) == (old != new)
    assert parse(apply_patch(to_json(old), patch)) == new
