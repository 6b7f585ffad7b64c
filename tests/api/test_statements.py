"""How many SQL statements an endpoint costs: exact, because they are the best single predictor of its cost."""

from tests.api.kit import statements


def test_reading_a_case_takes_four_statements(api, office):
    case = office.open()
    api.get(f"cases/{case.id}")
    with statements() as counted:
        api.get(f"cases/{case.id}")
    assert len(counted) == 4, counted
    assert counted[0] == "BEGIN READ ONLY"
    assert counted[-1] == "COMMIT"


def test_a_case_is_found_by_its_number_in_four_statements(api, office):
    case = office.open()
    api.get(f"cases/{case.number}")
    with statements() as counted:
        assert api.get(f"cases/{case.number}")["id"] == str(case.id)
    assert len(counted) == 4, counted


def test_history_takes_four_statements_whatever_its_length(api, office):
    case = office.open()
    for text in ("one", "two", "three"):
        api.post(f"cases/{case.id}/comments", {"text": text})
    for limit in (1, 50):
        with statements() as counted:
            api.get(f"cases/{case.id}/timeline?limit={limit}")
        assert len(counted) == 4, counted


def test_the_history_of_a_field_takes_four_statements(api, office):
    case = office.open(values={"company": "Lovelace"})
    for field in ("company", "region"):
        api.get(f"cases/{case.id}/timeline?field={field}")
        with statements() as counted:
            api.get(f"cases/{case.id}/timeline?field={field}&limit=1")
        assert len(counted) == 4, counted


def test_a_list_takes_four_statements_whatever_its_size(api, office):
    for number in range(3):
        office.open(values={"region": "north", "company": f"C{number}"})
    api.get("cases")
    for query in ("limit=2", "limit=50", "template=onboarding&field.region=north&sort=-field.company"):
        with statements() as counted:
            assert api.get(f"cases?{query}")["results"]
        assert len(counted) == 4, counted


def test_the_feed_takes_four_statements(owner, office):
    office.open()
    owner.get("events")
    with statements() as counted:
        owner.get("events?limit=3")
    assert len(counted) == 4, counted


def test_a_move_takes_six_statements_and_nine_with_an_idempotency_key(api, office):
    case = office.open()
    api.post(f"cases/{case.id}/move", {"to": "review"})
    with statements() as counted:
        api.post(f"cases/{case.id}/move", {"to": "intake", "reason": "Too early."})
    assert len(counted) == 6, counted
    with statements() as counted:
        api.post(f"cases/{case.id}/move", {"to": "review"}, idempotency_key="k-1")
    assert len(counted) == 9, counted
    with statements() as counted:
        api.post(f"cases/{case.id}/move", {"to": "review"}, idempotency_key="k-1")
    assert len(counted) == 5, counted


def test_opening_a_case_takes_six_statements(api, office):
    body = {
        "template": "onboarding",
        "title": "Lovelace Ltd",
        "values": {"company": "Lovelace", "region": "north"},
    }
    api.post("cases", body, status=201)
    with statements() as counted:
        api.post("cases", body, status=201)
    assert len(counted) == 6, counted
