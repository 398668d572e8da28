"""The platform's processes and its address."""

from __future__ import annotations

import http.client
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bootstrap import ports
from bootstrap.places import Places
from bootstrap.supervisor import Child


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What a person on this machine opens."""
        return f"http://{'127.0.0.1' if self._everywhere else self._bracketed}:{self.port}"

    @property
    def listen(self) -> str:
        return f"{self._bracketed}:{self.port}"

    @property
    def _everywhere(self) -> bool:
        return self.host in {"0.0.0.0", "::"}  # noqa: S104 - only compared

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def answers(self) -> bool:
        """True when some answer comes back, whatever it says."""
        host = "127.0.0.1" if self._everywhere else self.host
        talk = http.client.HTTPConnection(host, self.port, timeout=20)
        try:
            talk.request("GET", "/health")
            talk.getresponse().read()
        except OSError:
            return False
        finally:
            talk.close()
        return True


def address() -> Address:
    """From JIUGAI_BIND (default 127.0.0.1) and JIUGAI_PORT (default 8000). Raises BadPort."""
    host = os.environ.get("JIUGAI_BIND") or "127.0.0.1"
    return Address(host=host, port=ports.chosen(os.environ.get("JIUGAI_PORT") or "8000"))


def empty_counters(places: Places) -> Path:
    """Return the directory in which all server processes count together, without the counts of the last run."""
    place = places.var / "metrics"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def children(places: Places) -> list[Child]:
    """Web server and worker."""
    python = str(places.python)
    gunicorn = [
        python,
        "-m",
        "gunicorn",
        "-c",
        "python:bootstrap.gunicorn_conf",
        "jiugai.config.wsgi:application",
    ]
    worker = [python, "-m", "jiugai.config.command", "worker"]
    return [
        Child(name="web", command=gunicorn, log=places.log / "web.log"),
        Child(name="worker", command=worker, log=places.log / "worker.log"),
    ]
