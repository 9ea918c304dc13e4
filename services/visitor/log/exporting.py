"""Files of the log: exactly the visits a reader sees, as CSV or XLSX, each row marked with who took it and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis.actor import Actor
from chassis.db import Database, Tx
from chassis.journal import record
from chassis.rules import enforce
from chassis.sheets import TIME, Cell, Sheet, SheetFile, aside
from services.visitor import events
from services.visitor.base import DIRECTORY
from services.visitor.log import rules, schemas, store, views
from services.visitor.log.words import COLUMNS, Words


async def visits(db: Database, actor: Actor, asked: schemas.VisitsExported, language: str) -> SheetFile:
    """The file, made whole before the first byte leaves, and noted in the journal. Raises `PolicyRefused`."""
    words = Words(language)
    zones, reader = await db.read(_zones_and_reader, actor)
    zone = zones.get(asked.site_id or "", next(iter(zones.values()), ZoneInfo("UTC")))
    file = await aside(SheetFile, asked.format, await db.read(_sheet, words, reader, zone))
    try:
        made = await _fill(db, actor, asked, file, words, zones)
        await aside(file.finish)
        await db.write(_note, actor, asked, made)
    except BaseException:
        file.discard()
        raise
    return file


async def _fill(
    db: Database,
    actor: Actor,
    asked: schemas.VisitsExported,
    file: SheetFile,
    words: Words,
    zones: Mapping[str, ZoneInfo],
) -> int:
    """Write page after page of the log; how many visits."""
    made, cursor = 0, None
    while True:
        page = await db.read(views.page_after, actor, asked, cursor)
        made += len(page["items"])
        enforce(rules.file_is_not_too_large(made))
        await aside(file.add, list(_rows(page["items"], words, zones)))
        cursor = page["next"]
        if cursor is None:
            return made


def _rows(items: list[dict[str, Any]], words: Words, zones: Mapping[str, ZoneInfo]) -> Iterator[tuple[Cell, ...]]:
    for item in items:
        zone = zones.get(item["site_id"], ZoneInfo("UTC"))
        yield (
            item["visitor_name"],
            item["company"],
            words.kind(item["kind"]),
            words.areas(item["areas"]),
            _person(item["host"]),
            _person(item["escort"]),
            _local(item["starts_at"], zone),
            _local(item["ends_at"], zone),
            _local(item["arrived_at"], zone),
            _local(item["left_at"], zone),
            words.state(item["state"], overstay=item["overstay"]),
        )


def _person(person: Mapping[str, str] | None) -> str:
    return "" if person is None else f"{person['name']} {person['employee_no']}"


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if at is None else at.astimezone(zone)


def _zones_and_reader(tx: Tx, actor: Actor) -> tuple[dict[str, ZoneInfo], str]:
    """The zone of each site, and the reader as a file names them."""
    sites = (DIRECTORY.site(tx, site_id) for site_id in DIRECTORY.site_ids(tx))
    person = DIRECTORY.names(tx, [actor.id]).get(actor.id)
    reader = f"{person['employee_no']} {person['name']}" if person else f"{actor.kind}:{actor.id}"
    return {site.id: ZoneInfo(site.zone) for site in sites if site is not None}, reader


def _sheet(tx: Tx, words: Words, reader: str, zone: ZoneInfo) -> Sheet:
    now = tx.now.astimezone(zone)
    columns = [words.say(pair) for pair in COLUMNS]
    mark = words.mark(reader, now.strftime(TIME))
    return Sheet(words.title, f"visits-{now:%Y%m%d-%H%M}", columns, mark, words.mark_column)


def _note(tx: Tx, actor: Actor, asked: schemas.VisitsExported, made: int) -> None:
    """Keep who took the file: an audit row, and what the control's measure counts. What was typed is not kept."""
    filters = tuple(sorted(asked.model_dump(exclude_defaults=True, exclude={"format"})))
    values = {"by": actor.id, "format": asked.format.value, "visits": made, "filters": filters}
    id_ = store.add_export(tx, values)
    record(tx, actor, events.VisitsExported(id_, asked.format, made, filters))
