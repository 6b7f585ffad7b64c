"""`casefy verify`: check that nothing in the timeline was changed, and name the first event of a stream that was."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import connection

from tenants.entering import organization_named
from tenants.models import Organization
from tenants.scope import reading, scoped_to
from timeline.chain import Verdict, verify
from timeline.models import Stream


class Command(BaseCommand):
    """Exit code 0: all of it is whole. 1: something is broken. 2: there is no such organization or stream."""

    help = "Check the timeline of all organizations, of one, or a single stream of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which organization and stream; without any, everything is checked."""
        parser.add_argument("--organization", metavar="SLUG", help="check this organization alone")
        parser.add_argument("--stream", metavar="ID", type=UUID, help="check one stream: the id of its case")

    def handle(
        self, *_: object, organization: str | None = None, stream: UUID | None = None, **__: Any
    ) -> None:
        """Check and tell; ends the process with the exit code."""
        verdicts = [self._check(id_, stream) for id_ in _organizations(organization)]
        if stream and not any(verdict.streams for verdict in verdicts):
            raise CommandError(f"There is no stream {stream}.", returncode=2)
        broken = sum(len(verdict.broken) for verdict in verdicts)
        events = sum(verdict.events for verdict in verdicts)
        if broken:
            raise CommandError(
                f"{broken} of the streams are broken. {events} events were checked.", returncode=1
            )
        self.stdout.write(
            f"All of it is whole: {events} events in {sum(v.streams for v in verdicts)} streams."
        )

    def _check(self, organization_id: UUID, stream: UUID | None) -> Verdict:
        with scoped_to(organization_id):
            verdict = verify(stream)
            with reading():
                row = Organization.objects.filter(id=organization_id).values_list("slug").first()
                streams = Stream.objects.filter(id__in=[broken.stream_id for broken in verdict.broken])
                kinds = dict(streams.values_list("id", "kind"))
        slug = row[0] if row else str(organization_id)
        for broken in verdict.broken:
            kind = kinds.get(broken.stream_id, "stream")
            self.stdout.write(f"{slug}: {kind} {broken.stream_id}, event {broken.seq}: {broken.what}")
        if not stream or verdict.streams:
            found = f"{verdict.events} events in {verdict.streams} streams, {len(verdict.broken)} broken"
            self.stdout.write(f"{slug}: {found}")
        return verdict


def _organizations(slug: str | None) -> list[UUID]:
    if slug:
        found = organization_named(slug)
        if found is None:
            raise CommandError(f"There is no organization {slug}.", returncode=2)
        return [found]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notary.organizations()")
        return [row[0] for row in cursor.fetchall()]
