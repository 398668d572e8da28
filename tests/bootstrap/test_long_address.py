"""Conditions stand in the address: a long one is served, one that is too long is answered in words."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = """
def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [str(len(environ["QUERY_STRING"])).encode()]
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve a tiny application under the settings of our web server."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.py").write_text(APP, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    environment = os.environ | {"JIUGAI_LISTEN": f"127.0.0.1:{number}", "JIUGAI_WEB_WORKERS": "1"}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:bootstrap.gunicorn_conf", "--pythonpath", str(folder)]
    with subprocess.Popen([*command, "tiny:app"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as server:
        for _ in range(100):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", number)) == 0:
                    break
            time.sleep(0.1)
        yield number
        server.terminate()


def ask(port: int, *, query: int, referer: int = 0) -> tuple[HTTPResponse, str]:
    link = HTTPConnection("127.0.0.1", port, timeout=10)
    link.request("GET", f"/map/?{'a' * query}", headers={"Referer": "r" * referer} if referer else {})
    answer = link.getresponse()
    return answer, answer.read().decode()


def test_a_drawn_shape_of_many_corners_fits(port: int) -> None:
    answer, said = ask(port, query=8000, referer=8100)
    assert (answer.status, said) == (200, "8000")


@pytest.mark.parametrize("length", [8300, 60_000])
def test_an_address_that_is_too_long_is_answered_in_chinese(port: int, length: int) -> None:
    answer, said = ask(port, query=length)
    assert answer.status == 414
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "网址太长" in said
    assert "8,190" in said


def test_a_header_that_is_too_long_is_answered_in_chinese(port: int) -> None:
    answer, said = ask(port, query=1, referer=20_000)
    assert answer.status == 431
    assert "少选一些" in said
