#!/usr/bin/env python3
"""Check the proof of one row of a Gatehouse journal, without Gatehouse.

    python verify_proof.py proof.json --key public.key

One file, Python 3.9 or later. The hashes need nothing else; the signature needs the package `cryptography`.
`public.key` is the line that the operator published, which you must have from somewhere else than the proof.

Exit code: 0 the row is in the journal that was signed; 1 it is not; 2 a file cannot be read; 3 the hashes are right,
but the signature was not checked because `cryptography` is not installed.

Formats: RFC 6962 2.1.1 (audit path), C2SP signed-note and tlog-checkpoint.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

PROVED, REFUTED, UNREADABLE, UNSIGNED = 0, 1, 2, 3


class Refuted(Exception):
    """The proof does not hold; says why in Chinese and in English."""


def sha256(data: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()


def decoded(text: str, length: int, what: str) -> bytes:
    """Base64 of exactly `length` bytes, in its one canonical spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != length or base64.b64encode(raw).decode() != text:
        raise Refuted(f"{what}：编码有误", f"{what}: malformed")
    return raw


def root_of(data: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that row `index` of `size` leads to along `path` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        raise Refuted("序号不在检查点范围内", "the row's index lies outside the checkpoint")
    node, last, seen = index, size - 1, sha256(b"\x00" + data)
    for other in path:
        if last == 0:
            raise Refuted("证明路径过长", "the path is too long")
        if node & 1 or node == last:
            seen = sha256(b"\x01" + other + seen)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            seen = sha256(b"\x01" + seen + other)
        node, last = node >> 1, last >> 1
    if last:
        raise Refuted("证明路径过短", "the path is too short")
    return seen


def read_key(line: str) -> tuple[str, bytes, bytes]:
    """Name, key id and key of a verifier key `name+id+key`."""
    name, _, rest = line.strip().partition("+")
    claimed, _, encoded = rest.partition("+")
    raw = decoded(encoded, 33, "公钥 / public key")
    key_id = sha256(name.encode() + b"\n" + raw)[:4]
    if not name or raw[:1] != b"\x01" or key_id.hex() != claimed:
        raise Refuted("公钥文件有误", "the key file is not an Ed25519 verifier key")
    return name, key_id, raw[1:]


def signed_text(note: str, name: str, key_id: bytes, key: bytes) -> str:
    """The text of the note once its signature by `name` was checked, as far as that is possible here."""
    text, blank, tail = note.rpartition("\n\n")
    text += "\n"
    for line in tail.split("\n"):
        found = re.fullmatch(r"— (\S+) (\S+)", line)
        if blank and found and found[1] == name:
            try:
                signature = decoded(found[2], 68, "签名 / signature")
            except Refuted:
                continue
            if signature[:4] == key_id:
                check_signature(key, signature[4:], text.encode())
                return text
    raise Refuted("检查点不是由这把密钥签署的", "the checkpoint is not signed by this key")


def check_signature(key: bytes, signature: bytes, text: bytes) -> None:
    """Ed25519 (RFC 8032); nothing happens where `cryptography` is missing."""
    if Ed25519PublicKey is None:
        return
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except InvalidSignature:
        raise Refuted("检查点的签名无效", "the checkpoint's signature is not true") from None


def read_checkpoint(text: str, name: str) -> tuple[int, bytes]:
    """Size and root of the checkpoint that `name` signed about its own log."""
    found = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n(?:[^\n]+\n)*", text)
    if found is None or found[1] != name:
        raise Refuted("签署的内容不是这份记录的检查点", "what was signed is not a checkpoint of this log")
    return int(found[2]), decoded(found[3], 32, "根哈希 / root")


def check(proof: dict[str, object], key_line: str) -> tuple[str, int]:
    """The name of the log and its size, once the proof holds. Raises Refuted when it does not."""
    name, key_id, key = read_key(key_line)
    try:
        data, index, note, path = proof["data"], proof["index"], proof["checkpoint"], proof["path"]
    except (KeyError, TypeError):
        raise Refuted("证明文件缺少内容", "the proof lacks a part") from None
    if not (isinstance(data, str) and type(index) is int and isinstance(note, str) and isinstance(path, list)):
        raise Refuted("证明文件内容有误", "a part of the proof is of the wrong kind")
    size, root = read_checkpoint(signed_text(note, name, key_id, key), name)
    hashes = [decoded(str(part), 32, "路径 / path") for part in path]
    if root_of(data.encode(), index, size, hashes) != root:
        raise Refuted("这条记录不在所签署的审计记录中", "this row is not in the journal that was signed")
    return name, size


def main(arguments: list[str] | None = None) -> int:
    """Read the two files, say whether the proof holds, and return the exit code."""
    parser = argparse.ArgumentParser(description="Check the proof of one row of a Gatehouse journal.")
    parser.add_argument("proof", type=Path, help="the proof, a JSON file")
    parser.add_argument("--key", type=Path, required=True, help="the public key as the operator published it")
    chosen = parser.parse_args(arguments)
    chinese = os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("zh")
    try:
        proof, key_line = json.loads(chosen.proof.read_bytes()), chosen.key.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{'无法读取' if chinese else 'cannot be read'}: {error}\n")
        return UNREADABLE
    try:
        name, size = check(proof, key_line)
    except Refuted as error:
        sys.stdout.write(f"{'不成立' if chinese else 'REFUTED'}: {error.args[0 if chinese else 1]}\n")
        return REFUTED
    place = f"{name} #{proof['index']} / {size}"
    if Ed25519PublicKey is None:
        said = "哈希一致，但未安装 cryptography，签名未核验" if chinese else "hashes right, SIGNATURE UNCHECKED"
        sys.stdout.write(f"{said}: {place}\n{proof['data']}\n")
        return UNSIGNED
    sys.stdout.write(f"{'成立' if chinese else 'PROVED'}: {place}\n{proof['data']}\n")
    return PROVED


if __name__ == "__main__":
    sys.exit(main())
