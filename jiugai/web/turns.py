"""Turns: what has to happen one after the other, although no row stands for it that could be locked."""

from django.db import connection


def take_turn(name: str) -> None:
    """Wait until no other transaction holds the turn of this name; hold it until the end of the own one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
