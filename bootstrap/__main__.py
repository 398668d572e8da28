"""`python3 -m bootstrap COMMAND`, as the Makefile calls it.

Parsed by whatever Python the machine has, so nothing in this file may need a new one.
"""

import os
import shutil
import sys

NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")


def main():
    if sys.version_info >= (3, 11):
        from bootstrap.commands import main as run

        return run(sys.argv[1:])
    for name in NEWER:
        other = shutil.which(name)
        if other:
            os.execv(other, [other, "-m", "bootstrap"] + sys.argv[1:])
    found = "%d.%d" % sys.version_info[:2]
    print("需要 Python 3.11 或更新的版本，现在是 " + found + "。")
    print("Python 3.11 or newer is needed; this is " + found + ".")
    print("  → apt-get install python3.11 python3.11-venv")
    return 2


if __name__ == "__main__":
    sys.exit(main())
