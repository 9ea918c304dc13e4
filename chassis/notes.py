"""Signed notes (C2SP signed-note) with Ed25519: a text, a blank line, and lines that say who signed it.

The format that transparency logs, witnesses and their tools exchange, so that anyone can check one without this code.
Keys: the private one is a PEM file or derived from a secret, the public one a line `name+key id+key` ("verifier key"
of that world).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from chassis.durable import write_whole

_ED25519 = b"\x01"
_MOST_SIGNATURES = 100
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(ValueError):
    """The note is not well formed, or not signed by the key that was asked for."""


def key_id(name: str, public_key: Ed25519PublicKey) -> bytes:
    """The four bytes that tell keys of one name apart (C2SP signed-note, Ed25519)."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key.public_bytes_raw()).digest()[:4]


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """`text`, which ends in a newline, as a note signed by `name`. Raises BadNote when no reader would accept it."""
    if not text.endswith("\n") or _CONTROL.search(text) or not re.fullmatch(r"[^\s+]+", name):
        raise BadNote("a note is lines of text, signed by a name without space or plus")
    signature = b64encode(key_id(name, key.public_key()) + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


def open_note(note: str, name: str, public_key: Ed25519PublicKey) -> str:
    """The text of `note` once it is shown that `name` signed it; signatures of others are ignored.

    Raises BadNote when the note is malformed or that signature is not there or not true.
    """
    text, blank, tail = note.rpartition("\n\n")
    *lines, rest = tail.split("\n")
    if not blank or not lines or rest or len(lines) > _MOST_SIGNATURES or _CONTROL.search(note):
        raise BadNote("this is no signed note")
    text += "\n"
    wanted = key_id(name, public_key)
    for signer, signature in [_signature(line) for line in lines]:
        if signer == name and signature[:4] == wanted:
            try:
                public_key.verify(signature[4:], text.encode())
            except InvalidSignature as error:
                raise BadNote(f"the signature of {name} is not true") from error
            return text
    raise BadNote(f"the note is not signed by {name}+{wanted.hex()}")


def _signature(line: str) -> tuple[str, bytes]:
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise BadNote("a signature line is malformed")
    return found[1], _decoded(found[2])


def verifier_key(name: str, public_key: Ed25519PublicKey) -> str:
    """The public key as one line that names whose it is, to hand to whoever checks notes."""
    return f"{name}+{key_id(name, public_key).hex()}+{b64encode(_ED25519 + public_key.public_bytes_raw()).decode()}"


def read_verifier_key(line: str) -> tuple[str, Ed25519PublicKey]:
    """Name and key of a line that `verifier_key` wrote. Raises BadNote when it is not one."""
    name, _, rest = line.strip().partition("+")
    claimed, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if not name or len(raw) != 33 or raw[:1] != _ED25519:
        raise BadNote("this is no Ed25519 verifier key")
    public_key = Ed25519PublicKey.from_public_bytes(raw[1:])
    if key_id(name, public_key).hex() != claimed:
        raise BadNote("the key id does not belong to the key")
    return name, public_key


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The private key kept in `path`, made there (mode 0600) on first use, also when several processes start at once.

    Raises PermissionError when others may write the file, ValueError when it holds no Ed25519 key.
    """
    if not path.exists():
        fresh = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with suppress(FileExistsError):
            write_whole(path, fresh, mode=0o600, replace=False)
    if path.stat().st_mode & 0o022:
        raise PermissionError(f"{path} may be written by others; make it yours alone: chmod 600")
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 key")
    return key


def derived_key(secret: bytes, name: str) -> Ed25519PrivateKey:
    """The private key of `name` that follows from a secret of 32 bytes, the same in every process that holds it."""
    if len(secret) != 32:
        raise ValueError("a journal key has 64 hexadecimal digits")
    seed = HKDF(SHA256(), 32, salt=None, info=b"gatehouse journal " + name.encode()).derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _decoded(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise BadNote("this is no base64") from error
    if b64encode(raw).decode() != text:
        raise BadNote("this is no canonical base64")
    return raw
