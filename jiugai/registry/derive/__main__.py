"""`python -m jiugai.registry.derive RAW OUT`: rebuild the shipped files from the raw ones."""

import sys
from pathlib import Path

from jiugai.registry.derive.rebuilding import rebuild


def main(arguments: list[str]) -> int:
    """Rebuild and say what came of it. Returns 2 when the arguments are wrong."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m jiugai.registry.derive RAW_FOLDER OUT_FOLDER\n")
        return 2
    for name, count in rebuild(Path(arguments[0]), Path(arguments[1])).items():
        sys.stdout.write(f"{name}: {count:,}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
