"""The command line as an operator uses it: beside a running product, on its data, by real processes."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
import pytest
import typer

from cli.main import app
from tests.product import Product, running

PASSWORD = "correct horse battery"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A running product as the first start leaves it."""
    with running(tmp_path_factory.mktemp("cli"), GATEHOUSE_LOG="off") as started:
        yield started


def call(product: Product, *command: str) -> subprocess.CompletedProcess[str]:
    """`gatehouse …` on the product's data, whatever its exit code."""
    line = [sys.executable, "-m", "cli.main", *command]
    return subprocess.run(line, env=product.environment, capture_output=True, text=True, check=False)


def ask(product: Product, path: str, body: Any = None, **headers: str) -> Any:
    """A call of the product's API; the JSON it answers with."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-Type": "application/json", "Origin": product.address, **headers}
    request = urllib.request.Request(product.address + path, data=data, headers=given)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command by its words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


ALL = dict(commands(typer.main.get_command(app)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ALL)
def test_every_command_says_what_it_does_by_example_and_answers_programs(name: str) -> None:
    command = ALL[name]
    assert any("--json" in option.opts for option in command.params)
    assert f"gatehouse {name}" in (command.help or "")
    assert all(getattr(option, "help", None) for option in command.params if option.name != "json")


def test_a_user_sets_a_password_by_the_link_and_signs_in(product: Product) -> None:
    made = product.run(
        "user", "add", "--name", "李娜", "--employee-no", "E7", "--site", "HQ", "--role", "guard@site:HQ"
    )
    link = made["link"].rpartition("/")[2]
    for _ in range(30):
        try:
            ask(product, "/api/gateway/v1/passwords", {"link": link, "password": PASSWORD})
            break
        except urllib.error.HTTPError as error:
            error.close()
            time.sleep(0.1)  # the person is on the way from access to the gateway
    signed = ask(product, "/api/gateway/v1/sessions", {"employee_no": "E7", "password": PASSWORD})
    assert signed["person_id"] == made["person_id"]


def test_an_unknown_role_or_site_adds_nobody(product: Product) -> None:
    for wrong in (("--site", "NOWHERE"), ("--role", "emperor"), ("--role", "guard@site:NOWHERE")):
        done = call(product, "user", "add", "--name", "某人", "--employee-no", "E8", *wrong)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
    assert "E8" not in json.dumps(people(product))


def people(product: Product) -> Any:
    """The directory as a client with the scope sees it."""
    made = product.run("client", "add", "--name", "hr", "--scope", "people:read people:write")
    basic = b64encode(f"{made['client_id']}:{made['client_secret']}".encode()).decode()
    form = urlencode({"grant_type": "client_credentials"}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    token = ask(product, "/oauth/token", form, Authorization=f"Basic {basic}", **kind)["access_token"]
    return ask(product, "/api/access/v1/people", Authorization=f"Bearer {token}")


def test_a_client_gets_tokens_and_calls_the_api(product: Product) -> None:
    assert "admin" in json.dumps(people(product))


def test_a_scim_client_gets_its_token_once(product: Product) -> None:
    made = product.run("client", "add", "--name", "scim", "--scim")
    assert len(made["token"]) > 40
    assert "client_secret" not in made


def test_a_tablet_is_paired_by_the_code(product: Product) -> None:
    code = product.run("device", "pair", "--door", "MAIN")["code"]
    assert ask(product, "/api/gateway/v1/devices", {"code": code})["door_id"]
    assert call(product, "device", "pair", "--door", "NONE").returncode != 0


def test_the_configuration_shows_sources_and_no_secret(product: Product) -> None:
    product.environment["GATEHOUSE_LOOKUP_KEY"] = "ab" * 32
    done = call(product, "config", "check", "--json")
    product.environment.pop("GATEHOUSE_LOOKUP_KEY")
    found = json.loads(done.stdout)
    assert found["port"] == {"value": int(product.environment["GATEHOUSE_PORT"]), "from": "environment GATEHOUSE_PORT"}
    assert found["lookup_key"]["value"] == "********"
    assert "ab" * 32 not in done.stdout
    assert done.returncode == (1 if found["faults"] else 0)


def test_status_says_whether_it_answers(product: Product) -> None:
    assert product.run("status")["ready"] is True


def test_a_backup_is_restored_and_verifies(product: Product, tmp_path: Path) -> None:
    product.run("backup", str(tmp_path / "backup"), "--with-keys")
    elsewhere = Product("", tmp_path / "restored", None, product.environment | {"GATEHOUSE_DATA": str(tmp_path / "r")})
    restored = elsewhere.run("restore", str(tmp_path / "backup"))
    assert restored["findings"] == []
    assert restored["verified"]["access"] > 0
    assert call(elsewhere, "restore", str(tmp_path / "backup")).returncode != 0


def test_a_backup_that_was_changed_is_not_restored(product: Product, tmp_path: Path) -> None:
    product.run("backup", str(tmp_path / "backup"))
    with (tmp_path / "backup/visitor.db").open("ab") as file:
        file.write(b"x")
    elsewhere = Product("", tmp_path, None, product.environment | {"GATEHOUSE_DATA": str(tmp_path / "r")})
    done = call(elsewhere, "restore", str(tmp_path / "backup"))
    assert done.returncode != 0
    assert "visitor.db" in done.stderr


@pytest.fixture
def copy(product: Product, tmp_path: Path) -> Product:
    """The product's data restored elsewhere, to tamper with."""
    product.run("backup", str(tmp_path / "backup"), "--with-keys")
    made = Product("", tmp_path, None, product.environment | {"GATEHOUSE_DATA": str(tmp_path / "data")})
    made.run("restore", str(tmp_path / "backup"))
    made.run("audit", "checkpoint")
    return made


