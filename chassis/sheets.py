"""Files of what a list shows, as CSV and XLSX: safe to open, and marked with who took them and when (2.12.2).

file = SheetFile(Format.XLSX, Sheet("visits", ("姓名", "到达"), mark="G001 吴强 2026-11-24 10:42"))
file.add(rows)          # as often as there are rows; nothing but a temporary file grows
return file.answer()
"""

from __future__ import annotations

import asyncio
import codecs
import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO, Any, ParamSpec, TypeVar
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

P = ParamSpec("P")
T = TypeVar("T")
Cell = str | int | datetime | None
"""What a cell may hold; an instant carries the zone it is shown in."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024
TIME = "%Y-%m-%d %H:%M"
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="sheets")


async def aside(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a step of making a file beside the event loop. One thread makes all files: many keep nobody waiting."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, lambda: work(*args, **kwargs))


class Format(StrEnum):
    """The kinds of files there are."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """What the file is, for HTTP."""
        if self is Format.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write: its title, the name of its file, its columns, and the mark that each of its rows carries."""

    title: str
    file_name: str
    columns: Sequence[str]
    mark: str
    mark_column: str


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front."""
    return "'" + text if text.lstrip(" ").startswith(FORMULA) else text


class SheetFile:
    """Rows written one after the other into a temporary file. Each step takes time: run it `aside`."""

    def __init__(self, format: Format, sheet: Sheet) -> None:
        self.format = format
        self.sheet = sheet
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed after the answer
        self._writer = _Csv(self._file, sheet) if format is Format.CSV else _Xlsx(sheet)

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write rows, each with a cell for each column."""
        for row in rows:
            self._writer.add([*row, self.sheet.mark])

    def finish(self) -> None:
        """Write what is still to be written."""
        self._writer.finish(self._file)

    def discard(self) -> None:
        """Let go of a file that will not be sent."""
        self._file.close()

    def answer(self) -> Response:
        """The finished file as a download, read in chunks and removed afterwards."""
        size = self._file.seek(0, io.SEEK_END)
        self._file.seek(0)
        name = f"{self.sheet.file_name}.{self.format}"
        headers = {
            "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}",
            "Content-Length": str(size),
            "Cache-Control": "no-store",
        }
        closing = BackgroundTask(self._file.close)
        return StreamingResponse(self._chunks(), 200, headers, self.format.media_type, closing)

    def _chunks(self) -> Iterator[bytes]:
        while chunk := self._file.read(CHUNK):
            yield chunk


class _Csv:
    """UTF-8 with a byte order mark, without which Excel reads Chinese wrong."""

    def __init__(self, file: IO[bytes], sheet: Sheet) -> None:
        self._file = file
        file.write(codecs.BOM_UTF8)
        self.add((*sheet.columns, sheet.mark_column))

    def add(self, row: Sequence[Cell]) -> None:
        line = io.StringIO(newline="")
        csv.writer(line).writerow([_text_of(cell) for cell in row])
        self._file.write(line.getvalue().encode())

    def finish(self, _file: IO[bytes]) -> None:
        """Nothing is left to be written."""


class _Xlsx:
    """A workbook of one sheet, written without keeping its rows; the mark stands at the foot of each printed page."""

    def __init__(self, sheet: Sheet) -> None:
        from openpyxl import Workbook  # takes a fifth of a second to import: only who makes a workbook pays for it
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        from openpyxl.styles import Font

        self._cell, self._illegal = WriteOnlyCell, ILLEGAL_CHARACTERS_RE
        self._book = Workbook(write_only=True)
        self._page = self._book.create_sheet(sheet.title)
        self._page.freeze_panes = "A2"
        self._page.oddFooter.left.text = sheet.mark.replace("&", "&&")
        columns = (*sheet.columns, sheet.mark_column)
        for n in range(len(columns)):
            self._page.column_dimensions[_letter(n)].width = 18
        head = [self._made(text) for text in columns]
        for cell in head:
            cell.font = Font(bold=True)
        self._page.append(head)

    def add(self, row: Sequence[Cell]) -> None:
        self._page.append([self._made(cell) for cell in row])

    def finish(self, file: IO[bytes]) -> None:
        self._book.save(file)

    def _made(self, value: Cell) -> Any:
        if isinstance(value, datetime):
            made = self._cell(self._page, value.replace(tzinfo=None))
            made.number_format = "yyyy-mm-dd hh:mm"
            return made
        if isinstance(value, str):
            return self._cell(self._page, escaped(self._illegal.sub("", value)))
        return self._cell(self._page, value)


def _letter(n: int) -> str:
    """The name of the column with this index: A to Z, and none beyond, which no list of ours has."""
    return chr(ord("A") + n)


def _text_of(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.strftime(TIME)
    return "" if cell is None else escaped(str(cell))
