"""Conditions as they stand in an address: names with one or more values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from jiugai.domain.errors import Refusal

Params = Mapping[str, Sequence[str]]


class BadFilter(Refusal):
    """A condition in the address cannot be read."""

    code = "bad_filter"

    def __init__(self, label: str, value: str) -> None:
        super().__init__(
            f"看不懂条件“{label}：{value[:60]}”",
            where="网址里的筛选条件",
            remedy="去掉这个条件，或回到列表重新选",
        )


class Condition(NamedTuple):
    """One condition in words, with the name-value pairs that go when it is removed."""

    label: str
    pairs: tuple[tuple[str, str], ...]


def read(source: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the parameters of a QueryDict or plain mapping as lists of stripped, non-empty texts, each once."""
    getlist = getattr(source, "getlist", None)
    return {name: found for name in source if (found := _texts(getlist(name) if getlist else source[name]))}


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    texts = (str(one).strip() for one in several if one is not None)
    return list(dict.fromkeys(text for text in texts if text))


def split(values: Sequence[str]) -> list[str]:
    """Return the parts of values that may hold several, joined by commas: `a,b` and `a` `b` mean the same."""
    return list(dict.fromkeys(part for value in values for part in value.split(",") if part))


def without(params: Params, condition: Condition) -> dict[str, list[str]]:
    """Return the parameters without one condition."""
    gone = set(condition.pairs)
    left = {name: [v for v in values if (name, v) not in gone] for name, values in params.items()}
    return {name: values for name, values in left.items() if values}


def to_query(params: Mapping[str, Any]) -> str:
    """Write parameters as a query string, in their order."""
    return urlencode(params, doseq=True)
