"""Which technical problems residents raise most: requests sorted by the words they use (T21-2).

The words are data; a request may name several problems, and one that names none is counted as such, never dropped.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "parameters" / "technical_topics.yaml"
OTHER = "other"


@dataclass(frozen=True)
class Topic:
    """A technical problem with the words that name it; `named` marks those the policy names itself."""

    code: str
    label: str
    named: bool
    words: tuple[str, ...]
    not_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Count:
    """How many requests name a problem, and in how many communities."""

    topic: Topic
    requests: int
    communities: int


@cache
def topics() -> tuple[Topic, ...]:
    """Return the problems in the order of the file."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["topics"]
    return tuple(
        Topic(r["code"], r["label"], bool(r.get("named")), tuple(r["words"]), tuple(r.get("not_words", ())))
        for r in rows
    )


def topic_of(code: str) -> Topic:
    """Return a problem by its code; requests without one are under `other`."""
    return next((one for one in topics() if one.code == code), Topic(OTHER, "没有归入技术问题", False, ()))


def topics_in(text: str) -> tuple[Topic, ...]:
    """Return the problems a request names, in the order of the file."""
    return tuple(one for one in topics() if _names(one, text))


def counted(requests: Iterable[tuple[int, str]]) -> tuple[list[Count], int, int]:
    """Count problems over (community, text), most raised first; and how many requests there were, and named none."""
    found: Counter[str] = Counter()
    homes: dict[str, set[int]] = {}
    every = without = 0
    for community, text in requests:
        every += 1
        named = topics_in(text)
        without += not named
        for one in named:
            found[one.code] += 1
            homes.setdefault(one.code, set()).add(community)
    order = {one.code: n for n, one in enumerate(topics())}
    ranked = sorted(found, key=lambda code: (-found[code], order[code]))
    return [Count(topic_of(code), found[code], len(homes[code])) for code in ranked], every, without


def _names(topic: Topic, text: str) -> bool:
    plain = text
    for word in topic.not_words:
        plain = plain.replace(word, "")
    return any(word in plain for word in topic.words)
