"""`make clean`: back to a fresh clone."""

from __future__ import annotations

import os
import shutil
import sys

from bootstrap import cluster_make, running
from bootstrap.places import Places
from bootstrap.say import notice


def remove(places: Places) -> int:
    """Stop everything and remove .venv, node_modules and var/ with all data in it, after asking."""
    if not _agreed():
        notice(
            "没有删除任何东西。要删除数据库、上传的文件和软件包：make clean YES=1\n"
            "  Nothing was removed. To remove database, files and packages: make clean YES=1"
        )
        return 1
    running.stop(places)
    made = cluster_make.find(places)
    if made:
        made.stop()
        shutil.rmtree(made.data)  # lies outside var/ when the clone is private
        if made.socket == places.short_socket_dir:
            shutil.rmtree(made.socket, ignore_errors=True)
    for place in (places.var, places.venv, places.root / "node_modules"):
        shutil.rmtree(place, ignore_errors=True)
    print("已清除。 Clean.")
    return 0


def _agreed() -> bool:
    if os.environ.get("YES") == "1":
        return True
    if not sys.stdin.isatty():
        return False
    print("将删除本目录的数据库、上传的文件和软件包。\nDatabase, files and packages of this clone will go.")
    return input("yes? ") == "yes"
