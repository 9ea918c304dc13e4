"""The real Caddy with our Caddyfile, as deployed, in front of any gateways on this machine."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.product import free_port

CADDYFILE = Path(__file__).parents[1] / "deploy" / "Caddyfile"


def program() -> str:
    """The Caddy that comes with the development environment."""
    found = shutil.which("caddy", path=str(Path(sys.executable).parent))
    assert found is not None, "no Caddy beside Python: run `make setup-dev`"
    return found


@dataclass
class Caddy:
    """A running Caddy with a local authority of its own."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int

    @property
    def address(self) -> str:
        """What a browser types."""
        return f"https://localhost:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe the local authority. Raises OSError until it is made."""
        return ssl.create_default_context(cafile=str(self.folder / "caddy/pki/authorities/local/root.crt"))


def start(folder: Path, gateways: Sequence[str]) -> Caddy:
    """Start Caddy before these gateways, `host:port` each; it keeps what it makes in `folder`."""
    port = free_port()
    own = {
        "GATEHOUSE_GATEWAYS": " ".join(gateways),
        "GATEHOUSE_HTTP_PORT": str(free_port()),
        "GATEHOUSE_HTTPS_PORT": str(port),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [program(), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "caddy.log").open("ab") as log:
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    return Caddy(process, folder, port)
