"""Handing out one row of a journal with what proves it, to somebody who has neither the journal nor this code."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.checkpoints import open_checkpoint
from chassis.journal import JournalTables
from chassis.journal_reader import JournalReader
from chassis.merkle import inclusion_proof, leaf_hash, verify_inclusion
from chassis.notes import verifier_key

FORMAT = "gatehouse-proof/1"


class NotProvable(Exception):
    """The row cannot be proved by that checkpoint; the message says why, in English, `zh` in Chinese."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def prove(
    connection: sa.Connection, tables: JournalTables, idx: int, note: str, public_key: Ed25519PublicKey
) -> dict[str, Any]:
    """Row `idx` with its audit path to the checkpoint `note`, as JSON values; `deploy/verify_proof.py` checks it.

    Keys: `format`; `data`, the row's canonical JSON as text; `index`; `size` of the checkpoint; `path`, hashes in
    base64, lowest first (RFC 6962 2.1.1); `checkpoint`, the signed note; `public_key`, its verifier key (for
    comparison only: whoever checks must have it from elsewhere).
    Raises BadNote when `public_key` did not sign `note`, NotProvable when the checkpoint does not cover the row, the
    row is gone, or row and tree do not lead to the signed root.
    """
    checkpoint = open_checkpoint(note, public_key)
    if not 0 <= idx < checkpoint.size:
        raise NotProvable(
            f"检查点只覆盖前 {checkpoint.size} 条，不含第 {idx} 条",
            f"the checkpoint covers {checkpoint.size} rows, not row {idx}",
        )
    reader = JournalReader(connection, tables)
    rows = reader.rows(idx, idx + 1)
    try:
        data = rows[0].data or b""
        path = inclusion_proof(idx, checkpoint.size, reader.node_at)
    except (IndexError, KeyError) as error:
        raise NotProvable(f"第 {idx} 条审计记录或其证明已缺失", f"row {idx} or its proof is gone") from error
    if not verify_inclusion(leaf_hash(data), idx, checkpoint.size, path, checkpoint.root):
        raise NotProvable(
            f"第 {idx} 条审计记录与检查点不符：请先运行完整核验",
            f"row {idx} is not what was signed: verify the journal",
        )
    return {
        "format": FORMAT,
        "data": data.decode(),
        "index": idx,
        "size": checkpoint.size,
        "path": [b64encode(part).decode() for part in path],
        "checkpoint": note,
        "public_key": verifier_key(checkpoint.origin, public_key),
    }
