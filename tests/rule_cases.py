"""Read the cases of the rules (`tests/cases/rules/*.yaml`); tests and the measurement of mutants run the same ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet, shipped
from jiugai.domain.finding import Finding

CASES = Path(__file__).parent / "cases" / "rules"
FROM_THE_START = date(2022, 11, 9)


@dataclass(frozen=True)
class Case:
    """One example of a rule: what is given and what the rule has to say."""

    rule: str
    name: str
    obligations: tuple[str, ...]
    facts: Facts
    params: ParameterSet
    wants: Mapping[str, Any]
    version: int = 0

    def __str__(self) -> str:
        return f"{self.rule}{f' v{self.version}' if self.version else ''}: {self.name}"

    @property
    def speaks(self) -> Any:
        """The rule it is about: in its latest version, unless the case names an older one."""
        from jiugai.domain import rules  # a mutant has to come before

        return rules.rule_of_version(self.rule, self.version) if self.version else rules.rule_named(self.rule)

    def differences(self, finding: Finding) -> list[str]:
        """Return what the finding says other than wanted."""
        has = {
            "expect": finding.outcome.value,
            "says": finding.says,
            "remedy": finding.remedy,
            "used": {one.parameter: one.value for one in finding.used if one.parameter},
            "counted": {one.label: one.value for one in finding.used if not one.parameter},
        }
        wrong = [
            f"{part}: {has[part]!r}, wanted {self.wants[part]!r}"
            for part in self.wants
            if has[part] != self.wants[part]
        ]
        silent = not finding.outcome.opens and not finding.remedy
        return wrong + (["shuts without saying what to do"] if silent else [])


@cache
def all_cases() -> tuple[Case, ...]:
    """Return every case of every file."""
    return tuple(case for path in sorted(CASES.glob("*.yaml")) for case in _cases(path))


def _cases(path: Path) -> Iterator[Case]:
    from jiugai.domain.replay import load  # imports the rules, which a mutant has to come before

    for block in yaml.safe_load(path.read_text(encoding="utf-8")):
        for row in block["cases"]:
            given = {"community": 7, **_laid_over(block["given"], row.get("given", {}))}
            wants = {part: row[part] for part in ("expect", "says", "remedy", "used", "counted") if part in row}
            yield Case(
                rule=block["rule"],
                name=row["name"],
                obligations=tuple(block["obligations"]),
                facts=load(_iso(given)),
                params=_figures(row.get("figures", {})),
                wants=wants,
                version=block.get("version", 0),
            )


def _figures(changes: Mapping[str, Any]) -> ParameterSet:
    return shipped().with_draft({name: [(FROM_THE_START, value)] for name, value in changes.items()})


def _laid_over(base: Any, change: Any) -> Any:
    """Lay one record over another; lists and single values replace."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    return {**base, **{key: _laid_over(base.get(key), value) for key, value in change.items()}}


def _iso(value: Any) -> Any:
    if isinstance(value, dict):
        # YAML 1.1 takes a bare `on` for yes.
        return {"on" if key is True else key: _iso(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_iso(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
