"""The settings of a deployment as its operator reads them: `.env.example`, and the table of docs/operate.md."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from chassis.settings import PREFIX, Settings

HEAD = """\
# What a deployment says by its environment, with the defaults. Copy to `.env` and set what differs; a secret is better
# named by a file: GATEHOUSE_MASTER_KEY_FILE=/run/secrets/master_key. Made by `gatehouse config example`.
"""
CONTAINERS = {
    "IMAGE": ("gatehouse:local", "The image of every part"),
    "SITE": ("localhost", "Host name that Caddy answers to; the one in GATEHOUSE_PUBLIC_URL"),
    "TLS": ("internal", "internal: a local authority, for trials; an e-mail address: a public certificate"),
    "PUBLISH": ("127.0.0.1", "Address of this machine on which Caddy listens; 0.0.0.0 for everybody"),
    "HTTPS_PORT": ("443", "Port for https"),
    "HTTP_PORT": ("80", "Port that leads to https"),
    "FRONT_NETWORK": ("172.30.88.0/24", "Network of Caddy and the gateways; change it where it is taken"),
}
"""What docker-compose.yml and the Caddyfile read besides: default and what it is."""


def example() -> str:
    """The text of `.env.example`."""
    lines = [HEAD]
    lines += [f"# {says}\n#{name}={default}" for name, default, says in settings()]
    lines.append("\n# For docker-compose.yml and the Caddyfile alone.")
    lines += [f"# {says}\n#{PREFIX}{name}={default}" for name, (default, says) in CONTAINERS.items()]
    return "\n".join(lines) + "\n"


def table() -> str:
    """The settings as a table in Markdown."""
    rows = [f"| `{name}` | {says} | {f'`{default}`' if default else ''} |" for name, default, says in settings()]
    return "\n".join(("| setting | what it says | default |", "| --- | --- | --- |", *rows)) + "\n"


def settings() -> Iterator[tuple[str, str, str]]:
    """Each setting by its variable, with its default and what it says."""
    for name, field in Settings.model_fields.items():
        yield PREFIX + name.upper(), _default(field), _says(field)


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def _says(field: FieldInfo) -> str:
    kinds = get_args(field.annotation) if get_origin(field.annotation) is types.UnionType else (field.annotation,)
    choices = [str(one) for kind in kinds if get_origin(kind) is Literal for one in get_args(kind)]
    says = field.description or ""
    if choices:
        says += f" ({', '.join(choices)})"
    return says + _bounds(field) + ("; secret" if SecretStr in kinds else "")


def _bounds(field: FieldInfo) -> str:
    found: dict[str, Any] = {}
    for rule in field.metadata:
        found |= {name: getattr(rule, name) for name in ("ge", "le") if hasattr(rule, name)}
    return f" ({found['ge']}–{found['le']})" if {"ge", "le"} <= found.keys() else ""
