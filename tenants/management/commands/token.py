"""`casefy token create --organization SLUG --member EMAIL --name NAME`: a key for the API, printed once."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from casefy.errors import Refused
from tenants.actions.tokens import create_token
from tenants.actor import system_actor
from tenants.entering import organization_named
from tenants.models import Member
from tenants.scope import reading, scoped_to

LONGEST = 36_500  # days


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LONGEST:
        raise ArgumentTypeError(f"give a number of days from 1 to {LONGEST}, or leave it out")
    return int(text)


class Command(BaseCommand):
    help = "Make API tokens. The secret is printed once, and kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare `create` and its options."""
        create = parser.add_subparsers(dest="what", required=True).add_parser("create", help="make a token")
        create.add_argument("--organization", required=True, metavar="SLUG")
        create.add_argument("--member", required=True, metavar="EMAIL", help="whose token it is")
        create.add_argument("--name", required=True, help="what it is for")
        create.add_argument("--scope", action="append", default=[], help="a permission; may be repeated")
        create.add_argument("--days", type=_days, help="expires after this many days (default: never)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Make the token and print its secret on a line of its own."""
        organization_id = organization_named(options["organization"])
        if organization_id is None:
            raise CommandError(f"There is no organization “{options['organization']}”.")
        member_id = self._member(organization_id, options["member"])
        days = options["days"]
        try:
            made = create_token(
                by=system_actor(organization_id, "Command line"),
                name=options["name"],
                member_id=member_id,
                scopes=options["scope"],
                expires_at=None if days is None else now() + timedelta(days=days),
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(made.secret)

    def _member(self, organization_id: UUID, email: str) -> UUID:
        with scoped_to(organization_id), reading():
            active = Member.objects.filter(email__iexact=email, is_active=True)
            member_id = active.values_list("id", flat=True).first()
        if member_id is None:
            raise CommandError(f"There is no active member with the address {email}.")
        return UUID(str(member_id))
