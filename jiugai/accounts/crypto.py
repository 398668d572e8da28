"""Encryption of single fields: SM4 in GCM, keys derived by HKDF over SM3 (design section 10).

A sealed field is one byte key id, 12 bytes nonce, the ciphertext and 16 bytes tag. The `place` (table and column)
is bound in, so a sealed telephone number cannot be moved to another column.
"""

import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12
TAG = 16


class BrokenSeal(ValueError):
    """The field was changed, belongs elsewhere, or its key is not at hand."""


def seal(text: str, *, place: str) -> bytes:
    """Encrypt a text for a place such as `contact.phone`, with the current key."""
    number, nonce = _current_id(), secrets.token_bytes(NONCE)
    encryptor = Cipher(algorithms.SM4(_key(_secret(number))), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(_bound(number, place))
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return bytes([number]) + nonce + body + encryptor.tag


def unseal(sealed: bytes, *, place: str) -> str:
    """Decrypt what `seal` made for the same place, with the key it names. Raises BrokenSeal."""
    sealed = bytes(sealed)
    if len(sealed) < 1 + NONCE + TAG:
        raise BrokenSeal("too short")
    number, nonce, body, tag = sealed[0], sealed[1 : 1 + NONCE], sealed[1 + NONCE : -TAG], sealed[-TAG:]
    decryptor = Cipher(algorithms.SM4(_key(_secret(number))), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(_bound(number, place))
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag as problem:
        raise BrokenSeal(place) from problem


def is_current(sealed: bytes) -> bool:
    """Tell whether a field was sealed with the current key, or has to be sealed anew in a rotation."""
    return bytes(sealed)[:1] == current_mark()


def current_mark() -> bytes:
    """Return the byte with which fields sealed with the current key begin."""
    return bytes([_current_id()])


def masked_phone(phone: str) -> str:
    """Return a number with its middle hidden: 138****5678; short ones show their last two digits only."""
    if len(phone) >= 11:
        return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
    return f"{'*' * max(len(phone) - 2, 0)}{phone[-2:]}"


def _current_id() -> int:
    return int(settings.FIELD_KEY_ID)


def _secret(number: int) -> str:
    if number == _current_id():
        return str(settings.FIELD_KEY)
    if number not in settings.FIELD_KEYS_OLD:
        raise BrokenSeal(f"no key {number}")
    return str(settings.FIELD_KEYS_OLD[number])


@lru_cache(maxsize=16)
def _key(secret: str) -> bytes:
    return HKDF(algorithm=SM3(), length=16, salt=b"jiugai", info=b"field").derive(secret.encode())


def _bound(number: int, place: str) -> bytes:
    return bytes([number]) + place.encode()
