"""What an audit of a journal may find, each with the rows it concerns, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What was done to a journal."""

    ROW_CHANGED = "row_changed"
    COPY_CHANGED = "copy_changed"
    ROW_MISSING = "row_missing"
    ROW_MOVED = "row_moved"
    ROW_ADDED = "row_added"
    ROWS_CUT_OFF = "rows_cut_off"
    NODE_WRONG = "node_wrong"
    HEAD_WRONG = "head_wrong"
    CHECKPOINT_MISMATCH = "checkpoint_mismatch"
    CHECKPOINT_FORGED = "checkpoint_forged"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. Rows are counted from 0; `first` and `last` are both included.

    `sure`: the finding holds for every row of the range; otherwise for at least one (`count` of them, where known).
    `home`: where the row belongs (moved rows). `since`: rows may be lacking from there on instead (cut off).
    `level`: of the tree's nodes over these rows. `columns`: which copies differ from `data`.
    `size`: of the checkpoint.
    """

    kind: Kind
    first: int | None = None
    last: int | None = None
    sure: bool = True
    count: int | None = None
    home: int | None = None
    since: int | None = None
    level: int | None = None
    columns: tuple[str, ...] = ()
    size: int | None = None
    reason: str | None = None

    def says(self, language: str = "en") -> str:
        """The finding as a sentence, in `zh` or `en`."""
        unsure = not self.sure and (self.kind, False) in _SENTENCES
        zh, en = _SENTENCES[self.kind, not unsure]
        chinese = language.startswith("zh")
        values = {**asdict(self), "rows": self._rows(chinese), "columns": ", ".join(self.columns)}
        text = (zh if chinese else en).format_map(values)
        if self.kind is Kind.ROWS_CUT_OFF and self.since not in (None, self.first):
            tail = (
                "（也可能缺的是第 {since}–{last} 条中的同等数量）"
                if chinese
                else " (or as many of the rows {since}–{last})"
            )
            text += tail.format_map(values)
        return text

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON values, without what does not apply, and with its English sentence."""
        known = {name: value for name, value in asdict(self).items() if value not in (None, ())}
        return {**known, "says": self.says("en")}

    def names_row_in(self, start: int, end: int) -> bool:
        """Whether it says what happened to a row from `start` to `end` (exclusive)."""
        if self.first is None or self.last is None or self.kind not in _ABOUT_ROWS:
            return False
        return self.first < end and self.last >= start

    def _rows(self, chinese: bool) -> str:
        if self.first is None or self.first == self.last:
            return f"第 {self.first} 条" if chinese else f"row {self.first}"
        return f"第 {self.first}–{self.last} 条" if chinese else f"rows {self.first}–{self.last}"


_ABOUT_ROWS = (Kind.ROW_CHANGED, Kind.ROW_MISSING, Kind.ROW_MOVED, Kind.ROW_ADDED, Kind.ROWS_CUT_OFF)
_SENTENCES: Mapping[tuple[Kind, bool], tuple[str, str]] = {
    (Kind.ROW_CHANGED, True): ("{rows}审计记录被改写", "{rows}: changed after being written"),
    (Kind.ROW_CHANGED, False): ("{rows}审计记录中至少有一条被改写", "{rows}: at least one was changed or replaced"),
    (Kind.COPY_CHANGED, True): (
        "{rows}审计记录的副本列与原文不符：{columns}",
        "{rows}: the copied {columns} is not what the data says",
    ),
    (Kind.ROW_MISSING, True): ("{rows}审计记录被删除", "{rows}: deleted"),
    (Kind.ROW_MISSING, False): ("{rows}审计记录中有 {count} 条被删除", "{rows}: {count} of them deleted"),
    (Kind.ROW_MOVED, True): ("{rows}的位置上是第 {home} 条审计记录", "{rows}: holds what was written as row {home}"),
    (Kind.ROW_ADDED, True): ("{rows}审计记录是额外插入的", "{rows}: inserted, never recorded by the journal"),
    (Kind.ROW_ADDED, False): ("{rows}审计记录中有 {count} 条是额外插入的", "{rows}: {count} of them inserted"),
    (Kind.ROWS_CUT_OFF, True): ("{rows}审计记录从末尾被截去", "{rows}: cut off at the end"),
    (Kind.NODE_WRONG, True): (
        "哈希树第 {level} 层在{rows}之上的节点有误",
        "the tree's nodes of level {level} over {rows} are wrong or missing",
    ),
    (Kind.NODE_WRONG, False): (
        "哈希树有 {count} 个不属于任何审计记录的节点",
        "the tree has nodes over no rows, {count} of them",
    ),
    (Kind.HEAD_WRONG, True): ("表头与审计记录不符：{reason}", "the head does not belong to the rows: {reason}"),
    (Kind.CHECKPOINT_MISMATCH, True): (
        "{rows}审计记录与 {size} 条时签署的检查点不符",
        "{rows}: not what the checkpoint at {size} rows signed",
    ),
    (Kind.CHECKPOINT_FORGED, True): (
        "检查点 {size} 不可信：{reason}",
        "the checkpoint at {size} is not genuine: {reason}",
    ),
}


class Findings:
    """Findings as they come; neighbours of one kind are kept as one, so that a ruined journal stays readable."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._latest: dict[tuple[object, ...], int] = {}

    def add(self, kind: Kind, first: int | None = None, last: int | None = None, **more: Any) -> None:
        """Note one; `last` is `first` unless given."""
        finding = Finding(kind, first, first if last is None else last, **more)
        mark = (kind, finding.sure, finding.level, finding.columns)
        at = self._latest.get(mark)
        if at is not None and _continues(self._kept[at], finding):
            self._kept[at] = replace(self._kept[at], last=finding.last)
            return
        self._latest[mark] = len(self._kept)
        self._kept.append(finding)

    def names_row_in(self, start: int, end: int) -> bool:
        """Whether one says what happened to a row from `start` to `end` (exclusive)."""
        return any(finding.names_row_in(start, end) for finding in self._kept)

    def in_order(self) -> tuple[Finding, ...]:
        """All, those about rows first and by row."""
        order = list(Kind)
        return tuple(sorted(self._kept, key=lambda f: (f.first is None, f.first or 0, order.index(f.kind))))


def _continues(before: Finding, finding: Finding) -> bool:
    alike = replace(before, first=None, last=None) == replace(finding, first=None, last=None)
    return alike and finding.sure and finding.first is not None and before.last == finding.first - 1


@dataclass(frozen=True)
class AuditReport:
    """The result of an audit: how many rows the journal claims, its root, and what was compared and found.

    `checkpoints` counts those that were genuine; with 0 a journal rewritten with care cannot be told from a true one.
    `signed` is the largest size that a checkpoint confirmed.
    """

    size: int
    root: bytes
    checkpoints: int
    signed: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def of(self, kind: Kind) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return tuple(finding for finding in self.findings if finding.kind is kind)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON values; the root in hex."""
        return {
            "ok": self.ok,
            "size": self.size,
            "root": self.root.hex(),
            "checkpoints": self.checkpoints,
            "signed": self.signed,
            "findings": [finding.as_dict() for finding in self.findings],
        }
