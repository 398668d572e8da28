"""Rebuilds every shipped file and the manifest that says what each one is."""

import gzip
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from jiugai.registry.derive import areas, communities

LABEL_ZH = "公开抓取 2017—2021，非官方"
LABEL_EN = "public crawl 2017-2021, not official"
DECLARED = Path(__file__).parent / "declared.yaml"
"""What a person has to say of sources and files: origin, licence, attribution, year."""


def rebuild(raw: Path, out: Path) -> dict[str, int]:
    """Rebuild all shipped files from the raw files; return the row count of each file.

    The same raw files give the same content, byte for byte once unpacked. Raises FileNotFoundError when one is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    counts = areas.build(raw, out)
    built = communities.build(raw, out)
    counts |= built.counts
    (out / "manifest.yaml").write_text(_manifest(out, counts, built), encoding="utf-8")
    return counts


def content_digest(path: Path) -> str:
    """Return the SHA-256 of a file's unpacked content: packers of different versions pack differently."""
    with gzip.open(path) as stream:
        return sha256(stream.read()).hexdigest()


def _manifest(out: Path, counts: dict[str, int], built: communities.Built) -> str:
    declared = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    files: dict[str, Any] = {
        name: {"rows": count, "sha256_of_content": content_digest(out / name), **declared["files"].get(name, {})}
        for name, count in sorted(counts.items())
    }
    data = {
        "label": {"zh": LABEL_ZH, "en": LABEL_EN},
        "derived_on": communities.DERIVED_ON.isoformat(),
        "counts": {
            "communities": built.listed,
            "with_doubtful_position": built.doubtful,
            "named_in_official_lists": built.official,
            "rows_read": built.tally.rows,
            "rows_left_out": built.tally.left_out,
        },
        "sources": declared["sources"],
        "files": files,
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