TAMPERING = {
    "changed": ("UPDATE journal SET data = replace(data, 'system', 'nobody') WHERE idx = 2", "row_changed", 2),
    "dropped": ("DELETE FROM journal WHERE idx = 3", "row_missing", 3),
    "swapped": (
        # the unique index allows no two of one number, so the first steps aside
        """UPDATE journal SET idx = -1 WHERE idx = 1; UPDATE journal SET idx = 1 WHERE idx = 2;
        UPDATE journal SET idx = 2 WHERE idx = -1""",
        "row_moved",
        1,
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_an_audit_names_the_row(copy: Product, how: str) -> None:
    statement, kind, row = TAMPERING[how]
    tamper(copy, statement)
    done = call(copy, "audit", "verify", "--json")
    assert done.returncode == 1
    first = json.loads(done.stdout)["findings"][0]
    assert (first["journal"], first["kind"], first["first"]) == ("access", kind, row)


def test_an_audit_names_what_was_cut_off_the_end_by_the_checkpoints_outside(copy: Product) -> None:
    database = sqlite3.connect(Path(copy.environment["GATEHOUSE_DATA"]) / "access.db")
    size = database.execute("SELECT size FROM journal_head").fetchone()[0]
    database.close()
    tamper(copy, f"DELETE FROM journal WHERE idx = {size - 1}")  # noqa: S608  a number of our own
    done = call(copy, "audit", "verify", "--service", "access")
    assert done.returncode == 1
    assert f"row {size - 1}" in done.stdout


def tamper(product: Product, statement: str) -> None:
    """Change the journal of access as somebody with the file could."""
    with sqlite3.connect(Path(product.environment["GATEHOUSE_DATA"]) / "access.db") as database:
        for name in ("journal_no_update", "journal_no_delete"):
            database.execute(f"DROP TRIGGER {name}")
        database.executescript(statement)
    database.close()


def test_a_proof_convinces_without_gatehouse(product: Product, tmp_path: Path) -> None:
    proof, published = product.run("audit", "prove", "access", "1"), product.run("audit", "checkpoint")["public_keys"]
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    (tmp_path / "public.key").write_text(published["access"])
    (tmp_path / "verify.py").write_bytes((ROOT / "deploy/verify_proof.py").read_bytes())
    line = [sys.executable, "-I", str(tmp_path / "verify.py"), str(tmp_path / "proof.json")]
    line += ["--key", str(tmp_path / "public.key")]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    (tmp_path / "proof.json").write_text(json.dumps({**proof, "data": proof["data"].replace("20", "19", 1)}))
    assert subprocess.run(line, capture_output=True, check=False, cwd=tmp_path).returncode != 0


def test_it_says_the_link_once_and_stops_cleanly(tmp_path: Path) -> None:
    with running(tmp_path, GATEHOUSE_LOG="off") as started:
        said = (tmp_path / "serve.log").read_text()
        assert f"{started.address}/password/" in said
        assert started.stop(signal.SIGINT) == 0
        assert "Traceback" not in (tmp_path / "serve.log").read_text()
