"""`jiugai worker`: carry out background jobs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jiugai.accounts.maintenance import run_worker


class Command(BaseCommand):
    """Carry out background jobs until stopped. Any number may run, on any machine that reaches the database."""

    help = "Carry out background jobs"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--concurrency", type=int, default=1, choices=(1, 2, 3, 4), help="jobs at the same time")
        parser.add_argument("--until-empty", action="store_true", help="stop when the queue is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        run_worker(concurrency=options["concurrency"], wait=not options["until_empty"])
