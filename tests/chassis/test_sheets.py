"""Files for people: nothing in them is a formula, Chinese reads right, every row says who took it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from chassis.sheets import Cell, Format, Sheet, SheetFile, escaped

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHEET = Sheet("来访记录", "visits", ("姓名", "到达", "人数"), "G001 吴强 2026-11-24 10:42", "水印")
ROWS: list[tuple[Cell, ...]] = [
    ("王小明", datetime(2026, 11, 24, 10, 42, tzinfo=SHANGHAI), 3),
    ('=HYPERLINK("http://evil.example","x")', None, 0),
]


async def made(format: Format, rows: Iterable[Sequence[Cell]] = ROWS) -> bytes:
    file = SheetFile(format, SHEET)
    file.add(rows)
    file.finish()
    answer = file.answer()
    sent = b"".join([bytes(chunk) async for chunk in answer.body_iterator])  # type: ignore[attr-defined]
    assert answer.headers["content-length"] == str(len(sent))
    await answer.background()  # type: ignore[misc]
    return sent


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_what_a_spreadsheet_would_reckon_is_text(text: str) -> None:
    assert escaped(text) == "'" + text


@pytest.mark.parametrize("text", ["", "王小明", "a=b", "1+1", "A-1", "联系 @ 前台"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert escaped(text) == text


@pytest.mark.anyio
async def test_csv_opens_in_excel_and_each_row_carries_the_mark() -> None:
    sent = await made(Format.CSV)
    assert sent.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(sent.decode("utf-8-sig")))
    assert head == ["姓名", "到达", "人数", "水印"]
    assert first == ["王小明", "2026-11-24 10:42", "3", SHEET.mark]
    assert second == ['\'=HYPERLINK("http://evil.example","x")', "", "0", SHEET.mark]


@pytest.mark.anyio
async def test_xlsx_holds_texts_times_and_figures_and_no_formula() -> None:
    page = load_workbook(io.BytesIO(await made(Format.XLSX))).active
    rows = list(page.iter_rows(min_row=2))
    assert [cell.value for cell in rows[0]] == [
        "王小明",
        datetime(2026, 11, 24, 10, 42, tzinfo=SHANGHAI).replace(tzinfo=None),
        3,
        SHEET.mark,
    ]
    assert rows[1][0].value.startswith("'=HYPERLINK")
    assert {cell.data_type for row in rows for cell in row} <= {"s", "d", "n"}
    assert page.oddFooter.left.text == SHEET.mark
    assert page.freeze_panes == "A2"


@pytest.mark.anyio
async def test_letters_no_workbook_can_hold_are_left_out() -> None:
    page = load_workbook(io.BytesIO(await made(Format.XLSX, [("王\x07小明", None, None)]))).active
    assert page["A2"].value == "王小明"


@pytest.mark.anyio
async def test_a_large_file_is_written_beyond_memory() -> None:
    rows = [("王小明" * 20, None, n) for n in range(20_000)]
    sent = await made(Format.CSV, rows)
    assert len(sent) > 2_000_000
    assert sent.count(b"\r\n") == 20_001
