"""What one row of a file says, once read: kept as JSON in `ImportRow.parsed`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

IDENT = "source_key"
"""The value field that keeps a source's own number of a community, as `space:number`."""


@dataclass(frozen=True)
class Parsed:
    """One row. `fields` are facts of the community, `building` facts of the building it names, if any.

    `ident` is the source's own number with its number space (`lianjia:1111027375142`, see `number_space`), `code` our
    number, `area` the code of the area. `building_code` is the building's number where its source fixes one. `edits`
    are cells that a person changed after the upload, by column letter.
    """

    name: str = ""
    ident: str = ""
    code: str = ""
    area: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    label: str = ""
    building_code: str = ""
    record: str = "surveyed"
    building: Mapping[str, Any] = field(default_factory=dict)
    edits: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `stored` returned."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**known | {"aliases": tuple(stored.get("aliases", ()))})

    def stored(self) -> dict[str, Any]:
        """Return the JSON form, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude in CGCS2000 degrees."""
        found = self.fields.get("point")
        return (found[0], found[1]) if found else None


def number_space(source_key: str) -> str:
    """Return under which name a source's numbers are unique: the two files of lianjia share theirs."""
    return source_key.partition("-")[0]
