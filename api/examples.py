"""One example for each thing that is sent or answered, taken from the demo: what the document shows, and what works."""

from collections.abc import Mapping
from typing import Any

_CASE = "019ac1d3-17a3-77e7-8f14-5ac43e787e7f"
_MEMBER = "019ac1d3-bd6a-768b-957a-ba3b2d71c090"
_TEMPLATE = "019ac1d3-bed7-71d3-88f1-209841dcb632"
_ERP = "019ac1d3-12fe-7339-884f-cc6d88c4173d"
_VERSION = "019ac1d3-bed8-714b-bc99-c33c71753624"
_OPENED, _MOVED = "2026-01-12T09:30:00.120000Z", "2026-01-13T14:05:31.480000Z"
_VALUES = {
    "client": "Acme Ltd",
    "client_type": "company",
    "contact_name": "Bo Lind",
    "contact_email": "bo@acme.example",
}

# By the name of the schema it is an example of.
EXAMPLES: Mapping[str, Any] = {
    # What is answered.
    "Case": {
        "id": _CASE,
        "number": "ON-2026-0014",
        "title": "Acme Ltd",
        "template": "client-onboarding",
        "status": "open",
        "stage": "checks",
        "owner": _MEMBER,
        "team": None,
        "values": _VALUES | {"annual_value": {"amount": "12500.00", "currency": "EUR"}},
        "version": 3,
        "opened_at": _OPENED,
        "changed_at": _MOVED,
        "stage_entered_at": _MOVED,
        "stage_seconds": {"intake": 102931.36},
        "hold_until": None,
        "hold_reason": "",
        "outcome": "",
        "closed_at": None,
        "external_ref": "ERP-4711",
    },
    "Event": {
        "id": "019ac1d3-b787-7557-a735-feb6047ee3fc",
        "stream": {"kind": "case", "id": _CASE},
        "seq": 3,
        "type": "case.moved",
        "sentence": "moved the case from Intake to Identity and risk checks",
        "reason": "All papers are here.",
        "actor": {"kind": "token", "id": _ERP, "label": "ERP (API)"},
        "on_behalf_of": _MEMBER,
        "occurred_at": _MOVED,
        "recorded_at": "2026-01-13T14:05:31.482000Z",
        "template_version_id": _VERSION,
        "caused_by": None,
        "correlation_id": "019ac1d3-b785-72d4-823d-70cb1b354993",
        "depth": 0,
        "is_imported": False,
        "is_erased": False,
        "hash": "35febe4b0bd09ae59640f60c2d183fd051a953ccbeb98086ae1620ae4288e3bc",
        "fact": {
            "from_stage": "intake",
            "from_name": "Intake",
            "to_stage": "checks",
            "to_name": "Identity and risk checks",
            "kind": "advance",
            "seconds": 102931.36,
            "source": None,
        },
    },
    "Move": {
        "to": "approval",
        "name": "Approval",
        "kind": "advance",
        "is_allowed": False,
        "why_not": "Fill in first: Risk.",
        "needs_reason": False,
        "missing": ["risk"],
    },
    "Template": {
        "id": _TEMPLATE,
        "key": "client-onboarding",
        "name": "Client onboarding",
        "description": "From a signed agreement to a client who works with you on their own.",
        "icon": "handshake",
        "color": "teal",
        "state": "published",
        "version": 2,
        "published_version": 1,
        "has_draft": False,
    },
    # What is sent.
    "OpenCase": {
        "template": "client-onboarding",
        "title": "Acme Ltd",
        "values": _VALUES,
        "external_ref": "ERP-4711",
    },
    "MoveCase": {"to": "checks", "reason": "All papers are here."},
    "AssignCase": {"owner": _MEMBER, "reason": "She knows the client."},
    "HoldCase": {"reason": "Waiting for the bank", "until": "2030-01-31"},
    "ResumeCase": {"reason": "The bank has answered"},
    "CloseCase": {"outcome": "onboarded"},
    "CancelCase": {"reason": "Opened twice"},
    "ReopenCase": {"reason": "They came back", "stage": "intake"},
    "CommentOnCase": {"text": "Called them. **All fine.**"},
    "ChangeFields": {"values": {"annual_value": "12500 EUR", "website": None}},
    "CreateTemplate": {"name": "Purchases"},
    "DescribeTemplate": {"description": "From the request to the invoice."},
    "PublishTemplate": {"note": "Approval comes before the order now."},
    "AddStage": {"name": "Approval", "color": "indigo", "category": "open"},
    "AddField": {"name": "Region", "kind": "choice", "options": [{"name": "North"}, {"name": "South"}]},
    "NameMove": {"from_stage": "intake", "to_stage": "declined"},
    "Reorder": {"order": ["intake", "checks", "approval"]},
    "CreateRole": {"name": "Approver", "permissions": ["case.view", "case.move", "case.comment"]},
    "CreateTeam": {"name": "Customer care"},
    "InviteMember": {"email": "ada@example.org", "role_id": "019ac1d3-bd73-74dd-ab4f-4ed36c78df81"},
    "DeactivateMember": {"hand_over_to": _MEMBER},
    "PlanImport": {
        "template_name": "Orders",
        "plan": {"case": "order", "activity": "status", "timestamp": "at"},
    },
    "CreateToken": {
        "name": "ERP",
        "scopes": ["case.view", "case.open"],
        "expires_at": "2030-01-31T00:00:00Z",
    },
}
