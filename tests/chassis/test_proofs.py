"""A row handed out with its proof, checked by the stand-alone verifier as somebody outside would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.audit import NotProvable, prove
from chassis.notes import BadNote, verifier_key
from tests.chassis.ledgers import ORIGIN, Ledger, fact

VERIFIER = Path(__file__).parents[2] / "deploy" / "verify_proof.py"


def proof_of(ledger: Ledger, idx: int) -> dict[str, Any]:
    last = ledger.folder.last(ledger.key.public_key())
    assert last is not None
    with ledger.engine.connect() as connection:
        return prove(connection, ledger.tables, idx, last.note, ledger.key.public_key())


class Outside:
    """A folder of somebody who has the proof, the key and one file, run by a Python that cannot see the project."""

    def __init__(self, path: Path, key_line: str) -> None:
        self.path = path
        (path / "public.key").write_text(key_line + "\n")

    def check(self, proof: object, *, language: str = "C.UTF-8") -> tuple[int, str]:
        (self.path / "proof.json").write_text(json.dumps(proof))
        command = [sys.executable, "-I", str(VERIFIER), "proof.json", "--key", "public.key"]
        environment = {**os.environ, "LC_ALL": language, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, cwd=self.path, capture_output=True, env=environment, timeout=30, check=False)
        return done.returncode, (done.stdout + done.stderr).decode()


@pytest.fixture
def outside(lite: Ledger, tmp_path: Path) -> Outside:
    return Outside(tmp_path, verifier_key(ORIGIN, lite.key.public_key()))


@pytest.mark.parametrize(("idx", "size"), [(0, 1), (0, 2), (4, 5), (40, 77), (76, 77), (63, 64)])
def test_a_row_is_proved_to_somebody_outside(ledger: Ledger, tmp_path: Path, idx: int, size: int) -> None:
    ledger.write(size).checkpoint()
    outside = Outside(tmp_path, (ledger.folder.path / "public.key").read_text().strip())
    code, said = outside.check(proof_of(ledger, idx))
    assert (code, said.splitlines()[0]) == (0, f"PROVED: {ORIGIN} #{idx} / {size}")
    assert json.loads(said.splitlines()[1]) == fact(idx)


def test_it_speaks_chinese_where_the_reader_does(lite: Ledger, outside: Outside) -> None:
    lite.write(9).checkpoint()
    code, said = outside.check(proof_of(lite, 3), language="zh_CN.UTF-8")
    assert (code, said.splitlines()[0]) == (0, f"成立: {ORIGIN} #3 / 9")


def _other_root(proof: dict[str, Any]) -> dict[str, Any]:
    return {**proof, "checkpoint": proof["checkpoint"].replace("\n9\n", "\n8\n")}


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        (lambda proof: {**proof, "data": proof["data"].replace("guard", "ghost")}, "not in the journal"),
        (lambda proof: {**proof, "index": 4}, "not in the journal"),
        (lambda proof: {**proof, "index": -1}, "outside the checkpoint"),
        (lambda proof: {**proof, "index": 9}, "outside the checkpoint"),
        (lambda proof: {**proof, "index": True}, "wrong kind"),
        (lambda proof: {**proof, "path": proof["path"][:-1]}, "too short"),
        (lambda proof: {**proof, "path": [*proof["path"], proof["path"][0]]}, "too long"),
        (lambda proof: {**proof, "path": [*proof["path"][:-1], proof["path"][0]]}, "not in the journal"),
        (lambda proof: {**proof, "path": ["!", *proof["path"][1:]]}, "malformed"),
        (_other_root, "signature is not true"),
        (lambda proof: {**proof, "checkpoint": proof["checkpoint"].replace("visitor", "access")}, "not signed by this"),
        (lambda proof: {**proof, "checkpoint": ""}, "not signed by this"),
        (lambda proof: {name: part for name, part in proof.items() if name != "path"}, "lacks a part"),
        (lambda proof: [proof], "lacks a part"),
    ],
)
def test_a_proof_bent_anywhere_is_refuted(
    lite: Ledger, outside: Outside, bend: Callable[[dict[str, Any]], object], said: str
) -> None:
    lite.write(9).checkpoint()
    code, output = outside.check(bend(proof_of(lite, 3)))
    assert (code, output.startswith("REFUTED")) == (1, True)
    assert said in output


def test_a_proof_signed_by_its_own_maker_is_refuted(lite: Ledger, outside: Outside) -> None:
    """The key that lies in the proof is never the one it is checked with."""
    lite.key = Ed25519PrivateKey.generate()
    lite.write(9).checkpoint()
    code, said = outside.check(proof_of(lite, 3))
    assert (code, "not signed by this key" in said) == (1, True)


def test_a_key_file_of_another_kind_is_refuted(lite: Ledger, tmp_path: Path) -> None:
    lite.write(9).checkpoint()
    for line in ("nonsense", "", verifier_key(ORIGIN, lite.key.public_key()).replace("visitor", "access")):
        code, said = Outside(tmp_path, line).check(proof_of(lite, 3))
        assert (code, "public key" in said or "key file" in said) == (1, True)


def test_a_file_that_cannot_be_read_is_no_verdict(outside: Outside) -> None:
    (outside.path / "public.key").unlink()
    code, said = outside.check({})
    assert (code, "cannot be read" in said) == (2, True)


def test_without_cryptography_the_hashes_are_checked_and_the_signature_is_said_to_be_open(
    lite: Ledger, outside: Outside
) -> None:
    lite.write(9).checkpoint()
    blind = (
        "import runpy, sys; sys.modules['cryptography'] = None; sys.argv[0] = 'verify_proof.py'; "
        f"runpy.run_path({str(VERIFIER)!r}, run_name='__main__')"
    )
    for proof, expected, said in (
        (proof_of(lite, 3), 3, "SIGNATURE UNCHECKED"),
        ({**proof_of(lite, 3), "index": 4}, 1, "REFUTED"),
    ):
        (outside.path / "proof.json").write_text(json.dumps(proof))
        command = [sys.executable, "-I", "-c", blind, "proof.json", "--key", "public.key"]
        done = subprocess.run(command, cwd=outside.path, capture_output=True, text=True, timeout=30, check=False)
        assert (done.returncode, said in done.stdout) == (expected, True), done.stderr


def test_the_verifier_imports_nothing_of_the_project() -> None:
    source = VERIFIER.read_text()
    assert not [line for line in source.splitlines() if line.lstrip().startswith(("from chassis", "import chassis"))]


def test_what_the_checkpoint_does_not_cover_is_not_proved(lite: Ledger) -> None:
    lite.write(5).checkpoint()
    lite.write(2)
    for idx in (5, 6, -1, 99):
        with pytest.raises(NotProvable, match="the checkpoint covers 5 rows"):
            proof_of(lite, idx)


def test_a_row_that_was_tampered_with_is_not_proved(lite: Ledger) -> None:
    lite.write(9).checkpoint()
    lite.change(3)
    with pytest.raises(NotProvable, match="row 3 is not what was signed") as refused:
        proof_of(lite, 3)
    assert "第 3 条" in refused.value.zh
    lite.delete(3)
    with pytest.raises(NotProvable, match="row 3 or its proof is gone"):
        proof_of(lite, 3)


def test_a_note_of_another_key_proves_nothing(lite: Ledger) -> None:
    note = lite.write(5).checkpoint().note
    with lite.engine.connect() as connection, pytest.raises(BadNote):
        prove(connection, lite.tables, 1, note, Ed25519PrivateKey.generate().public_key())
