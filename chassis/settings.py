"""What a deployment says by its environment: addresses, secrets, folders. Everything else is a site setting.

Each variable is `GATEHOUSE_<NAME>`, or `GATEHOUSE_<NAME>_FILE` naming a file that holds the value (for secrets).
Unknown or malformed variables stop the start with a clear line.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SERVICES = ("visitor", "access", "equipment")
DATABASES = ("gateway", *SERVICES)
PREFIX = "GATEHOUSE_"


class SettingsWrong(Exception):
    """The environment cannot be used; the text says which variable and why."""


class Settings(BaseSettings):
    """The deployment. `Settings()` reads the environment and `.env`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    data: Path = Field(Path("var"), description="Folder of databases, keys and checkpoints")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on")
    public_url: str | None = Field(None, description="Address people type, such as https://gate.example.com")
    mode: Literal["development", "production"] = Field("development", description="production refuses weak settings")
    demo: bool = Field(False, description="Show the demonstration bar")

    gateway_database_url: str | None = Field(None, description="SQLAlchemy URL of the gateway's database")
    visitor_database_url: str | None = Field(None, description="SQLAlchemy URL of the visitor service's database")
    access_database_url: str | None = Field(None, description="SQLAlchemy URL of the access service's database")
    equipment_database_url: str | None = Field(None, description="SQLAlchemy URL of the equipment service's database")
    database_pool: int = Field(8, ge=1, le=64, description="Connections per process and PostgreSQL database")

    gateway_url: str | None = Field(None, description="Where services reach the gateway (several processes)")
    visitor_url: str | None = Field(None, description="Where the visitor service is reached")
    access_url: str | None = Field(None, description="Where the access service is reached")
    equipment_url: str | None = Field(None, description="Where the equipment service is reached")

    master_key: SecretStr | None = Field(None, description="Master key of personal data, 64 hexadecimal digits")
    lookup_key: SecretStr | None = Field(None, description="Key of look-up hashes, 64 hexadecimal digits")
    journal_key: SecretStr | None = Field(None, description="Key that signs checkpoints, 64 hexadecimal digits")
    service_secret: SecretStr | None = Field(None, description="Secret shared by the services to fetch their tokens")
    database_owner: SecretStr | None = Field(
        None,
        description="PostgreSQL `user:password` for `gatehouse migrate` alone; others then only append to journals",
    )
    checkpoints: Path | None = Field(None, description="Folder outside the log for signed checkpoints")
    trusted_proxies: str = Field("", description="Addresses of proxies whose X-Forwarded-For is believed")
    hosts: str = Field("", description="Host names this deployment answers to, by comma")
    calls_per_second: float = Field(100, ge=0, description="Calls one client may make in the mean; 0 for no limit")
    drain_seconds: float = Field(
        0, ge=0, le=60, description="Seconds of being not ready before SIGTERM stops the server"
    )
    disk_low_mb: int = Field(
        256,
        ge=0,
        description="Free megabytes under which `/readyz` and `/status` say that the disk fills up; 0 for no limit",
    )
    log: Literal["json", "text", "off"] = Field("json", description="How log lines are written")

    passkey_days: int = Field(7, ge=0, le=365, description="Days until leading and admin roles need a passkey; 0 never")
    oidc_issuer: str | None = Field(None, description="OpenID provider for staff sign-in")
    oidc_client_id: str | None = Field(None, description="Our client id at that provider")
    oidc_client_secret: SecretStr | None = Field(None, description="Our client secret at that provider")
    oidc_claim: str = Field("preferred_username", description="Claim that holds the employee number")

    smtp_host: str | None = Field(None, description="Mail server for invitations and notices")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How mails to the server are encrypted"
    )
    smtp_user: str | None = Field(None, description="Account at the mail server")
    smtp_password: SecretStr | None = Field(None, description="Password of that account")
    smtp_from: str | None = Field(None, description="Sender of mails, such as 门岗 <gate@example.com>")
    private_channels: bool = Field(False, description="Let channels and webhooks reach private addresses, plain too")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values given in code, then the environment, then files named by `*_FILE`, then `.env`."""
        return init_settings, env_settings, _FromFiles(settings_cls), dotenv_settings

    def database_url(self, name: str) -> str:
        """The database of `gateway` or of a service: what is set, else a SQLite file in the data folder."""
        given: str | None = getattr(self, f"{name}_database_url")
        return given or f"sqlite:///{self.data.resolve()}/{name}.db"

    @property
    def checkpoint_folder(self) -> Path:
        """Where signed checkpoints go; outside the data folder in a real deployment."""
        return self.checkpoints or self.data / "checkpoints"

    @property
    def address(self) -> str:
        """The address a person types into a browser."""
        return self.public_url or f"http://{'localhost' if self.host == '0.0.0.0' else self.host}:{self.port}"  # noqa: S104

    @cached_property
    def issuer(self) -> str:
        """The `iss` of our tokens: one per deployment, whatever the address in front."""
        return "gatehouse"


def source_of(name: str) -> str:
    """Where the value of the setting `name` comes from: the environment, a file, `.env`, or the default."""
    variable = PREFIX + name.upper()
    if variable in os.environ:
        return f"environment {variable}"
    if f"{variable}_FILE" in os.environ:
        return f"file {os.environ[f'{variable}_FILE']}"
    return ".env" if variable in dotenv_values(".env") else "default"


class _FromFiles(PydanticBaseSettingsSource):
    """Reads `GATEHOUSE_X` from the file that `GATEHOUSE_X_FILE` names."""

    def get_field_value(self, field: object, field_name: str) -> tuple[str | None, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise SettingsWrong(f"{PREFIX}{field_name.upper()}_FILE: {error.strerror}: {path}") from error

    def __call__(self) -> dict[str, object]:
        pairs = ((name, self.get_field_value(None, name)[0]) for name in self.settings_cls.model_fields)
        return {name: value for name, value in pairs if value is not None}
