"""The words of the log's files in both languages; a test compares them with what the pages say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Pair = tuple[str, str]
COLUMNS: tuple[Pair, ...] = (
    ("来访人", "Visitor"),
    ("单位", "Company"),
    ("来访类型", "Kind of visit"),
    ("区域", "Area"),
    ("被访人", "Host"),
    ("指定陪同人员", "Designated escort"),
    ("开始时间", "Begins"),
    ("结束时间", "Ends"),
    ("到达", "Arrived"),
    ("离开", "Left"),
    ("状态", "State"),
)
KINDS: Mapping[str, Pair] = {
    "guest": ("公司来宾", "Company guest"),
    "tour": ("参观", "Tour"),
    "interviewee": ("面试", "Interview"),
    "maintenance": ("维修", "Maintenance"),
    "auditor": ("检查、审计", "Inspection or audit"),
    "delivery": ("送货", "Delivery"),
    "repair": ("紧急抢修", "Emergency repair"),
}
STATES: Mapping[str, Pair] = {
    "submitted": ("待审批", "Pending"),
    "in_review": ("待审批", "Pending"),
    "approved": ("已同意", "Approved"),
    "returned": ("已退回", "Returned"),
    "refused": ("已拒绝", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "arrived": ("已到前台", "At the desk"),
    "cleared": ("已发证", "Badge given"),
    "in_lounge": ("在休息室", "In the lounge"),
    "inside": ("在场", "Inside"),
    "closed": ("已离开", "Left"),
    "no_show": ("未到访", "No-show"),
    "lapsed": ("已失效", "Lapsed"),
    "shown_out": ("已请离", "Shown out"),
    "left_unconfirmed": ("离场待确认", "Exit not confirmed"),
}
OVERSTAY: Pair = ("超时未离开", "Overstay")


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self._n = 0 if language.startswith("zh") else 1

    @property
    def title(self) -> str:
        """What the sheet is called."""
        return self.say(("来访记录", "Visits"))

    @property
    def mark_column(self) -> str:
        """The heading of the column that carries the mark."""
        return self.say(("导出水印", "Watermark"))

    def say(self, pair: Pair) -> str:
        """A text in this language."""
        return pair[self._n]

    def mark(self, reader: str, at: str) -> str:
        """Who took the file, and when, at the site."""
        return self.say((f"由 {reader} 于 {at} 导出，仅限内部使用", f"Taken by {reader} at {at}; internal use only"))

    def kind(self, kind: str) -> str:
        """Why somebody came."""
        return self.say(KINDS[kind])

    def state(self, state: str, *, overstay: bool) -> str:
        """Where a visit stands."""
        return self.say(OVERSTAY if overstay else STATES[state])

    def areas(self, areas: Iterable[Mapping[str, str]]) -> str:
        """The areas of a visit."""
        name = ("name", "name_en")[self._n]
        return self.say(("、", ", ")).join(area[name] for area in areas)
