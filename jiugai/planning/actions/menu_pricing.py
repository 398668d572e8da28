"""Pricing the lines of a menu by the rate tables, and the project's estimate from them."""

from datetime import date

from jiugai.domain.district_groups import group_of
from jiugai.domain.menu.costing import Work, price, total
from jiugai.planning.models import MenuLine, ProjectMenu
from jiugai.planning.queries.menu_inputs import live_rates
from jiugai.policy import figures

ESTIMATE = (
    "total_fen", "district_fen", "city_fen", "other_fen", "months", "outdoor", "missing", "rates_provisional",
    "arithmetic",
)  # fmt: skip
PRICES = ("rate_fen", "rate_reference", "rate_provisional", "amount_fen")


def reprice(menu: ProjectMenu, *, on: date) -> None:
    """Write amounts into the lines and the estimate into the menu, in a constant number of queries."""
    project, group = menu.project, group_of(menu.area_path, on)
    rates = live_rates([group], [menu.rate_year])
    lines = list(menu.lines.all())
    for line in lines:
        priced = price(line.item, line.quantity, rates, group, menu.rate_year)
        rate = priced.rate
        line.rate_fen = rate.fen if rate else None
        line.rate_reference = rate.reference if rate else ""
        line.rate_provisional = bool(rate and rate.provisional)
        line.amount_fen = line.own_fen if line.own_fen is not None else priced.fen
    MenuLine.objects.bulk_update(lines, PRICES)
    chosen = [line for line in lines if line.chosen]
    found = total(
        [(line.amount_fen, line.payer == MenuLine.Payer.PUBLIC, _guess(line)) for line in chosen],
        _works(chosen),
        project.works_area_m2,
        params=figures.current(),
        on=on,
        family=project.type.family.value,
    )
    menu.total_fen, menu.district_fen, menu.city_fen = found.total_fen, found.district_fen, found.city_fen
    menu.other_fen, menu.months, menu.outdoor = found.other_fen, found.months, found.outdoor
    menu.missing, menu.rates_provisional, menu.arithmetic = found.missing, found.provisional, list(found.arithmetic)
    menu.save(update_fields=ESTIMATE)


def _guess(line: MenuLine) -> bool:
    return line.rate_provisional and line.own_fen is None


def _works(lines: list[MenuLine]) -> list[Work]:
    """Return each item once: the communities of a project are worked on at the same time."""
    newest: dict[str, Work] = {}
    for line in lines:
        key = line.item or f"own-{line.pk}"
        before = newest.get(key)
        newest[key] = Work(max(line.months, before.months if before else 0), line.outdoor)
    return list(newest.values())
