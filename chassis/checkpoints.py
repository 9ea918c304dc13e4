"""Checkpoints (C2SP tlog-checkpoint): signed notes of a journal's size and root, kept outside of it.

A journal that was rewritten with care passes its own checks; only what it signed before, kept where its database cannot
be reached, shows it. So nothing is signed that does not begin with what was signed last.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.durable import write_whole
from chassis.journal import JournalTables
from chassis.journal_reader import JournalReader
from chassis.merkle import Edge, consistency_proof, verify_consistency
from chassis.notes import BadNote, open_note, read_verifier_key, sign_note, verifier_key

_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*")
_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")


class LogRewritten(Exception):
    """The journal is not the one that was signed before: rewritten, or an old copy was restored. Nothing was signed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at one moment: whose (`origin`), how many rows, their root, and the signed note that says so."""

    origin: str
    size: int
    root: bytes
    note: str


def sign(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> Checkpoint:
    """The checkpoint of a journal of `size` rows with `root`, signed in the name of `origin`."""
    text = f"{origin}\n{size}\n{b64encode(root).decode()}\n"
    return Checkpoint(origin, size, root, sign_note(text, origin, key))


def open_checkpoint(note: str, public_key: Ed25519PublicKey) -> Checkpoint:
    """What `note` says, once it is shown that `public_key` signed it. Raises BadNote when it did not."""
    origin = note.partition("\n")[0]
    found = _TEXT.fullmatch(open_note(note, origin, public_key))
    if found is None:
        raise BadNote("the note is signed, but it is no checkpoint")
    return Checkpoint(origin, int(found[2]), b64decode(found[3]), note)


class CheckpointFolder:
    """The checkpoints of one log as files: `<path>/<origin>/<size>.note`, the size in 20 digits, and `public.key`.

    Beside each note lies `<size>.edge`, the tree's complete subtrees at that size. It needs no signature: it must
    fold to the signed root. With it an audit can judge what came after a change, without it only up to there.
    """

    def __init__(self, path: Path, origin: str) -> None:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin: letters, digits, dots and dashes, parts divided by a slash")
        self.origin = origin
        self.path = path / origin

    def write(self, checkpoint: Checkpoint, edge: Edge) -> Path:
        """Keep a checkpoint, durably, and return its file."""
        name = f"{checkpoint.size:020d}"
        write_whole(self.path / f"{name}.edge", edge.to_bytes())
        write_whole(self.path / f"{name}.note", checkpoint.note.encode())
        return self.path / f"{name}.note"

    def sizes(self) -> list[int]:
        """The sizes for which there is a note, ascending."""
        names = (path.stem for path in self.path.glob("*.note"))
        return sorted(int(name) for name in names if len(name) == 20 and name.isascii() and name.isdigit())

    def open(self, size: int, public_key: Ed25519PublicKey) -> Checkpoint:
        """The checkpoint of that size. Raises BadNote when it is not signed by `public_key` or says something else."""
        try:
            checkpoint = open_checkpoint((self.path / f"{size:020d}.note").read_bytes().decode(), public_key)
        except UnicodeDecodeError as error:
            raise BadNote("this is no text") from error
        if (checkpoint.origin, checkpoint.size) != (self.origin, size):
            raise BadNote(f"the note is about {checkpoint.origin} at {checkpoint.size}")
        return checkpoint

    def last(self, public_key: Ed25519PublicKey) -> Checkpoint | None:
        """The checkpoint of the largest size, None in an empty folder. Raises BadNote as `open` does."""
        sizes = self.sizes()
        return self.open(sizes[-1], public_key) if sizes else None

    def edge(self, checkpoint: Checkpoint) -> Edge | None:
        """The tree's edge at that checkpoint, None when it was not kept or does not fold to the signed root."""
        try:
            edge = Edge.from_bytes(checkpoint.size, (self.path / f"{checkpoint.size:020d}.edge").read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return edge if edge.root() == checkpoint.root else None

    def write_public_key(self, public_key: Ed25519PublicKey) -> Path:
        """Put the public key beside the notes, as one line, and return its file."""
        path = self.path / "public.key"
        line = verifier_key(self.origin, public_key) + "\n"
        if not path.exists() or path.read_text() != line:
            write_whole(path, line.encode())
        return path

    def public_key(self) -> Ed25519PublicKey:
        """The public key beside the notes. Raises FileNotFoundError, and BadNote when it is another log's.

        Whoever can change the notes can change this file: an audit takes the key from elsewhere, or compares it.
        """
        name, public_key = read_verifier_key((self.path / "public.key").read_text())
        if name != self.origin:
            raise BadNote(f"the key is that of {name}")
        return public_key


def make_checkpoint(
    connection: sa.Connection, tables: JournalTables, folder: CheckpointFolder, key: Ed25519PrivateKey
) -> Checkpoint:
    """Sign the journal as committed now and keep the checkpoint; without news, return the last one.

    What was signed last is read before the journal, which may grow and be signed by another process meanwhile: so
    `connection` must not have read anything yet in its transaction.
    Raises LogRewritten, and signs nothing, when the journal does not begin with what `folder` says was signed last.
    """
    last = _last_signed(folder, key)
    reader = JournalReader(connection, tables)
    edge = _head_edge(reader)
    if last is not None:
        _begins_with(reader, edge, last)
        if last.size == edge.size:
            return last
    checkpoint = sign(folder.origin, edge.size, edge.root(), key)
    folder.write_public_key(key.public_key())
    folder.write(checkpoint, edge)
    return checkpoint


def _last_signed(folder: CheckpointFolder, key: Ed25519PrivateKey) -> Checkpoint | None:
    try:
        return folder.last(key.public_key())
    except BadNote as error:
        raise LogRewritten(
            f"最近一次检查点无法用本机密钥核验（{error}）",
            f"the last checkpoint cannot be opened with this key: {error}",
        ) from error


def _head_edge(reader: JournalReader) -> Edge:
    head = reader.head()
    try:
        return Edge.from_bytes(*head) if head is not None else Edge.from_bytes(-1, b"")
    except ValueError as error:
        raise LogRewritten("审计记录的表头缺失或已损坏", "the journal's head is missing or damaged") from error


def _begins_with(reader: JournalReader, edge: Edge, last: Checkpoint) -> None:
    """Refuse a journal that is shorter than the last checkpoint, or that leads to another root at its size."""
    if edge.size < last.size:
        raise LogRewritten(
            f"审计记录只有 {edge.size} 条，而已签署过 {last.size} 条：末尾被截去，或恢复了旧副本",
            f"the journal has {edge.size} rows, {last.size} were signed: its end was cut off or an old copy restored",
        )
    try:
        proof = consistency_proof(last.size, edge.size, reader.node_at)
    except KeyError as error:
        level, idx = error.args[0]
        raise LogRewritten(
            f"审计记录的哈希树缺少节点（{level}, {idx}）", f"the journal's tree lacks the node ({level}, {idx})"
        ) from error
    if not verify_consistency(last.size, edge.size, last.root, edge.root(), proof):
        raise LogRewritten(
            f"前 {last.size} 条审计记录与当时签署的不一致：记录被改写",
            f"the first {last.size} rows are not those that were signed: the journal was rewritten",
        )
