"""`make bench`: run the named measurement, in its own process so that one does not warm another's caches.

DATABASE_URL=… make bench ARGS="lists --rounds 20"
DATABASE_URL=… make bench ARGS="tiles"
DATABASE_URL=… make bench ARGS="imports --rows 5000"
"""

import os
import subprocess
import sys

NAMES = ("tiles", "lists", "imports")


def main() -> int:
    """Run one measurement, or say which there are. Refuses to run without a database named for it."""
    name, *rest = sys.argv[1:] or [""]
    if name not in NAMES:
        print(__doc__, "Measurements:", ", ".join(NAMES), sep="\n")
        return 0 if not name else 2
    if not os.environ.get("DATABASE_URL"):
        print("Name a database of its own in DATABASE_URL: measurements make hundreds of thousands of rows.")
        return 2
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *rest], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
