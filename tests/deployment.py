"""Gatehouse as many processes: two gateways behind the real Caddy with our Caddyfile, three services, PostgreSQL."""

from __future__ import annotations

import json
import os
import secrets
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chassis.settings import DATABASES
from tests.caddy import Caddy
from tests.caddy import start as start_caddy
from tests.engines import as_administrator, drop_postgresql, new_postgresql
from tests.product import free_port

START_SECONDS = 240
"""Five processes on two cores; a machine busy with other things takes its time."""
GATEWAYS = ("gateway1", "gateway2")
PARTS = (*GATEWAYS, "visitor", "access", "equipment")


@dataclass
class Deployment:
    """Processes by name; each is started, killed, stopped, hung and healed alone."""

    folder: Path
    environment: dict[str, str]
    ports: dict[str, int]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    caddy: Caddy | None = None

    @property
    def address(self) -> str:
        """The public address: Caddy's."""
        assert self.caddy is not None
        return self.caddy.address

    @property
    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe Caddy's local authority."""
        assert self.caddy is not None
        return self.caddy.trust

    def run(self, *command: str) -> dict[str, Any]:
        """`gatehouse … --json` with this deployment's settings. Raises when the command fails."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *command, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def start(self, name: str) -> None:
        """Start one process; `is_ready` tells when it serves."""
        own = {"GATEHOUSE_PORT": str(self.ports[name]), "GATEHOUSE_HOSTS": "localhost"}
        command = [sys.executable, "-m", "cli.main", "serve", name.rstrip("12")]
        self._spawn(name, command, {**self.environment, **own})

    def kill(self, name: str) -> None:
        """`kill -9`."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self, name: str) -> float:
        """SIGTERM; how many seconds it took to end."""
        begun = time.monotonic()
        self.processes[name].terminate()
        self.processes[name].wait(20)
        return time.monotonic() - begun

    def hang(self, name: str) -> None:
        """The process answers nothing more but its connections stay, as when a host's network is cut."""
        self.processes[name].send_signal(signal.SIGSTOP)

    def heal(self, name: str) -> None:
        """The end of `hang`."""
        self.processes[name].send_signal(signal.SIGCONT)

    def is_ready(self, name: str) -> bool:
        """Whether one process says it can serve."""
        return answers(f"http://127.0.0.1:{self.ports[name]}/readyz")

    def close(self) -> None:
        """End everything."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()

    def log(self, name: str) -> str:
        """The end of what a process wrote."""
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def _spawn(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def answers(address: str, trust: ssl.SSLContext | None = None) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(address, timeout=3, context=trust) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def until(
    holds: Callable[[], bool], seconds: float, otherwise: Callable[[], str] = lambda: "not in time", pause: float = 0.05
) -> float:
    """Wait until something holds; how many seconds it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, otherwise()
        time.sleep(pause)
    return time.monotonic() - begun


@contextmanager
def deployed(folder: Path, **settings: str) -> Iterator[Deployment]:
    """Everything migrated, started and ready behind Caddy; ended afterwards, with its databases."""
    with ExitStack() as stack:
        made = Deployment(folder, {}, {name: free_port() for name in PARTS})
        made.caddy = start_caddy(folder / "caddy", [f"127.0.0.1:{made.ports[name]}" for name in GATEWAYS])
        made.processes["caddy"] = made.caddy.process
        made.environment = {**os.environ, **_environment(made, stack), **settings}
        stack.callback(made.close)
        made.run("migrate")
        for name in PARTS:
            made.start(name)
        for name in PARTS:
            until(lambda name=name: made.is_ready(name), START_SECONDS, lambda name=name: made.log(name))  # type: ignore[misc]
        until(lambda: _is_open(made), START_SECONDS)
        yield made


def _is_open(made: Deployment) -> bool:
    try:
        return answers(f"{made.address}/readyz", made.trust)
    except OSError:  # the authority is not made yet
        return False


def _environment(made: Deployment, stack: ExitStack) -> dict[str, str]:
    """What every process is told: its database as a role that cannot rewrite journals, the others' addresses, keys."""
    keys = {name: secrets.token_hex(32) for name in ("MASTER_KEY", "LOOKUP_KEY", "JOURNAL_KEY", "SERVICE_SECRET")}
    found = {f"GATEHOUSE_{name}": value for name, value in keys.items()}
    for name in DATABASES:
        url = sa.engine.make_url(new_postgresql(f"deployed_{name}"))
        role = f"{url.database}_app"
        as_administrator(f'CREATE ROLE "{role}" LOGIN')
        stack.callback(as_administrator, f'DROP ROLE "{role}"')
        stack.callback(drop_postgresql, url.render_as_string(hide_password=False))
        application = url.set(username=role, password=None)
        found[f"GATEHOUSE_{name.upper()}_DATABASE_URL"] = application.render_as_string(hide_password=False)
        found["GATEHOUSE_DATABASE_OWNER"] = f"{url.username}:{url.password or ''}"
    for name in ("visitor", "access", "equipment"):
        found[f"GATEHOUSE_{name.upper()}_URL"] = f"http://127.0.0.1:{made.ports[name]}"
    return {
        **found,
        "GATEHOUSE_GATEWAY_URL": f"http://127.0.0.1:{made.ports['gateway1']}",
        "GATEHOUSE_DATA": str(made.folder / "data"),
        "GATEHOUSE_PUBLIC_URL": made.address,
        "GATEHOUSE_MODE": "production",
        "GATEHOUSE_TRUSTED_PROXIES": "127.0.0.1",
        "GATEHOUSE_LOG": "text",
        "GATEHOUSE_DATABASE_POOL": "4",
        "GATEHOUSE_DRAIN_SECONDS": "2",
    }
