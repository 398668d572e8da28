"""`python3 -m bootstrap COMMAND`, as the Makefile calls it.

Parsed by whatever Python the machine has, so nothing in this file may need a new one.
"""

# ruff: noqa: UP031, UP036, RUF005 - the point of this file

import os
import shutil
import sys

NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **k: None)(errors="backslashreplace")  # a Latin-1 terminal, say
    if sys.version_info >= (3, 11):
        from bootstrap.commands import main as run

        return run(sys.argv[1:])
    for name in NEWER:
        other = shutil.which(name)
        if other:
            os.execv(other, [other, "-m", "bootstrap"] + sys.argv[1:])  # noqa: S606 - no shell wanted
    from bootstrap.problems import PythonTooOld

    sys.stderr.write(PythonTooOld(found="%d.%d" % sys.version_info[:2]).text() + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
