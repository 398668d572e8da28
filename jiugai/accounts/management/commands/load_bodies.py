"""`jiugai load_bodies`: departments, governments, streets and residents' committees."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.bodies import AreasMissing, load_bodies
from jiugai.accounts.scope import scoped


class Command(BaseCommand):
    """Add the bodies that are missing; existing ones keep what people have edited."""

    help = "Add departments, governments, streets and residents' committees that are missing"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            with scoped(SYSTEM):
                count = load_bodies()
        except AreasMissing as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{count} 个组织")
