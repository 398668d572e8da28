"""Which communities still lie at district level, and the street their sources suggest (see `domain.intake.streets`).

A suggestion is kept among the values as a claim of its source under `STREET_HINT`. It is no fact of the record: a
person accepts it or assigns another street.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from jiugai.accounts.models import Area
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community, CommunityValue, Source
from jiugai.registry.resolving import claim_of, settle

STREET_HINT = "street_hint"
PLACING = ("area", STREET_HINT)
LOADED = "placing"
ABOVE_STREETS = (Area.Level.CITY, Area.Level.DISTRICT)
DISTRICT_SEGMENTS = 2


class StreetHint(NamedTuple):
    """A suggested street: its code and name, and the words it was found by."""

    code: str
    name: str
    evidence: str

    @classmethod
    def of(cls, value: Any) -> "StreetHint | None":
        """Read what `stored` made."""
        return cls(value["code"], value["name"], value["evidence"]) if value else None

    def stored(self) -> dict[str, str]:
        """Return the JSON value."""
        return self._asdict()


def unplaced() -> Q:
    """Return the condition 'no street is known yet'."""
    return Q(area__in=Area.objects.filter(level__in=ABOVE_STREETS).order_by().values("pk"))


def suggested() -> Q:
    """Return the condition 'no street is known yet, but one is suggested'."""
    return unplaced() & Q(Exists(_hints()))


def placed_for_demo() -> Q:
    """Return the condition 'made up, for the demonstration, is where it lies': no person has said it."""
    words = CommunityValue.objects.filter(community=OuterRef("pk"), field="area", withdrawn_at__isnull=True)
    real = words.filter(source__mark=Source.Mark.ENTERED).exclude(provenance="demo")
    return Q(Exists(words.filter(provenance="demo"))) & ~Q(Exists(real))


class Standing(NamedTuple):
    """How a community came to lie where it does: the suggested street while none is known, whether it is made up."""

    hint: StreetHint | None
    is_demo: bool


def placing() -> "Prefetch[str]":
    """Return what loads with communities so that `how_placed` needs no query of its own."""
    words = CommunityValue.objects.filter(field__in=PLACING, withdrawn_at__isnull=True).select_related("source")
    return Prefetch("values", queryset=words.order_by("pk"), to_attr=LOADED)


def how_placed(community: Community) -> Standing:
    """Return how a community came to lie where it lies; in one query unless `placing` was loaded with it."""
    values = getattr(community, LOADED, None)
    if values is None:
        words = community.values.filter(field__in=PLACING, withdrawn_at__isnull=True)
        values = list(words.select_related("source").order_by("pk"))
    hints = [value.value for value in values if value.field == STREET_HINT]
    # Only a made-up word may be the one that counts and made up: without any, nothing needs to be settled.
    made_up = any(value.field == "area" and value.provenance == Provenance.DEMO for value in values)
    return Standing(
        StreetHint.of(hints[-1]) if hints and community.area.level in ABOVE_STREETS else None,
        is_demo=made_up and _counts_as_demo(values),
    )


def _counts_as_demo(values: Sequence[CommunityValue]) -> bool:
    settled = settle(claim_of(value) for value in values if value.field == "area")["area"]
    return settled.current.mark == Source.Mark.DEMO


def hints_of(communities: Sequence[Community]) -> dict[int, StreetHint]:
    """Return the suggestions for those that have no street yet, by key, in one query."""
    open_ones = [one.pk for one in communities if one.area.level in ABOVE_STREETS]
    rows = CommunityValue.objects.filter(community__in=open_ones, field=STREET_HINT, withdrawn_at__isnull=True)
    found = {pk: StreetHint.of(value) for pk, value in rows.order_by("pk").values_list("community_id", "value")}
    return {pk: hint for pk, hint in found.items() if hint is not None}


def _hints() -> QuerySet[CommunityValue]:
    return CommunityValue.objects.filter(community=OuterRef("pk"), field=STREET_HINT, withdrawn_at__isnull=True)


def district_of(path: str) -> str:
    """Return the path of the district: `/110000/110105/` of `/110000/110105/110105012/`."""
    return "/" + "".join(f"{part}/" for part in path.strip("/").split("/")[:DISTRICT_SEGMENTS])
