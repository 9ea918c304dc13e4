"""The whole product as an operator starts it: a process of its own, data of its own, spoken to over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START_SECONDS = 60


@dataclass
class Product:
    """A running product, and its command line on the same data."""

    address: str
    data: Path
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *command: str) -> dict[str, Any]:
        """`gatehouse … --json` on the product's data. Raises when the command fails."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *command, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        command = [sys.executable, "-m", "cli.main", "serve"]
        with (self.data.parent / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while not self.ready():
            assert self.process.poll() is None, (self.data.parent / "serve.log").read_text()[-3000:]
            assert time.monotonic() < until, "not ready in time"
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop the server; its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(20)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Product]:
    """A product with fresh data in `folder`, stopped afterwards."""
    port = free_port()
    environment = {**os.environ, "GATEHOUSE_DATA": str(folder / "data"), "GATEHOUSE_PORT": str(port), **settings}
    product = Product(f"http://127.0.0.1:{port}", folder / "data", None, environment)
    product.start()
    try:
        yield product
    finally:
        if product.process is not None and product.process.poll() is None:
            product.stop()
