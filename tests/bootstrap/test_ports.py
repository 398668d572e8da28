from __future__ import annotations

import os
import socket

import pytest

from bootstrap import ports
from bootstrap.problems import BadPort, PortTaken
from bootstrap.web import Address


def test_a_taken_port_is_refused_with_the_name_and_number_of_the_program_that_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as refused:
            ports.check(address="127.0.0.1", port=port)
    assert f"pid {os.getpid()}" in refused.value.text()
    assert f"JIUGAI_PORT={port + 1}" in refused.value.remedy


def test_a_free_port_is_accepted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    ports.check(address="127.0.0.1", port=port)


@pytest.mark.parametrize("value", ["0", "65536", "80a", "-1", "８０"])
def test_a_port_that_is_no_port_is_refused(value: str) -> None:
    with pytest.raises(BadPort, match="JIUGAI_PORT="):
        ports.chosen(value)


def test_the_address_to_open_is_one_a_browser_can_open() -> None:
    assert Address(host="0.0.0.0", port=80).url == "http://127.0.0.1:80"  # noqa: S104 - only shown
    assert Address(host="::1", port=80).url == "http://[::1]:80"
