"""Keep facts and verdicts as JSON, and judge old facts again: bit for bit, or under draft figures.

The form is canonical: sorted keys, days as ISO text, no floats. So equal facts give equal text and one fingerprint.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Finding, Verdict
from jiugai.domain.rules import UnknownRule, rule_of_version


class BadSnapshot(ValueError):
    """The stored JSON is not what was written; the message names the place."""


@dataclass(frozen=True)
class Replayed:
    """An old verdict beside what the rules of then say now of the same facts.

    `gone` names rules whose version the code no longer holds; they cannot be judged and make the replay incomplete.
    """

    then: Verdict
    now: Verdict
    gone: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Tell whether every bit agrees."""
        return not self.gone and self.then == self.now

    @property
    def changed(self) -> tuple[tuple[Finding, Finding], ...]:
        """The findings that differ, old and new."""
        now = {finding.rule: finding for finding in self.now.findings}
        pairs = ((old, now[old.rule]) for old in self.then.findings if old.rule in now)
        return tuple((old, new) for old, new in pairs if old != new)


def dump(facts: Facts) -> dict[str, Any]:
    """Return facts as plain JSON values."""
    plain: dict[str, Any] = _plain(facts)
    return plain


def load(stored: Mapping[str, Any]) -> Facts:
    """Return stored facts. A field that did not exist then takes its default. Raises BadSnapshot."""
    facts: Facts = _build(Facts, stored, "facts")
    return facts


def dump_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain JSON values."""
    plain: dict[str, Any] = _plain(verdict)
    return plain


def load_verdict(stored: Mapping[str, Any]) -> Verdict:
    """Return a stored verdict. Raises BadSnapshot."""
    verdict: Verdict = _build(Verdict, stored, "verdict")
    return verdict


def text(stored: Mapping[str, Any]) -> str:
    """Write stored values in their one form."""
    return json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(facts: Facts) -> str:
    """Return the fingerprint of facts."""
    return hashlib.sha256(text(dump(facts)).encode()).hexdigest()


def same(verdict: Verdict, stored: Mapping[str, Any]) -> bool:
    """Tell whether a verdict is, bit for bit, the stored one."""
    return text(dump_verdict(verdict)) == text(stored)


def again(facts: Mapping[str, Any], verdict: Mapping[str, Any], params: ParameterSet) -> Replayed:
    """Judge stored facts by the very rules, in the versions and order, that gave the stored verdict.

    With the figures of then the answer is the same bit for bit; with a draft set it shows what the draft would change.
    Raises BadSnapshot.
    """
    old, then = load(facts), load_verdict(verdict)
    found: list[Finding] = []
    gone: list[str] = []
    for finding in then.findings:
        try:
            found.append(rule_of_version(finding.rule, finding.version).check(old, params))
        except UnknownRule:
            gone.append(finding.rule)
    return Replayed(then, Verdict(then.gate, tuple(found), then.unruled), tuple(gone))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return {name: _plain(getattr(value, name)) for name in _names(value.__class__)}


def _build(kind: Any, stored: Any, where: str) -> Any:
    """Build a value of a type from JSON; `where` is the path for messages."""
    if get_origin(kind) in (Union, UnionType):
        return _optional(kind, stored, where)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), stored, where)
    if is_dataclass(kind):
        return _record(kind, stored, where)
    return _single(kind, stored, where)


def _optional(kind: Any, stored: Any, where: str) -> Any:
    if stored is None:
        return None
    return _build(next(one for one in get_args(kind) if one is not NoneType), stored, where)


def _tuple(kinds: Sequence[Any], stored: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(stored, list):
        raise BadSnapshot(f"{where}: a list is expected")
    if kinds[-1] is Ellipsis:
        return tuple(_build(kinds[0], one, f"{where}[{at}]") for at, one in enumerate(stored))
    if len(kinds) != len(stored):
        raise BadSnapshot(f"{where}: {len(kinds)} values are expected")
    return tuple(_build(kind, one, where) for kind, one in zip(kinds, stored, strict=True))


def _record(kind: Any, stored: Any, where: str) -> Any:
    if not isinstance(stored, Mapping) or (strange := set(stored) - set(_names(kind))):
        raise BadSnapshot(f"{where}: {'a record is expected' if not isinstance(stored, Mapping) else sorted(strange)}")
    hints = _hints(kind)
    try:
        return kind(**{name: _build(hints[name], value, f"{where}.{name}") for name, value in stored.items()})
    except TypeError as error:
        raise BadSnapshot(f"{where}: {error}") from error


def _single(kind: Any, stored: Any, where: str) -> Any:
    """Read text, a whole number, yes or no, a day or one of a list of words."""
    if kind is date or (isinstance(kind, type) and issubclass(kind, Enum)):
        read: Any = date.fromisoformat if kind is date else kind
        try:
            return read(stored)
        except (TypeError, ValueError) as error:
            raise BadSnapshot(f"{where}: {stored!r} cannot be read") from error
    if type(stored) is not kind:
        raise BadSnapshot(f"{where}: {stored!r} is not {kind.__name__}")
    return stored


@cache
def _names(kind: Any) -> tuple[str, ...]:
    parts: tuple[Field[Any], ...] = fields(kind)
    return tuple(part.name for part in parts)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
