"""Server processes under measurement: started, waited for, held on one core, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.meter import cpu_seconds
from tests.bench.wire import Broken, ask, request
from tests.product import free_port

START_SECONDS = 60
SERVERS_CORE = {0}
"""Servers share one core and the client has the others, so that neither takes time from the other's cache."""


@dataclass
class Server:
    """One process and its port."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def cpu(self) -> float:
        """CPU seconds it has used so far."""
        return cpu_seconds([self.process.pid])

    def resident_bytes(self) -> int:
        """Memory it holds now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def wait(self, path: str = "/readyz") -> None:
        """Return when it answers 200. Raises `Broken` when it ended, or after a minute."""
        until = time.monotonic() + START_SECONDS
        while not self._answers(path):
            if self.process.poll() is not None or time.monotonic() > until:
                raise Broken(self.log.read_text()[-2000:])
            time.sleep(0.02)

    def _answers(self, path: str) -> bool:
        try:
            return ask(self.port, request("GET", path)).status == 200
        except (OSError, Broken):
            return False


@contextmanager
def server(
    *command: str,
    folder: Path,
    port: int | None = None,
    ready: str = "/readyz",
    tree: Path | None = None,
    pinned: bool = True,
    **settings: str,
) -> Iterator[Server]:
    """Run `python -m <command>`, where `{port}` stands for its port, until the block ends.

    `tree` is the checkout whose code runs (this one), `settings` more of its environment. A server that is `pinned`
    shares one core with the others that are.
    """
    port = port or free_port()
    log = folder / f"serve-{port}.log"
    environment = {**os.environ, "GATEHOUSE_DATA": str(folder), "GATEHOUSE_PORT": str(port), **settings}
    environment.setdefault("GATEHOUSE_CALLS_PER_SECOND", "0")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # whoever starts it a second time has it compiled
    words = [word.format(port=port) for word in command]
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, "-m", *words], env=environment, cwd=tree, stdout=out, stderr=out)
    if pinned and os.sched_getaffinity(0) > SERVERS_CORE:
        os.sched_setaffinity(process.pid, SERVERS_CORE)
    made = Server(port, process, log)
    try:
        if ready:
            made.wait(ready)
        yield made
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
