"""Checking a journal against itself and against its checkpoints, naming each row that is not what was written.

`walk.py` hashes every row anew and builds the tree from it; where that differs from what is stored, `diagnosis.py`
finds out which rows are to blame; what all copies in the database agree on is left to checkpoints, `witnesses.py`.
"""

from __future__ import annotations

from functools import lru_cache

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.checkpoints import Checkpoint, CheckpointFolder
from chassis.diagnosis import Diagnosis
from chassis.evidence import Evidence
from chassis.findings import AuditReport, Finding, Findings, Kind
from chassis.journal import JournalTables
from chassis.journal_reader import JournalReader
from chassis.merkle import Edge, edge_at
from chassis.notes import BadNote
from chassis.proofs import NotProvable, prove
from chassis.walk import Progress, Walk
from chassis.witnesses import Testimony, Witnesses

__all__ = ["AuditReport", "Finding", "Kind", "NotProvable", "prove", "verify"]

_PLAUSIBLE = 1000
"""A head that claims more than this many times the rows there are (and a million) is damage, not a journal cut off."""


def verify(
    connection: sa.Connection,
    tables: JournalTables,
    folder: CheckpointFolder,
    public_key: Ed25519PublicKey,
    progress: Progress | None = None,
) -> AuditReport:
    """Check the whole journal and every checkpoint in `folder`; the report names what is wrong, row by row.

    `connection` must not have read anything yet in its transaction: all is read from one snapshot. Reads only.
    """
    findings = Findings()
    checkpoints = _genuine(folder, public_key, findings)
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    reader = JournalReader(connection, tables)
    head = _head(reader, findings)
    by_size = {checkpoint.size: checkpoint for checkpoint in checkpoints}
    signed_edge = lru_cache(maxsize=256)(folder.edge)

    def signed_leaf(position: int) -> bytes | None:
        checkpoint = by_size.get(position + 1) if position % 2 == 0 else None
        edge = signed_edge(checkpoint) if checkpoint else None
        return edge.hashes[-1] if edge else None

    evidence = Evidence(reader, _size(reader, head), head, signed_leaf)
    diagnosis = Diagnosis(evidence, findings)
    sizes = {*by_size, head.size if head else 0}
    walk = Walk(evidence, diagnosis, findings, sizes)
    walk.run(progress)
    diagnosis.conclude()
    walk.compare_head(head)
    rows = walk.end()
    testimony = Testimony(signed_edge, lambda size: _stored_edge(reader, size), diagnosis.written, rows)
    signed = Witnesses(checkpoints, testimony, findings).compare(walk.roots())
    root = head.root() if head else walk.edge().root()
    return AuditReport(head.size if head else rows, root, len(checkpoints), signed, findings.in_order())


def _genuine(folder: CheckpointFolder, public_key: Ed25519PublicKey, findings: Findings) -> list[Checkpoint]:
    genuine = []
    for size in folder.sizes():
        try:
            genuine.append(folder.open(size, public_key))
        except BadNote as error:
            findings.add(Kind.CHECKPOINT_FORGED, size=size, reason=str(error))
    return genuine


def _head(reader: JournalReader, findings: Findings) -> Edge | None:
    stored = reader.head()
    if stored is None:
        findings.add(Kind.HEAD_WRONG, reason="missing")
        return None
    count, _ = reader.within(stored[0])
    try:
        if stored[0] > _PLAUSIBLE * max(count, _PLAUSIBLE):
            raise ValueError(f"{stored[0]} rows are claimed, {count} are there")
        return Edge.from_bytes(*stored)
    except ValueError as error:
        findings.add(Kind.HEAD_WRONG, reason=str(error))
        return None


def _size(reader: JournalReader, head: Edge | None) -> int:
    """How many rows were once written, as far as head and nodes can tell."""
    covered = reader.covered()
    if head is not None and covered <= head.size:
        return head.size
    return max(covered, min(reader.within(covered + 2)[1] + 1, covered + 1))


def _stored_edge(reader: JournalReader, size: int) -> Edge | None:
    try:
        return edge_at(size, reader.node_at)
    except KeyError:
        return None
