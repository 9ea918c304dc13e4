"""`gatehouse audit`: verifying, proving and checkpointing journals."""

from __future__ import annotations

import sys
from typing import Any

from chassis.audit import verify as verify_journal
from chassis.db import Tx
from chassis.notary import Notary
from chassis.notes import verifier_key
from chassis.proofs import prove as prove_row
from chassis.settings import DATABASES, Settings
from cli.erasing import erasures_of
from cli.opening import base_of, opened
from cli.output import Wrong


def verify(service: str | None) -> dict[str, Any]:
    """Verify one journal or all; each finding as a sentence. And whether what was erased on request is gone here."""
    settings = Settings()
    rows: dict[str, int] = {}
    findings: list[dict[str, Any]] = []
    for name in [service] if service else DATABASES:
        notary = Notary(name, base_of(name).journal, settings)
        with opened(settings, name) as db:
            report = db.read_now(_verify, notary, base_of(name).journal, name)
            rows[name] = db.read_now(lambda tx, db=db: db.journal.size(tx.connection))  # type: ignore[misc]
        findings += [{"journal": name, **finding.as_dict()} for finding in report.findings]
    return {"verified": rows, "findings": findings, "erasures": erasures_of(settings)}


def _verify(tx: Tx, notary: Notary, tables: Any, name: str) -> Any:
    def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{name}: {done}/{total}" + ("\n" if done == total else ""))

    return verify_journal(tx.connection, tables, notary.folder, notary.key.public_key(), progress)


def prove(service: str, index: int) -> dict[str, Any]:
    """A proof of one row by the newest checkpoint, made now when the row is newer."""
    settings = Settings()
    tables = base_of(service).journal
    notary = Notary(service, tables, settings)
    with opened(settings, service) as db:
        checkpoint = db.read_now(notary.sign)
        if checkpoint is None:
            raise Wrong("the journal is empty")
        public_key = notary.key.public_key()
        return db.read_now(lambda tx: prove_row(tx.connection, tables, index, checkpoint.note, public_key))


def checkpoint() -> dict[str, Any]:
    """Sign every journal that has news: where, the size signed by name, and the public keys to publish."""
    settings = Settings()
    signed, keys = {}, {}
    for name in DATABASES:
        notary = Notary(name, base_of(name).journal, settings)
        with opened(settings, name) as db:
            made = db.read_now(notary.sign)
        signed[name] = made.size if made is not None else 0
        keys[name] = verifier_key(notary.folder.origin, notary.key.public_key())
    return {"checkpoints": str(settings.checkpoint_folder), "signed": signed, "public_keys": keys}
