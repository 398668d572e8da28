"""Sealed fields: private, bound to their place, and rotated by key id."""

import pytest
from django.test import override_settings

from jiugai.accounts.crypto import BrokenSeal, is_current, masked_phone, seal, unseal
from jiugai.config import env


def test_round_trip_hides_the_text() -> None:
    sealed = seal("13812345678", place="contact.phone")
    assert b"138" not in sealed
    assert unseal(sealed, place="contact.phone") == "13812345678"


def test_same_text_is_sealed_differently_each_time() -> None:
    assert seal("x", place="p") != seal("x", place="p")


def test_field_moved_to_another_column_is_refused() -> None:
    with pytest.raises(BrokenSeal):
        unseal(seal("x", place="contact.phone"), place="unit.liaison")


def test_changed_byte_is_refused() -> None:
    sealed = bytearray(seal("13812345678", place="p"))
    sealed[-20] ^= 1
    with pytest.raises(BrokenSeal):
        unseal(bytes(sealed), place="p")


def test_old_key_still_opens_after_rotation() -> None:
    with override_settings(FIELD_KEY="old " * 10, FIELD_KEY_ID=1):
        sealed = seal("x", place="p")
    with override_settings(FIELD_KEY="new " * 10, FIELD_KEY_ID=2, FIELD_KEYS_OLD={1: "old " * 10}):
        assert unseal(sealed, place="p") == "x"
        assert not is_current(sealed)
        assert is_current(seal("x", place="p"))


def test_lost_key_is_named() -> None:
    sealed = seal("x", place="p")
    with override_settings(FIELD_KEY_ID=2), pytest.raises(BrokenSeal, match="no key 1"):
        unseal(sealed, place="p")


@pytest.mark.parametrize(
    ("phone", "shown"), [("13812345678", "138****5678"), ("01012345678", "010****5678"), ("12345", "***45"), ("", "")]
)
def test_phone_is_masked(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


def test_old_keys_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD", "1:first;2:se:cond")
    assert env.numbered_secrets("OLD") == {1: "first", 2: "se:cond"}
    monkeypatch.setenv("OLD", "first")
    with pytest.raises(env.BadEnvironment):
        env.numbered_secrets("OLD")
