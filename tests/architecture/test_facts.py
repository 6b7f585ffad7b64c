"""What facts say of people can be taken out of the timeline: it is personal."""

from timeline.registry import catalogue

THINGS = {
    *("stage", "from", "to", "outcome", "destination"),  # stages, roles, outcomes
    *("template", "team", "from_team", "role", "icon"),
}


def test_the_name_of_a_person_in_a_fact_is_personal():
    found = [
        f"{type_}: {name}"
        for type_, kind in catalogue().items()
        for name in kind.names
        if name.endswith("_name")
        and name.removesuffix("_name") not in THINGS
        and (name,) not in kind.personal
    ]
    remedy = "A person's name is named in @fact(personal=…), it cannot be later; a thing's stem is added to THINGS."
    assert not found, f"{remedy}\n  " + "\n  ".join(found)
