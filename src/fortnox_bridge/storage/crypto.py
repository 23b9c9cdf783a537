"""Encryption at rest and hashes of secrets (facts: reliability 5, item 10)."""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fortnox_bridge.storage.errors import UnknownKey

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret lies. It is authenticated with the secret: one moved to another row or field is refused."""

    table: str
    row: str
    field: str

    def associated_data(self) -> bytes:
        parts = (self.table.encode(), self.row.encode(), self.field.encode())
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


class Cipher:
    """AES-GCM under named keys: encrypts with the newest, decrypts with any.

    `newest` names the key to encrypt with; without it, the last one given.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        newest: str | None = None,
        *,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        for key_id, key in keys.items():
            if not 1 <= len(key_id.encode()) <= 255 or len(key) != KEY_BYTES:
                raise ValueError(f"key {key_id!r} is not {KEY_BYTES} bytes with a short id")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._newest = newest if newest is not None else list(keys)[-1]
        if self._newest not in self._ciphers:
            raise ValueError(f"key {self._newest!r} is not among the keys")
        self._random_bytes = random_bytes

    def encrypt(self, secret: bytes, place: SecretPlace) -> bytes:
        """Answers: format, length of the key's id, the id, nonce, ciphertext with tag."""
        key_id = self._newest.encode()
        header = bytes((_FORMAT, len(key_id))) + key_id
        nonce = self._random_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, secret, header + place.associated_data())
        return header + nonce + sealed

    def decrypt(self, stored: bytes, place: SecretPlace) -> bytes:
        """Raises `UnknownKey` unless a known key sealed exactly this for exactly this place."""
        header, key_id = _header(stored)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKey(f"{place.table}.{place.field} was encrypted with a key that is not configured")
        nonce, sealed = stored[len(header) : len(header) + _NONCE_BYTES], stored[len(header) + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, header + place.associated_data())
        except (InvalidTag, ValueError) as error:
            raise UnknownKey(f"{place.table}.{place.field} does not open with its key") from error

    def is_known(self, stored: bytes) -> bool:
        """Whether the key that sealed it is there."""
        return _header(stored)[1] in self._ciphers

    def is_current(self, stored: bytes) -> bool:
        """Whether the newest key sealed it; otherwise a rotation has it to do again."""
        return _header(stored)[1] == self._newest


def secret_hash(secret: str) -> str:
    """SHA-256 of a random secret of at least 128 bits, which needs no slow hash: it cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _header(stored: bytes) -> tuple[bytes, str]:
    if len(stored) < 2 or stored[0] != _FORMAT or len(stored) < 2 + stored[1]:
        raise UnknownKey("not an encrypted value")
    header = stored[: 2 + stored[1]]
    try:
        return header, header[2:].decode()
    except UnicodeDecodeError as error:
        raise UnknownKey("not an encrypted value") from error
