"""Which files the phone keeps to work without connection."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import get_template

from jiugai.offline.types import all_types

CORE = "offline/worker.js"
ASSETS = (
    "npm/@tabler/core/css/tabler.min.css",
    "npm/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    *(
        f"web/css/{name}.css"
        for name in (
            "tokens", "base", "shell", "components", "process", "forms", "tables", "map", "file", "phone", "print",
        )
    ),
    "web/seal.svg",
    "offline/icon.svg",
    "offline/phone.css",
)  # fmt: skip
MODULES = tuple(
    f"offline/{name}.js"
    for name in ("app", "clock", "dom", "forms", "home", "outbox", "photos", "queue", "server", "store")
)


@cache
def version() -> str:
    """Return a name for exactly these files; a new release gets a new one."""
    kinds = [name for kind in all_types() for name in (kind.module, *kind.assets) if name]
    digest = hashlib.sha256()
    for name in (CORE, *ASSETS, *MODULES, *kinds):
        found = finders.find(name)
        if not found:
            raise FileNotFoundError(name)
        digest.update(Path(str(found)).read_bytes())
    for template in ("offline/shell.html", "web/head.html"):
        digest.update(get_template(template).template.source.encode())  # type: ignore[attr-defined]
    return digest.hexdigest()[:16]
