"""Which street a community probably lies in, by what its sources call it: a suggestion for a person to check.

No public outline of streets exists, so names are all there is: the trade area a listing gives, the address, and the
community's own name beside the names of streets and residents' committees of the same district.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jiugai.domain.intake.names import normalise

_STREET = re.compile(r"(?:街道办事处|地区办事处|街道|地区|镇|乡)$")
_COMMITTEE = re.compile(r"(?:社区)?(?:居委会|居民委员会|居民居委会|家委会)$|村?(?:村委会|村民委员会)$|社区$")
_OFFICE = "办事处"
# One character is too little of a name to recognise a street by.
LEAST = 2


class Named(NamedTuple):
    """A street or committee: `parent` is the district of a street, the street of a committee."""

    code: str
    name: str
    level: str
    parent: str


class Hint(NamedTuple):
    """The suggested street, and the words it was found by, such as `商圈“管庄”`."""

    code: str
    name: str
    evidence: str


def bare(street: str) -> str:
    """Return a street's name without 街道, 地区, 镇 or 乡."""
    return _STREET.sub("", street)


class Places:
    """Streets and committees by the words with which a file names them within a district."""

    def __init__(self, areas: Iterable[Named]) -> None:
        rows = [row for row in areas if row.level in {"street", "community"}]
        parent = {row.code: row.parent for row in rows}
        self._district = {row.code: parent.get(row.parent, row.parent) for row in rows}
        under: dict[str, dict[str, str]] = defaultdict(dict)
        for row in rows:
            under[row.parent][row.name] = row.code
        # The longest name first, so that none is taken for the beginning of another.
        self._streets = {
            place: sorted(((name, bare(name), code) for name, code in named.items()), key=lambda one: -len(one[0]))
            for place, named in under.items()
        }
        self._committees: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for street in under.keys() & parent.keys():
            for name, code in under[street].items():
                for place in (street, parent[street]):
                    self._committees[place][_COMMITTEE.sub("", name)].append(code)

    def find(self, district: str, words: str, *, whole: bool = False) -> str | None:
        """Return the place that 管庄地区, 管庄地区 管庄东里社区, a committee alone or a code mean; None for none.

        With `whole` a street's name without 街道, 地区, 镇 or 乡 is not enough: listings put trade areas there. The
        office of a street, 管庄地区办事处, is the street.
        """
        text = "".join(words.split()).removesuffix(_OFFICE)
        if self._district.get(text) == district:
            return text
        plain = bare(text)
        for name, short, code in self._streets.get(district, ()):
            for said in (name,) if whole else (name, short):
                if said in {plain, text}:
                    return code
                if text.startswith(said) and (found := self._committee(code, text.removeprefix(said))):
                    return found
        return self._committee(district, text)

    def _committee(self, place: str, words: str) -> str | None:
        """Return the committee of that name in a street or district, if there is but one."""
        plain = _COMMITTEE.sub("", words.removeprefix(_OFFICE))
        found = self._committees.get(place, {}).get(plain, ()) if plain else ()
        return found[0] if len(found) == 1 else None


class StreetNames:
    """The names of all streets and committees, ready to be looked up by district."""

    def __init__(self, areas: Iterable[Named]) -> None:
        rows = list(areas)
        self._names = {row.code: row.name for row in rows}
        self._streets: dict[str, dict[str, str]] = defaultdict(dict)
        self._committees: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        home = {row.code: row.parent for row in rows}
        for row in rows:
            if row.level == "street":
                self._streets[row.parent][row.name] = row.code
            elif row.level == "community":
                plain = _COMMITTEE.sub("", row.name)
                self._committees[home.get(row.parent, "")][plain].add(row.parent)

    def suggest(self, *, district: str, name: str, address: str = "", trade_area: str = "") -> Hint | None:
        """Return the street that all words agree on; None without any, or where they disagree."""
        found = dict(self._found(district, name=name, address=address, trade_area=trade_area))
        if len(set(found.values())) != 1:
            return None
        code = next(iter(found.values()))
        return Hint(code, self._names[code], "、".join(found))

    def _found(self, district: str, *, name: str, address: str, trade_area: str) -> Iterator[tuple[str, str]]:
        """Yield (evidence, street code)."""
        streets = self._streets[district]
        for full, code in streets.items():
            short = bare(full)
            if trade_area and trade_area in {full, short}:
                yield f"商圈“{trade_area}”", code
            if full in address:
                yield f"地址写有“{full}”", code
            if len(short) >= LEAST and name.startswith(short) and short != name:
                yield f"名称以“{short}”开头", code
        yield from self._committee(district, name)

    def _committee(self, district: str, name: str) -> Iterator[tuple[str, str]]:
        """A committee of the community's name, if the district has but one."""
        for spelled in dict.fromkeys((name, normalise(name))):
            streets = self._committees[district].get(spelled, set())
            if len(streets) == 1:
                yield f"与“{spelled}”社区同名", next(iter(streets))
                return
