"""Signs checkpoints of one service's journal: each minute while there is news, and when the service stops."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.checkpoints import Checkpoint, CheckpointFolder, make_checkpoint
from chassis.db import Tx
from chassis.journal import JournalTables
from chassis.notes import derived_key, signing_key
from chassis.settings import Settings

EVERY_SECONDS = 60


class Notary:
    """Holds the signing key of a journal and the folder outside the log."""

    def __init__(self, name: str, tables: JournalTables, settings: Settings) -> None:
        self._tables = tables
        self._secret = settings.journal_key
        self._key_file = settings.data / "keys" / f"journal-{name}.pem"
        self.folder = CheckpointFolder(settings.checkpoint_folder, f"gatehouse/{name}")

    @property
    def key(self) -> Ed25519PrivateKey:
        """The signing key: derived from `GATEHOUSE_JOURNAL_KEY`, else a file in the data folder, made on first use."""
        if self._secret is None:
            return signing_key(self._key_file)
        secret = bytes.fromhex(self._secret.get_secret_value())
        return derived_key(secret, self.folder.origin)

    def sign(self, tx: Tx) -> Checkpoint | None:
        """Sign the journal as committed; None while it is empty and nothing was ever signed.

        Raises `LogRewritten`, and signs nothing, when the log does not begin with what was signed last.
        """
        head = self._tables.head
        if not self.folder.sizes() and not tx.scalar(head.select().with_only_columns(head.c.size)):
            return None
        return make_checkpoint(tx.connection, self._tables, self.folder, self.key)
