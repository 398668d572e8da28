"""Loading the policy documents that we ship: titles, numbers, dates, sources, links; never their text."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from jiugai.policy.actions.collecting import search_text
from jiugai.policy.linking import is_known
from jiugai.policy.models import PolicyDocument, PolicyLink, PolicyVersion

DATA = Path(__file__).parent / "data" / "policies.yaml"
BY = "随产品数据"


class BadShippedPolicy(ValueError):
    """The data file links to something that does not exist."""


@transaction.atomic
def load_policies(*, now: datetime, path: Path = DATA) -> int:
    """Load or bring up to date the shipped documents; what people added stays. Raises BadShippedPolicy."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["documents"]
    for row in rows:
        _load(row, now)
    return len(rows)


def _load(row: dict[str, Any], now: datetime) -> None:
    told = {name: row.get(name, "") for name in ("title", "number", "issuer", "level", "summary")}
    text = search_text(*(told[name] for name in ("title", "number", "issuer", "summary")))
    document, _ = PolicyDocument.objects.update_or_create(
        key=row["key"],
        defaults={**told, "search_text": text},
        create_defaults={**told, "search_text": text, "made_at": now},
    )
    for version in row["versions"]:
        values = {name: version.get(name) for name in ("issued_on", "since", "until")} | {"source": version["source"]}
        PolicyVersion.objects.update_or_create(
            document=document,
            label=version["label"],
            defaults=values,
            create_defaults={**values, "added_by_name": BY, "added_at": now},
        )
    _link(document, row.get("links", {}))


def _link(document: PolicyDocument, links: dict[str, list[str]]) -> None:
    for kind, refs in links.items():
        unknown = [ref for ref in refs if not is_known(kind, ref)]
        if unknown:
            raise BadShippedPolicy(f"{document.key}: {kind} {', '.join(unknown)}")
        made = [PolicyLink(document=document, kind=kind, ref=ref) for ref in refs]
        PolicyLink.objects.bulk_create(made, ignore_conflicts=True)
