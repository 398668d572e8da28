"""The `jiugai` command: Django's management commands under our own name.

`jiugai import FILE` is `import_file` in Django's terms, because `import` cannot name a Python module.
"""

import os
import sys

ALIASES = {"import": "import_file"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
    from django.core.management import execute_from_command_line

    argv = [a.replace("-", "_") if i == 1 and not a.startswith("-") else a for i, a in enumerate(sys.argv)]
    if len(argv) > 1:
        argv[1] = ALIASES.get(argv[1], argv[1])
    execute_from_command_line(argv)


if __name__ == "__main__":
    main()
