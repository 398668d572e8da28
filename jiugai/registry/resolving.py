"""From rows of values to what counts: the rows as claims of `domain.precedence`."""

from collections.abc import Iterable, Mapping
from datetime import date

from jiugai.domain.precedence import Claim, Order, Resolved, order_on, resolve_all
from jiugai.registry.models import BuildingValue, CommunityValue

Value = CommunityValue | BuildingValue
# Columns of a value row, in the order `claim` takes them.
FIELDS = ("id", "field", "value", "source__key", "source__mark", "provenance", "observed_on", "entered_at")
Facts = Mapping[str, Resolved]


def claim(*row: object) -> Claim:
    """Make a claim of the columns `FIELDS`. What was made up counts as such, whatever its source says."""
    ident, field, value, source, mark, provenance, observed_on, entered_at = row
    return Claim(
        field=str(field),
        value=value,
        source=str(source),
        mark="demo" if provenance == "demo" else str(mark),
        observed_on=observed_on,  # type: ignore[arg-type]
        entered_at=entered_at,  # type: ignore[arg-type]
        ident=str(ident),
    )


def claim_of(value: Value) -> Claim:
    """Make a claim of a value with its source loaded."""
    source = value.source
    return claim(
        value.pk,
        value.field,
        value.value,
        source.key,
        source.mark,
        value.provenance,
        value.observed_on,
        value.entered_at,
    )


def settle(claims: Iterable[Claim], *, order: Order | None = None) -> dict[str, Resolved]:
    """Return what counts for each field spoken of. `order` is the newest one unless another is given."""
    return resolve_all(latest_words(claims), order=order or newest_order())


def newest_order() -> Order:
    """Return the newest order of sources."""
    return order_on(date.max)


def latest_words(claims: Iterable[Claim]) -> list[Claim]:
    """Keep one word per source and field: the last entered by a person, the last observed by other sources.

    A person who corrects himself means his last word, even when it speaks of an earlier day.
    """
    last: dict[tuple[str, str], Claim] = {}
    for one in sorted(claims, key=_age):
        last[one.field, one.source] = one
    return list(last.values())


def _age(one: Claim) -> tuple[int, float, int]:
    observed = one.observed_on.toordinal() if one.observed_on and one.source != "manual" else 0
    return observed, one.entered_at.timestamp() if one.entered_at else 0.0, int(one.ident or 0)
