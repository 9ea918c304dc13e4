"""The same as `test_replicas.py` with real containers, where an engine runs and docker-compose.yml is up:

    BASE_URL=https://localhost BASE_CA=root.crt python -m tests.faults.compose

COMPOSE is the command to use (`docker compose`). Under a bounded load of writes one gateway's process is killed, then
the other is paused, then its network is taken away, then both are stopped one after the other. Prints what was seen;
exits 1 when an acknowledged write was lost or doubled, or when callers noticed more than they may.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import ssl
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from tests.deployment import until
from tests.faults.load import Load, Report, under
from tests.faults.site import Site, prepare

COMPOSE = shlex.split(os.environ.get("COMPOSE", "docker compose"))
ADDRESS = os.environ.get("BASE_URL", "https://localhost").rstrip("/")
AWAY_SECONDS = 12
READY_SECONDS = 120
MOST_WRITES = 9000
SHARE_FAILED, FAILED_SECONDS = 0.01, 5.0


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def compose(*command: str) -> str:
    """Run docker compose; what it printed."""
    return subprocess.run([*COMPOSE, *command], check=True, capture_output=True, text=True).stdout.strip()


def docker(*command: str) -> str:
    """Run docker; what it printed."""
    return subprocess.run(["docker", *command], check=True, capture_output=True, text=True).stdout.strip()


def operate(*command: str) -> dict[str, Any]:
    """`gatehouse … --json` in the deployment."""
    found: dict[str, Any] = json.loads(compose("run", "--rm", "-T", "operate", *command, "--json").splitlines()[-1])
    return found


def container(name: str) -> str:
    """The id of a running container."""
    return compose("ps", "--quiet", name).splitlines()[-1]


def is_healthy(name: str) -> bool:
    """Whether a container is running and says it can serve."""
    try:
        return docker("inspect", "--format", "{{.State.Health.Status}}", container(name)) == "healthy"
    except (subprocess.CalledProcessError, IndexError):
        return False


def kill(name: str) -> None:
    """Its process dies at once; the engine starts it again."""
    os.kill(int(docker("inspect", "--format", "{{.State.Pid}}", container(name))), signal.SIGKILL)


def pause(name: str) -> None:
    """It answers nothing for a while, its connections stay."""
    docker("pause", container(name))
    time.sleep(AWAY_SECONDS)
    docker("unpause", container(name))


def cut(name: str) -> None:
    """Its network is taken away for a while."""
    gone = container(name)
    for network in json.loads(docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", gone)):
        docker("network", "disconnect", "--force", network, gone)
    time.sleep(AWAY_SECONDS)
    compose("up", "--detach", "--no-deps", "--force-recreate", name)


def restart(name: str) -> float:
    """Stop it as an upgrade does; how many seconds it took to end."""
    begun = time.monotonic()
    docker("stop", "--time", "15", container(name))
    took = time.monotonic() - begun
    compose("start", name)
    return took


def wait_for(name: str) -> None:
    """Until Docker says healthy, and a moment for Caddy to notice."""
    until(lambda: is_healthy(name), READY_SECONDS, lambda: f"{name} is not healthy")
    time.sleep(3)


def run_all(site: Site, trust: ssl.SSLContext | None) -> Report:
    """Every fault in turn under one load; what it has seen."""
    with under(Load(ADDRESS, site.tablet.token, trust or ssl.create_default_context(), most=MOST_WRITES)) as load:
        for what, act, name in (
            ("killed", kill, "gateway1"),
            ("paused", pause, "gateway2"),
            ("cut off", cut, "gateway2"),
            ("stopped", restart, "gateway1"),
            ("stopped", restart, "gateway2"),
        ):
            before, failed = len(load.report.acknowledged), len(load.report.failures)
            took = act(name)
            wait_for(name)
            done, lost = len(load.report.acknowledged) - before, load.report.failures[failed:]
            seconds = "" if took is None else f", ended after {took:.1f} s"
            say(f"{name} {what}: {done} writes acknowledged meanwhile, {len(lost)} tries failed{seconds}")
    return load.report


def faults_of(report: Report, site: Site) -> list[str]:
    """What must not be."""
    kept = site.strangers()
    doubled = [key for key, times in Counter(kept.values()).items() if times > 1]
    lost = [key for key, id_ in report.acknowledged.items() if kept.get(id_) != key]
    found = [f"done twice: {doubled}"] if doubled else []
    found += [f"acknowledged and lost: {lost}"] if lost else []
    if set(site.alarms().values()) - {1}:
        found.append("an alarm was told twice")
    if report.share_failed() >= SHARE_FAILED:
        found.append(f"{report.share_failed():.2%} of the tries failed: {report.failures}")
    changed = operate("audit", "verify")["findings"]
    return found + [str(one) for one in changed]


def main() -> int:
    """Set up, do it, look."""
    authority = os.environ.get("BASE_CA")
    trust = ssl.create_default_context(cafile=authority) if authority else None
    site = prepare(ADDRESS, trust, operate)
    report = run_all(site, trust)
    say(
        f"{len(report.acknowledged)} writes acknowledged in {report.tries} tries, {len(report.failures)} failed "
        f"({report.share_failed():.2%}) within {report.failed_for():.1f} s, the slowest took {report.slowest:.1f} s"
    )
    found = faults_of(report, site)
    say("\n".join(found) or "nothing lost, nothing doubled, every journal verifies")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
