from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.lock_files import LockNamesHost, refuse_hosts

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["requirements.lock", "bench/requirements.lock", "package-lock.json"])
def test_our_lock_files_name_no_registry(name: str) -> None:
    refuse_hosts(ROOT / name)


@pytest.mark.parametrize("line", ['"resolved": "https://a/b.tgz"', "--index-url https://a", "x @ https://a/x.whl"])
def test_a_lock_file_that_names_one_is_refused(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text(line)
    with pytest.raises(LockNamesHost):
        refuse_hosts(lock)


def test_every_python_package_has_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text()
    blocks = [block for block in text.split("\n") if "==" in block]
    assert blocks
    assert all(block.endswith("\\") for block in blocks)
