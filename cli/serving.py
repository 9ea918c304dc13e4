"""`gatehouse serve`: migrate when behind, prepare the first start, then serve until a signal."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import sys
from collections.abc import Callable
from functools import partial
from typing import IO, Any, cast

from starlette.types import ASGIApp

from chassis import logs
from chassis.production import refuse_weak
from chassis.settings import DATABASES, SERVICES, Settings, SettingsWrong
from cli.output import Wrong, show

KEEP_ALIVE_SECONDS = 75
STOP_SECONDS = 10
NOT_STARTED = 3


def serve_part(part: str, *, demo: bool = False, as_json: bool = False) -> None:
    """Serve everything or one part; returns when stopped."""
    gc.disable()  # what is built stays, and would be walked through again and again
    sys.modules["pydantic.v1"] = None  # type: ignore[assignment]  # FastAPI would import it to see that no model is its
    settings = Settings(demo=True, passkey_days=0) if demo else Settings()  # the cast has a printed password only
    logs.set_up(settings.log)
    refuse_weak(settings, apart=part != "all")
    if part == "all":
        lock = _alone(settings)
        migrate_when_behind(settings)
        _say_how_to_sign_in(settings, as_json)
        from gateway.embedded import build

        app, served = build(settings)
        _run(served, lambda: app.state.db.release(), settings)
        lock.close()
    elif part in ("gateway", *SERVICES):
        from cli.apart import build_part

        _wait_until_migrated(settings, part)
        _run(*build_part(part, settings), settings)
    else:
        raise Wrong(f"{part}: one of all, gateway, {', '.join(SERVICES)}")


def migrate_when_behind(settings: Settings) -> None:
    """Migrate if a database is behind; only then Alembic is imported."""
    from migrations.databases import is_behind

    if any(is_behind(name, settings.database_url(name)) for name in DATABASES):
        from migrations.run import migrate_all

        migrate_all(settings)


def _wait_until_migrated(settings: Settings, part: str) -> None:
    """Parts are started side by side with `gatehouse migrate`, in any order."""
    from migrations.databases import is_behind, patiently

    if patiently(partial(is_behind, part, settings.database_url(part)), lambda behind: not behind):
        raise SettingsWrong(f"the database {part} is behind: run gatehouse migrate")


def _alone(settings: Settings) -> IO[str]:
    """Refuse a second server on one data folder: SQLite has one writer, and the journal one head."""
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = (settings.data / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Wrong(f"{settings.data} is served by another process already") from None
    return lock


def _say_how_to_sign_in(settings: Settings, as_json: bool) -> None:
    """On the first start set up the first administrator; until they have a password say the one-time link."""
    from cli.first_start import first_link

    link = first_link(settings)
    if as_json:
        show({"address": settings.address, "link": link}, as_json)
        sys.stdout.flush()
        return
    sys.stderr.write(f"\n  门岗 Gatehouse  {settings.address}\n")
    if link is not None:
        sys.stderr.write(f"  首次启动：请打开此链接为管理员（员工编号 admin）设置密码，24 小时内有效\n  {link}\n")
        sys.stderr.write("  First start: open the link to set the password of the administrator (employee no. admin)\n")
        sys.stderr.write(f"  主密钥 Master key: {settings.data / 'keys' / 'master'} — 丢失后个人信息无法恢复，请备份\n")
    sys.stderr.write("\n")


def _run(app: ASGIApp, release: Callable[[], None], settings: Settings) -> None:
    import uvicorn

    from cli.draining import Draining, DrainingServer

    draining = Draining(app)
    config = uvicorn.Config(
        cast("Any", draining),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        server_header=False,
        lifespan="on",
    )
    server = DrainingServer(config, draining, settings.drain_seconds, release)
    gc.freeze()
    gc.enable()
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise SystemExit(NOT_STARTED)
