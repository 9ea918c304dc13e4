"""What an operator reads is what the code does: `.env.example`, the table in docs/operate.md, the compose file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from chassis.production import SHARED_KEYS, weaknesses
from chassis.settings import DATABASES, PREFIX, Settings
from cli.environment import CONTAINERS, example, settings, table

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
ASKED = re.compile(r"\$\{GATEHOUSE_([A-Z_]+):-([^}]*)\}|\{\$GATEHOUSE_([A-Z_]+):([^}]*)\}")


def test_the_example_is_the_settings() -> None:
    assert (ROOT / ".env.example").read_text() == example(), "run `gatehouse config example > .env.example`"


def test_the_table_of_the_manual_is_the_settings() -> None:
    assert table() in (ROOT / "docs" / "operate.md").read_text(), table()


def test_the_compose_file_sets_nothing_that_is_no_setting() -> None:
    services = yaml.safe_load(COMPOSE)["services"]
    known = {name for name, _, _ in settings()} | {PREFIX + name for name in CONTAINERS}
    named = {name for one in services.values() for name in one.get("environment", {}) if name.startswith(PREFIX)}
    assert {name.removesuffix("_FILE") for name in named} <= known


def test_what_containers_are_asked_is_in_the_example_with_its_default() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text()
    asked = {m[1] or m[3]: m[2] if m[1] else m[4] for m in ASKED.finditer(COMPOSE + caddyfile)}
    ours = {name for name, _, _ in settings()}
    foreign = {name: default for name, default in asked.items() if PREFIX + name not in ours}
    assert foreign.pop("GATEWAYS") == "gateway1:8080 gateway2:8080"  # the services of the compose file, nothing to set
    assert foreign == {name: default for name, (default, _) in CONTAINERS.items()}


def test_every_part_of_the_compose_file_may_run_in_production() -> None:
    services = yaml.safe_load(COMPOSE)["services"]
    for part in ("gateway1", "gateway2", "visitor", "access", "equipment"):
        told = services[part]["environment"]
        assert all(f"{PREFIX}{name.upper()}_FILE" in told for name in SHARED_KEYS), part
        databases = [name for name in DATABASES if f"{PREFIX}{name.upper()}_DATABASE_URL_FILE" in told]
        assert databases == [part.rstrip("12")], "a part knows its own database alone"
        assert f"{PREFIX}DATABASE_OWNER_FILE" not in told


@pytest.mark.parametrize("apart", [False, True])
def test_production_is_refused_without_what_it_needs(apart: bool) -> None:
    weak = Settings(mode="production", public_url="http://gate.example.com", demo=True)
    found = " ".join(weaknesses(weak, apart=apart))
    assert "PUBLIC_URL" in found
    assert "DEMO" in found
    assert ("JOURNAL_KEY_FILE" in found) is apart
    assert weaknesses(Settings(mode="development", public_url="http://localhost"), apart=apart) == []


def test_a_weak_deployment_does_not_start(tmp_path: Path) -> None:
    environment = {"GATEHOUSE_DATA": str(tmp_path), "GATEHOUSE_MODE": "production", "PATH": "/usr/bin:/bin"}
    line = [sys.executable, "-m", "cli.main", "serve"]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)
    assert done.returncode == 3
    assert "GATEHOUSE_PUBLIC_URL must be the https address" in done.stderr
    assert not list(tmp_path.iterdir())


def test_secrets_are_made_once_and_stay(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "secrets.sh"
    script.parent.mkdir()
    script.write_text((ROOT / "deploy" / "secrets.sh").read_text())
    made = [_secrets(script) for _ in range(2)]
    assert made[0] == made[1]
    wanted = set(yaml.safe_load(COMPOSE)["secrets"])
    assert set(made[0]) == wanted
    assert re.fullmatch(r"[0-9a-f]{64}", made[0]["master_key"])
    passwords = [made[0][f"{name}_database_url"] for name in DATABASES]
    assert len(set(passwords)) == len(DATABASES)


def _secrets(script: Path) -> dict[str, str]:
    subprocess.run(["sh", str(script)], check=True)
    folder = script.parents[1] / "secrets"
    assert folder.stat().st_mode & 0o077 == 0
    return {path.name: path.read_text() for path in folder.iterdir()}
