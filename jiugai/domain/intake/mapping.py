"""Which column means what: a profile that can be saved, and guesses for a new file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jiugai.domain.errors import Refusal
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.fields import FIELDS, OUR_BUILDING, Field
from jiugai.domain.intake.fields.text import plain

BUILT_IN = Path(__file__).parent / "profiles"
_EDGES = " :：*＊()（）[]【】"


class BadProfile(Refusal):
    """A mapping that cannot be used: a field twice, a field that does not exist, no name."""

    code = "bad_profile"


@dataclass(frozen=True)
class Profile:
    """How a file of one kind is read.

    columns: column title → field key. key: titles whose text together identifies a row within its source.
    codes: field key → what stands in the file → what it means. defaults: field key → text read as if it stood there.
    zero_is_missing: fields whose 0 says that nothing is known. creates: whether rows that match no record become one.
    """

    name: str
    target: str = "communities"
    crs: CRS = CRS.CGCS2000
    source: str = ""
    observed_on: date | None = None
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zero_is_missing: tuple[str, ...] = ()
    creates: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return a plain mapping, for storing; `from_json` reads it back."""
        plain_form = {f.name: getattr(self, f.name) for f in fields(self)}
        plain_form["crs"] = self.crs.value
        plain_form["observed_on"] = self.observed_on.isoformat() if self.observed_on else None
        return plain_form | {"key": list(self.key), "zero_is_missing": list(self.zero_is_missing)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Profile":
        """Read a stored mapping. Raises BadProfile when it cannot be used."""
        known = {f.name for f in fields(Profile)}
        if unknown := sorted(set(data) - known):
            raise BadProfile(f"导入方案里有不认识的项：{'、'.join(unknown)}", remedy="重新对列，另存为新方案")
        day = data.get("observed_on")
        made = Profile(
            **{
                **data,
                "crs": CRS(data.get("crs", CRS.CGCS2000)),
                "observed_on": date.fromisoformat(day) if isinstance(day, str) else day,
                "key": tuple(data.get("key", ())),
                "zero_is_missing": tuple(data.get("zero_is_missing", ())),
            }
        )
        check_profile(made)
        return made


def check_profile(profile: Profile) -> None:
    """Refuse a profile that names unknown fields, fills a field twice or leaves out a needed one. Raises BadProfile."""
    table = FIELDS.get(profile.target)
    if table is None:
        return
    chosen = [key for key in profile.columns.values() if key]
    for key in chosen:
        if key not in table:
            raise BadProfile(f"没有“{key}”这一项", remedy="从列表里重新选")
        if chosen.count(key) > 1:
            raise BadProfile(f"有两列都对到“{table[key].label}”", remedy="只留一列，另一列选“不导入”")
    lacking = [f.label for f in table.values() if f.required and f.key not in {*chosen, *profile.defaults}]
    if lacking and profile.creates and not {"source_key", "code"} & set(chosen):
        raise BadProfile(f"还没有对上“{'、'.join(lacking)}”这一列", remedy="选出它是哪一列")


def check_rows(titles: Collection[str], *, target: str) -> None:
    """Refuse to take our own list of buildings for something else. Raises BadProfile."""
    if target != "buildings" and is_our_building_list(titles):
        raise BadProfile("这是从平台导出的楼栋清单，一行是一栋楼", remedy="“每一行是”选“楼栋”")


def is_our_building_list(titles: Collection[str]) -> bool:
    """Tell whether a file is a list of buildings that went out of this platform."""
    return OUR_BUILDING in {plain(title) for title in titles}


def built_in(name: str) -> Profile:
    """Return one of the profiles that come with the product (files in `profiles/`)."""
    return Profile.from_json(yaml.safe_load((BUILT_IN / f"{name}.yaml").read_text(encoding="utf-8")))


def built_in_names() -> list[str]:
    """Return the names of the profiles that come with the product."""
    return sorted(path.stem for path in BUILT_IN.glob("*.yaml"))


def suggest(titles: Sequence[str], *, target: str) -> dict[str, str]:
    """Guess the field of each column by its title; each field is given once, to the best-fitting column."""
    found: dict[str, str] = {}
    ranked = [
        (_fit(title, f), order, title, f.key) for title in titles for order, f in enumerate(FIELDS[target].values())
    ]
    for fit, _, title, key in sorted(ranked, key=lambda r: (-r[0], r[1], titles.index(r[2]))):
        if fit and title not in found and key not in found.values():
            found[title] = key
    return {title: found[title] for title in titles if title in found}


def choose(profiles: Collection[Profile], titles: Collection[str]) -> Profile | None:
    """Return the profile whose columns are all in the file, the one with most columns first; None if none fits."""
    fitting = [p for p in profiles if p.columns and set(p.columns) <= set(titles)]
    return max(fitting, key=lambda p: (len(p.columns), p.name), default=None)


def _fit(title: str, candidate: Field) -> int:
    """Say how well a title names a field: 3 exactly, 2 by another name, 1 when it holds the label, 0 not at all."""
    bare = bare_title(title)
    if bare == bare_title(candidate.label):
        return 3
    if bare in {bare_title(alias) for alias in candidate.aliases}:
        return 2
    return 1 if len(candidate.label) >= 3 and bare_title(candidate.label) in bare else 0


def bare_title(title: str) -> str:
    """Return a title without unit, colon, star, blanks; in small letters."""
    text = plain(title).lower().strip(_EDGES)
    for mark in "(（[":
        text = text.split(mark)[0]
    return text.replace(" ", "").strip(_EDGES)
