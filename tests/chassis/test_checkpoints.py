"""Checkpoints: their format, their folder, and that nothing is signed which does not begin with what was signed."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis import clock
from chassis.checkpoints import CheckpointFolder, LogRewritten, open_checkpoint, sign
from chassis.db import Tx
from chassis.merkle import EMPTY_ROOT, Edge, leaf_hash
from chassis.notary import Notary
from chassis.notes import BadNote, sign_note
from chassis.settings import Settings
from tests.chassis.ledgers import ORIGIN, Ledger

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ROOT = b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")


def test_the_text_is_that_of_the_specification() -> None:
    checkpoint = sign("example.com/behind-the-sofa", 20852163, ROOT, KEY)
    body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert checkpoint.note.startswith(body + "\n— example.com/behind-the-sofa ")
    assert open_checkpoint(checkpoint.note, KEY.public_key()) == checkpoint


def test_extension_lines_are_read_over() -> None:
    note = sign_note(f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n", ORIGIN, KEY)
    assert open_checkpoint(note, KEY.public_key()).root == EMPTY_ROOT


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n",
        f"{ORIGIN}\n5\n",
        f"{ORIGIN}\n05\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        f"{ORIGIN}\n-5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        f"{ORIGIN}\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==\n",
        f"{ORIGIN}\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nmore\n",
    ],
)
def test_what_is_signed_but_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote, match="no checkpoint"):
        open_checkpoint(sign_note(text, ORIGIN, KEY), KEY.public_key())


@pytest.mark.parametrize("origin", ["", "..", "a/../b", "/a", "a b", "a+b", "a//b", "门岗", "a\n"])
def test_an_origin_that_is_no_plain_name_is_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        CheckpointFolder(tmp_path, origin)


def test_a_folder_keeps_notes_by_size_with_their_edges_and_the_public_key(tmp_path: Path) -> None:
    folder, edge = CheckpointFolder(tmp_path, ORIGIN), Edge()
    assert folder.last(KEY.public_key()) is None
    for number in range(12):
        edge, _ = edge.append(leaf_hash(bytes([number])))
        checkpoint = sign(ORIGIN, edge.size, edge.root(), KEY)
        assert folder.write(checkpoint, edge) == tmp_path / ORIGIN / f"{edge.size:020d}.note"
    folder.write_public_key(KEY.public_key())
    (folder.path / "notes.txt").write_text("left by somebody")
    (folder.path / "draft.note").write_text("left by somebody")
    assert folder.sizes() == list(range(1, 13))
    assert folder.last(KEY.public_key()) == checkpoint
    assert folder.edge(checkpoint) == edge
    assert folder.public_key() == KEY.public_key()
    assert len(list(folder.path.iterdir())) == 12 + 12 + 1 + 2


def test_an_edge_that_does_not_lead_to_the_signed_root_is_not_believed(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, ORIGIN)
    edge, _ = Edge().append(leaf_hash(b"a"))
    checkpoint = sign(ORIGIN, 1, edge.root(), KEY)
    path = folder.write(checkpoint, edge).with_suffix(".edge")
    for bent in (bytes(32), b"", bytes(64)):
        path.write_bytes(bent)
        assert folder.edge(checkpoint) is None
    path.unlink()
    assert folder.edge(checkpoint) is None


def test_a_note_under_another_size_or_origin_is_refused(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path, ORIGIN)
    folder.write(sign(ORIGIN, 0, EMPTY_ROOT, KEY), Edge()).rename(folder.path / f"{7:020d}.note")
    folder.write(sign("gatehouse.test/access", 0, EMPTY_ROOT, KEY), Edge())
    for size in (0, 7):
        with pytest.raises(BadNote, match="the note is about"):
            folder.open(size, KEY.public_key())


def test_the_public_key_of_another_log_is_refused(tmp_path: Path) -> None:
    mine, other = CheckpointFolder(tmp_path, ORIGIN), CheckpointFolder(tmp_path, "other")
    mine.path.mkdir(parents=True)
    other.write_public_key(KEY.public_key()).rename(mine.path / "public.key")
    with pytest.raises(BadNote, match="that of other"):
        mine.public_key()


def test_a_checkpoint_is_signed_when_there_is_news_and_only_then(ledger: Ledger) -> None:
    empty = ledger.checkpoint()
    assert (empty.size, empty.root) == (0, EMPTY_ROOT)
    for size in (1, 2, 7, 64, 100):
        ledger.write(size - ledger.written)
        signed = ledger.checkpoint()
        assert signed.size == size
        assert ledger.folder.open(size, ledger.key.public_key()) == signed
        assert ledger.checkpoint() == signed
    assert ledger.folder.sizes() == [0, 1, 2, 7, 64, 100]


def test_a_restored_old_copy_is_not_signed(ledger: Ledger) -> None:
    ledger.write(50)
    size, edge = ledger.sql("SELECT size, edge FROM journal_head")[0]
    ledger.write(30).checkpoint()
    ledger.sql("UPDATE journal_head SET size = ?, edge = ?", size, bytes(edge))
    with pytest.raises(LogRewritten, match="has 50 rows, 80 were signed") as refused:
        ledger.checkpoint()
    assert "只有 50 条" in refused.value.zh
    assert ledger.folder.sizes() == [80]


@pytest.mark.parametrize("more", [0, 1, 25])
def test_a_rewritten_journal_is_not_signed_at_its_old_size_nor_at_a_larger(ledger: Ledger, more: int) -> None:
    ledger.write(50).checkpoint()
    ledger.change(20, columns=True)
    ledger.rebuild()
    ledger.write(more)
    with pytest.raises(LogRewritten, match="first 50 rows are not those that were signed"):
        ledger.checkpoint()
    assert ledger.folder.sizes() == [50]


def test_a_restored_old_copy_that_grew_past_the_signed_size_is_not_signed(lite: Ledger) -> None:
    lite.write(50).checkpoint()
    lite.delete(30, 49)
    lite.rebuild()
    lite.written = 1000
    lite.write(40)
    with pytest.raises(LogRewritten, match="not those that were signed"):
        lite.checkpoint()


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        ("DELETE FROM journal_head", "head is missing or damaged"),
        ("UPDATE journal_head SET size = 9", "head is missing or damaged"),
        ("DELETE FROM journal_node WHERE level = 3", "lacks the node"),
        ("UPDATE journal_head SET edge = substr(edge, 1, 96) || substr(edge, 1, 32)", "not those that were signed"),
    ],
)
def test_a_journal_that_cannot_prove_itself_is_not_signed(lite: Ledger, tamper: str, said: str) -> None:
    lite.write(23).checkpoint()
    lite.write(16).sql(tamper)
    with pytest.raises(LogRewritten, match=said):
        lite.checkpoint()
    assert lite.folder.sizes() == [23]


@pytest.mark.parametrize("bend", [lambda note: "", lambda note: note.replace("\n23\n", "\n22\n")])
def test_a_last_checkpoint_that_is_not_genuine_stops_signing(lite: Ledger, bend: Callable[[str], str]) -> None:
    lite.write(23).checkpoint()
    path = lite.folder.path / f"{23:020d}.note"
    path.write_text(bend(path.read_text()))
    lite.write(1)
    with pytest.raises(LogRewritten, match="cannot be opened with this key"):
        lite.checkpoint()


def test_another_key_does_not_take_over_a_folder(lite: Ledger) -> None:
    lite.write(5).checkpoint()
    lite.key = Ed25519PrivateKey.generate()
    with pytest.raises(LogRewritten, match="cannot be opened with this key"):
        lite.write(1).checkpoint()


def test_a_checkpoint_that_cannot_be_written_leaves_no_part_behind(
    lite: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    lite.write(5).checkpoint()
    before = sorted(lite.folder.path.iterdir())
    monkeypatch.setattr("chassis.durable.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        lite.write(5).checkpoint()
    assert sorted(lite.folder.path.iterdir()) == before
    monkeypatch.undo()
    assert lite.checkpoint().size == 10


@pytest.mark.parametrize("tamper", ["DELETE FROM journal_head", "UPDATE journal_head SET size = 0, edge = ''"])
def test_the_notary_takes_an_emptied_journal_for_rewritten_not_for_new(
    lite: Ledger, tmp_path: Path, tamper: str
) -> None:
    notary = Notary("visitor", lite.tables, Settings(data=tmp_path))
    with lite.engine.connect() as connection:
        assert notary.sign(Tx(connection, clock.now())) is None
    lite.write(5)
    with lite.engine.connect() as connection:
        signed = notary.sign(Tx(connection, clock.now()))
    assert signed is not None
    assert signed.size == 5
    lite.sql(tamper)
    with lite.engine.connect() as connection, pytest.raises(LogRewritten):
        notary.sign(Tx(connection, clock.now()))
