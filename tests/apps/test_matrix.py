"""Every address × every role × an object inside and one outside of the scope, generated from the addresses themselves.

A new address is covered without a line here. One about a new kind of object fails until the object is declared
in `matrix_objects.OBJECTS`; one without a declared right fails at once.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jiugai.accounts.permissions import GRANTS
from jiugai.accounts.roles import Role
from tests.apps.matrix_objects import OBJECTS, Pair, make_objects
from tests.cast import Cast

NOWHERE = 999_999_999
# What stands in an address beside the object's own key; any value of the right form will do.
SAMPLES: dict[str, Any] = {
    "name": "kind", "layer": "communities", "z": 10, "x": 843, "y": 388, "field": "built_year", "value": NOWHERE,
    "number": 1, "what": "apart", "code": "110105", "key": "communities", "membership": NOWHERE, "secret": "none",
    "gate": "enter_pool", "measure_id": "M02-1", "form": "docx", "home": NOWHERE, "season": NOWHERE,
}  # fmt: skip
KEYS = {"pk", "id"}
SUB_OBJECTS = {"value", "membership", "number", "home"}
# Rules of the object forbid it to some who hold the right: nobody edits himself, a recipient ends no sharing.
FURTHER_RULES = {"contact-reveal", "person-change", "person-password", "person-role", "person-role-end", "sharing-end"}
# The object is there, but what is asked of it is not: the document of the matrix has no file.
MAY_BE_MISSING = {"document-open", "photo-open"}
FAILED = range(500, 600)


class Address(NamedTuple):
    """One address of the product."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    permission: Any
    rights: frozenset[Any]

    @property
    def about(self) -> str:
        """The first word of the path, which says what the object is."""
        return self.pattern.lstrip("^").removeprefix("api/v1/").split("/")[0]

    @property
    def key(self) -> str:
        """The argument that names the object, if any."""
        return next((a for a in self.arguments if a in KEYS), "")

    def url(self, pk: int = NOWHERE, about: str = "") -> str:
        """Build the address for an object."""
        values = {a: pk if a in KEYS else SAMPLES.get(a, about) for a in self.arguments}
        return reverse(self.name, kwargs=values)


def addresses(patterns: Any = None, before: str = "", space: str = "") -> Iterator[Address]:
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        where = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry.url_patterns, where, inner)
        elif isinstance(entry, URLPattern):
            right = getattr(entry.callback, "permission", "undeclared")
            rights = getattr(entry.callback, "permissions", frozenset({right} - {None, "logged_in", "undeclared"}))
            arguments = tuple(entry.pattern.converters) or tuple(entry.pattern.regex.groupindex)
            yield Address(f"{space}{entry.name}", where, arguments, right, rights)


ALL = list(addresses())
GUARDED = [a for a in ALL if a.permission is not None]
# Saved views, exports and bulk runs belong to one person, whatever his area; their own tests say so.
PERSONAL = {"views", "exports", "bulk-runs"}
# Policy is the same for the whole city: whoever may read it reads all of it.
CITY_WIDE = {"policies", "drafts", "techniques"}
ABOUT_OBJECTS = [a for a in GUARDED if a.key and a.about not in PERSONAL]


def kinds(address: Address) -> list[str]:
    """Return what the address may be about: its first word, or each value of a `kind` in the path."""
    return ["communities", "buildings"] if "kind" in address.arguments else [address.about]


def answer(client: Client, url: str) -> int:
    """Ask by GET, and by an empty POST where GET is not the way."""
    client.raise_request_exception = False
    status = client.get(url).status_code
    return client.post(url).status_code if status == 405 else status


def wrong(client: Client, expect: Callable[[Address], Callable[[int], bool]], some: list[Address]) -> list[str]:
    found = []
    for address in some:
        status = answer(client, address.url(about=kinds(address)[0]))
        if not expect(address)(status):
            found.append(f"{address.name}: {status}")
    return found


def test_every_address_declares_its_right():
    assert [a.pattern for a in ALL if a.permission == "undeclared"] == []


def test_every_address_about_an_object_says_which():
    assert sorted({k for a in ABOUT_OBJECTS for k in kinds(a)} - set(OBJECTS)) == []


def test_nobody_gets_in_without_logging_in(cast: Cast):
    closed = {302, 401}
    assert wrong(Client(), lambda a: lambda status: status in closed, GUARDED) == []


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_role_opens_exactly_what_its_rights_open(role: Role, cast: Cast):
    """A missing object: who lacks the right hears why (403), who has it hears that there is nothing (404)."""

    def expect(address: Address) -> Callable[[int], bool]:
        if address.rights <= GRANTS[role]:
            return lambda status: status != 403 and status not in FAILED
        return lambda status: status == 403

    assert wrong(cast.client(str(role)), expect, GUARDED) == []


@pytest.fixture
def objects(cast: Cast) -> dict[str, Pair]:
    return make_objects(cast)


INSIDERS = ["district_lead", "data_officer", "street_clerk", "community_worker", "planner", "property_firm"]


@pytest.mark.parametrize("name", [*INSIDERS, "resident", "city_lead", "auditor"])
def test_insider_reaches_the_object_and_outsiders_object_does_not_exist(name: str, cast: Cast, objects):
    actor, client = cast.actor(name), cast.client(name)
    rights = GRANTS[Role(actor.grants[0].role)]
    found = []
    for address in ABOUT_OBJECTS:
        for about in kinds(address):
            if not address.rights <= rights:
                continue
            inside = answer(client, address.url(objects[about].inside, about))
            outside = answer(client, address.url(objects[about].outside, about))
            fine = {403} if address.name in FURTHER_RULES else set()
            missing = {404} if SUB_OBJECTS & set(address.arguments) or address.name in MAY_BE_MISSING else set()
            if inside in FAILED or inside in {403, 404} - fine - missing:
                found.append(f"{address.name} {about} inside: {inside}")
            if not actor.sees_all and about not in CITY_WIDE and outside != 404:
                found.append(f"{address.name} {about} outside: {outside}")
    assert found == []


def test_lead_of_another_district_reaches_nothing(cast: Cast, objects):
    client = cast.client("outsider")
    found = [
        f"{address.name} {about}"
        for address in ABOUT_OBJECTS
        for about in kinds(address)
        if address.rights <= GRANTS[Role.DISTRICT_LEAD]
        and about not in CITY_WIDE
        and answer(client, address.url(objects[about].inside, about)) != 404
    ]
    assert found == []
