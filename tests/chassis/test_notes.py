"""Signed notes against the vectors of the Go implementation and of the specification, and keys as files."""

from __future__ import annotations

import stat
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from chassis.notes import BadNote, open_note, read_verifier_key, sign_note, signing_key, verifier_key

SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = (
    TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""Key and note of golang.org/x/mod/sumdb/note, note_test.go."""
PETER = Ed25519PrivateKey.from_private_bytes(SEED)
OTHER = Ed25519PrivateKey.generate()


def test_the_published_note_is_signed_and_opened_byte_for_byte() -> None:
    assert sign_note(TEXT, "PeterNeumann", PETER) == SIGNED
    assert open_note(SIGNED, "PeterNeumann", PETER.public_key()) == TEXT


def test_the_published_verifier_key_is_read_and_written() -> None:
    name, key = read_verifier_key(VERIFIER + "\n")
    assert (name, key) == ("PeterNeumann", PETER.public_key())
    assert verifier_key(name, key) == VERIFIER


def test_signatures_of_others_are_ignored_also_of_the_same_name() -> None:
    others = (
        sign_note(TEXT, "PeterNeumann", OTHER).rpartition("\n\n")[2] + sign_note(TEXT, "x", PETER).rpartition("\n\n")[2]
    )
    text, _, own = SIGNED.rpartition("\n\n")
    assert open_note(f"{text}\n\n{others}{own}", "PeterNeumann", PETER.public_key()) == TEXT


def test_a_text_may_hold_empty_lines() -> None:
    assert open_note(sign_note("a\n\nb\n", "n", PETER), "n", PETER.public_key()) == "a\n\nb\n"


@given(st.integers(0, len(SIGNED) - 1), st.characters(codec="utf-8"))
def test_a_note_with_one_character_changed_is_refused(at: int, other: str) -> None:
    bent = SIGNED[:at] + other + SIGNED[at + 1 :]
    if bent != SIGNED:
        with pytest.raises(BadNote):
            open_note(bent, "PeterNeumann", PETER.public_key())


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        TEXT,
        TEXT + "\n",
        SIGNED[:-1],
        SIGNED + "\n",
        SIGNED + "more\n",
        SIGNED.replace("— ", "- "),
        SIGNED.replace("— PeterNeumann", "—  PeterNeumann"),
        SIGNED.replace("\n\n", "\n"),
        "\t" + SIGNED,
        SIGNED.replace("\n", "\r\n"),
        TEXT + "\n" + 101 * SIGNED.rpartition("\n\n")[2],
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        open_note(note, "PeterNeumann", PETER.public_key())


@pytest.mark.parametrize(
    ("text", "name"), [("no newline", "n"), ("a\x00\n", "n"), ("a\n", ""), ("a\n", "a b"), ("a\n", "a+b")]
)
def test_what_no_reader_would_accept_is_not_signed(text: str, name: str) -> None:
    with pytest.raises(BadNote):
        sign_note(text, name, PETER)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "PeterNeumann",
        VERIFIER.replace("c74f20a3", "c74f20a4"),
        VERIFIER.replace("PeterNeumann", "Peter"),
        VERIFIER[:-4],
        "PeterNeumann+c74f20a3+!",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_verifier_key_is_refused(line: str) -> None:
    with pytest.raises(BadNote):
        read_verifier_key(line)


def test_a_signing_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "journal.pem"
    first = signing_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing_key(path).private_bytes_raw() == first.private_bytes_raw()
    assert [file.name for file in path.parent.iterdir()] == ["journal.pem"]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: signing_key(tmp_path / "journal.pem").private_bytes_raw(), range(64)))
    assert len(set(keys)) == 1


def test_a_key_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "journal.pem"
    signing_key(path)
    path.chmod(0o620)
    with pytest.raises(PermissionError, match="chmod 600"):
        signing_key(path)


def test_a_key_of_another_kind_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "journal.pem"
    path.write_bytes(generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    with pytest.raises(ValueError, match="no Ed25519 key"):
        signing_key(path)
