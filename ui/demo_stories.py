"""The stories of the demo: what happens to whom, step by step. All names are made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Step = tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Story:
    """One case: who takes part, what is known at the start, and what happens then.

    A step is (what, text) or (what, stage, reason): "move", "back", "say", "hold", "close", "cancel".
    """

    title: str
    days_ago: int
    people: tuple[str, ...]
    values: Mapping[str, Any]
    steps: tuple[Step, ...] = ()
    later: Mapping[str, Any] = field(default_factory=dict)

    def given(self, began: datetime) -> Mapping[str, Any]:
        """Return the values at the opening, with the instant where the template asks for it."""
        if "channel" in self.values:
            return {**self.values, "received_at": (began - timedelta(minutes=20)).isoformat()}
        return self.values


def _client(name: str, kind: str, contact: str, mail: str) -> dict[str, Any]:
    return {"client": name, "client_type": kind, "contact_name": contact, "contact_email": mail}


CHECKED = {
    "annual_value": "48000 EUR",
    "agreement_signed_on": "then",
    "identity_confirmed": "yes",
    "risk": "low",
}
SET_UP = {**CHECKED, "services": ["implementation", "support"], "approved_by": "me"}
STARTED = {
    **SET_UP,
    "kick_off_at": "2026-12-01T10:00:00",
    "goals": "First orders through the portal in week two.",
}
LOOKED_INTO = {"subject": "delivery", "severity": "serious", "confirmed_on": "then", "investigator": "me"}
DECIDED = {**LOOKED_INTO, "findings": "The parcel lay in the depot for nine days.", "cause": "supplier"}
ANSWERED = {**DECIDED, "is_justified": "yes", "compensation": "25 EUR"}

ONBOARDINGS: tuple[Story, ...] = (
    Story("Bluebird Bakery: three shops", 41, ("Ana", "Tom"),
          _client("Bluebird Bakery GmbH", "company", "Petra Vogel", "petra@bluebird.example"),
          (("move", "checks"), ("move", "approval"), ("move", "set_up"), ("move", "kick_off"),
           ("say", "Kick-off went well. **Next:** training for the second shop."), ("move", "first_weeks"),
           ("move", "active"), ("close", "onboarded")), STARTED),
    Story("Harbour Logistics: managed service", 33, ("Li", "Sara"),
          _client("Harbour Logistics AS", "company", "Jon Dahl", "jon@harbour.example"),
          (("move", "checks"), ("back", "documents", "The register extract is from last year."), ("move", "checks"),
           ("say", "Extract is here. @Ana Moreno could you approve this week?"), ("move", "approval"),
           ("move", "set_up"), ("move", "kick_off"), ("move", "first_weeks")), STARTED),
    Story("City of Marlow: support contract", 26, ("Tom", "Ana"),
          _client("City of Marlow", "public_body", "Ruth Ames", "ruth.ames@marlow.example"),
          (("move", "checks"), ("move", "approval"), ("back", "checks", "Who signs for the city is not clear."),
           ("move", "approval"), ("move", "set_up")), SET_UP),
    Story("Kestrel Cycling: web shop", 21, ("Sara", "Tom"),
          _client("Kestrel Cycling Ltd", "company", "Owen Price", "owen@kestrel.example"),
          (("move", "checks"), ("move", "approval"), ("move", "set_up"), ("move", "kick_off")), STARTED),
    Story("Dr. Amara Obi: practice", 19, ("Ana", "Sara"),
          _client("Dr. Amara Obi", "sole_trader", "Amara Obi", "amara@obi.example"),
          (("move", "checks"), ("say", "Identity is confirmed, the data agreement is still with her lawyer."),
           ("hold", "The client is abroad until the end of the month.")), CHECKED),
    Story("Fjord Energy: pilot", 17, ("Li", "Tom"),
          _client("Fjord Energy AS", "company", "Kari Lund", "kari@fjord.example"),
          (("move", "checks"), ("move", "declined", "A sanctioned owner holds 30 percent."),
           ("close", "declined_by_us")), CHECKED),
    Story("Tern & Tide: booking system", 16, ("Ana", "Tom"),
          _client("Tern & Tide Ltd", "company", "Isla Reid", "isla@terntide.example"),
          (("move", "checks"), ("move", "approval"), ("move", "set_up"),
           ("say", "Accounts are made. @Tom Berg, the import of their calendar is yours.")), SET_UP),
    Story("Hazel & Finch: accounts", 15, ("Sara", "Ana"),
          _client("Hazel & Finch", "sole_trader", "Ben Finch", "ben@hazelfinch.example"),
          (("move", "checks"), ("move", "approval"), ("move", "set_up"), ("move", "kick_off"),
           ("move", "first_weeks")), STARTED),
    Story("Willow School: training", 14, ("Tom", "Sara"),
          _client("Willow School Association", "association_or_foundation", "Mia Hart", "mia@willow.example"),
          (("move", "checks"), ("move", "approval")), CHECKED),
    Story("Meridian Travel: portal", 13, ("Li", "Sara"),
          _client("Meridian Travel GmbH", "company", "Jonas Beck", "jonas@meridian.example"),
          (("move", "checks"), ("move", "approval"), ("move", "set_up")), SET_UP),
    Story("Quarry Bank: data room", 12, ("Ana", "Tom"),
          _client("Quarry Bank plc", "company", "Helen Marsh", "helen@quarry.example"),
          (("move", "documents"), ("move", "checks"), ("move", "approval"),
           ("say", "High value: the second signature is missing.")), CHECKED),
    Story("Orchard Foods: second brand", 11, ("Sara", "Ana"),
          _client("Orchard Foods SARL", "company", "Luc Petit", "luc@orchard.example"),
          (("move", "documents"), ("say", "Asked twice for the beneficial owners."))),
    Story("Nimbus Studio: advice", 9, ("Ana", "Tom"),
          _client("Nimbus Studio", "company", "Eva Blom", "eva@nimbus.example"),
          (("move", "checks"),)),
    Story("Lakeside Council: permits", 8, ("Tom", "Ana"),
          _client("Lakeside Council", "public_body", "Omar Said", "omar.said@lakeside.example"),
          (("move", "documents"), ("say", "The council meets on Tuesday and signs then."))),
    Story("Pepper & Salt: ordering", 7, ("Sara", "Tom"),
          _client("Pepper & Salt", "company", "Nina Roy", "nina@peppersalt.example"),
          (("move", "checks"), ("move", "approval")), CHECKED),
    Story("Granite Works: implementation", 6, ("Tom", "Sara"),
          _client("Granite Works BV", "company", "Daan Smit", "daan@granite.example"),
          (("move", "documents"), ("move", "checks"))),
    Story("Lumen Clinic: managed service", 4, ("Li", "Ana"),
          _client("Lumen Clinic", "company", "Noor Haddad", "noor@lumen.example"),
          (("say", "They want to start in January. @Tom Berg, is that possible?"),)),
    Story("Old Harbour Museum: tickets", 3, ("Ana", "Sara"),
          _client("Old Harbour Museum", "association_or_foundation", "Finn Ode", "finn@museum.example")),
    Story("Paper & Pine: support", 2, ("Sara", "Tom"),
          _client("Paper & Pine OÜ", "company", "Liis Tamm", "liis@paperpine.example")),
    Story("Atlas Tours: web shop", 1, ("Tom", "Ana"),
          _client("Atlas Tours SL", "company", "Marta Gil", "marta@atlas.example")),
)  # fmt: skip


def _complaint(name: str, channel: str, what: str) -> dict[str, Any]:
    return {"complainant": name, "channel": channel, "description": what}


COMPLAINTS: tuple[Story, ...] = (
    Story("Parcel nine days late", 24, ("Sara", "Tom"),
          _complaint("Greta Holm", "e_mail", "My parcel was promised for Monday and came nine days later."),
          (("move", "assessment"), ("move", "investigation"), ("move", "decision"), ("move", "response"),
           ("move", "remedy"), ("move", "resolved"), ("close", "upheld")), ANSWERED),
    Story("Charged twice for one order", 18, ("Tom", "Sara"),
          _complaint("Bilal Aziz", "web_form", "Two payments were taken on the same day."),
          (("move", "assessment"), ("move", "investigation"), ("move", "decision"), ("move", "response")),
          {**ANSWERED, "subject": "invoice_or_price"}),
    Story("No answer on the hotline", 13, ("Sara", "Ana"),
          _complaint("Hugo Lind", "phone", "Forty minutes in the queue, then the line went dead."),
          (("move", "assessment"), ("move", "investigation"), ("say", "Asked the hotline for the call log."),
           ("move", "waiting_for_others")), {**LOOKED_INTO, "subject": "waiting_time"}),
    Story("Wrong colour delivered", 10, ("Tom", "Sara"),
          _complaint("Ines Faria", "e_mail", "Ordered green, received grey."),
          (("move", "assessment"), ("move", "investigation"),
           ("move", "waiting_for_complainant"))  , {**LOOKED_INTO, "subject": "product_quality"}),
    Story("Invoice without tax number", 7, ("Ana", "Tom"),
          _complaint("Old Mill Press", "letter", "The tax number of our company is missing on all invoices."),
          (("move", "assessment"), ("move", "investigation"), ("move", "decision")),
          {**DECIDED, "subject": "invoice_or_price", "cause": "process"}),
    Story("Courier was rude", 5, ("Sara", "Tom"),
          _complaint("Vera Kolar", "social_media", "The driver threw the parcel over the gate."),
          (("move", "assessment"), ("move", "investigation")), {**LOOKED_INTO, "subject": "behaviour_of_staff"}),
    Story("Newsletter although unsubscribed", 3, ("Tom", "Sara"),
          _complaint("Jakob Roth", "web_form", "I unsubscribed three times and still get it."),
          (("move", "assessment"),), {"subject": "data_protection"}),
    Story("Broken lid on arrival", 1, ("Sara", "Tom"),
          _complaint("Lena Moss", "phone", "The lid was cracked when I opened the box.")),
)  # fmt: skip
