"""The `jiugai` command: Django's management commands under our own name.

`jiugai import FILE` is `import_file` in Django's terms, because `import` cannot name a Python module.
`jiugai several A … --then B …` runs commands one after the other in one process: starting takes longer than most.
"""

import os
import sys
from collections.abc import Iterator

ALIASES = {"import": "import_file"}
SEVERAL, THEN = "several", "--then"
MARK = "\x1e"
"""Comes before the name of each of several commands, on a line of its own, ahead of what it prints."""


def main() -> None:
    """Run one management command, or several."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
    if sys.argv[1:2] != [SEVERAL]:
        _run(sys.argv[1:])
        return
    for words in _parted(sys.argv[2:]):
        sys.stdout.write(f"{MARK}{words[0]}\n")
        sys.stdout.flush()
        _run(words)


def _run(words: list[str]) -> None:
    from django.core.management import execute_from_command_line

    name, rest = words[:1], words[1:]
    if name and not name[0].startswith("-"):
        plain = name[0].replace("-", "_")
        name = [ALIASES.get(plain, plain)]
    execute_from_command_line([sys.argv[0], *name, *rest])


def _parted(words: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in [*words, THEN]:
        if word != THEN:
            part.append(word)
        elif part:
            yield part
            part = []


if __name__ == "__main__":
    main()
