"""The one dictionary from a machine's state to the tag a person reads (glossary, section "Tags").

A tag is an adjective with a sign and a tone; the tone picks the colour, the sign says the same without colour.
Pages write `{{ ui.tag(visit.state, "visit") }}`; nothing else in the gateway names a colour for a state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.languages import label


class Tone(StrEnum):
    """What a tag means at a glance. The style sheet has one pair of colours for each."""

    WAIT = "wait"
    OK = "ok"
    BRAND = "brand"
    WARN = "warn"
    DANGER = "danger"
    NEUTRAL = "neutral"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tag:
    """One word on a page: `label` is Chinese (translated when shown), `sign` the name of an icon."""

    label: str
    tone: Tone

    @property
    def sign(self) -> str:
        """Name of the icon that says the tone without colour."""
        return _SIGNS[self.tone]


_SIGNS = {
    Tone.WAIT: "clock",
    Tone.OK: "check",
    Tone.BRAND: "dot",
    Tone.WARN: "alert",
    Tone.DANGER: "cross",
    Tone.NEUTRAL: "dash",
    Tone.UNKNOWN: "question",
}

TAGS: dict[str, Tag] = {
    "pending": Tag(label("待审批"), Tone.WAIT),
    "to_be_opened": Tag(label("待开通"), Tone.WAIT),
    "approved": Tag(label("已同意"), Tone.OK),
    "done": Tag(label("已完成"), Tone.OK),
    "verified": Tag(label("复查合格"), Tone.OK),
    "normal": Tag(label("正常"), Tone.OK),
    "open": Tag(label("进行中"), Tone.BRAND),
    "in_use": Tag(label("使用中"), Tone.BRAND),
    "inside": Tag(label("在场"), Tone.BRAND),
    "returned": Tag(label("已退回"), Tone.WARN),
    "suspended": Tag(label("已暂停"), Tone.WARN),
    "ends_soon": Tag(label("即将到期"), Tone.WARN),
    "to_be_confirmed": Tag(label("待确认"), Tone.WARN),
    "refused": Tag(label("已拒绝"), Tone.DANGER),
    "overdue": Tag(label("已逾期"), Tone.DANGER),
    "failed": Tag(label("异常"), Tone.DANGER),
    "missed": Tag(label("未做"), Tone.DANGER),
    "withdrawn": Tag(label("已撤回"), Tone.NEUTRAL),
    "lapsed": Tag(label("已失效"), Tone.NEUTRAL),
    "expired": Tag(label("已到期"), Tone.NEUTRAL),
    "revoked": Tag(label("已收回"), Tone.NEUTRAL),
    "closed": Tag(label("已关闭"), Tone.NEUTRAL),
    "unknown": Tag(label("未知"), Tone.UNKNOWN),
}
"""Every tag there is. A state of a service is shown by one of these words or not at all."""

STATES: dict[str, str] = {
    "draft": "open",
    "submitted": "pending",
    "in_review": "pending",
    "reviewed": "pending",
    "signed": "to_be_opened",
    "fulfil": "to_be_opened",
    "arrived": "open",
    "cleared": "open",
    "in_lounge": "inside",
    "exiting": "open",
    "overstay": "overdue",
    "shown_out": "closed",
    "no_show": "lapsed",
    "left_unconfirmed": "to_be_confirmed",
    "active": "in_use",
    "scheduled": "open",
    "completed": "done",
    "cancelled": "withdrawn",
}
"""States whose own name is no tag → the tag that says them. `visit.no_show` beats `no_show`."""


def tag_for(state: str, kind: str = "") -> Tag:
    """The tag for a machine's `state`, looked up as `kind.state`, then `state`, then as a tag's own name.

    Raises KeyError for a state nobody has given a word: a page must not invent one.
    """
    name = STATES.get(f"{kind}.{state}") or STATES.get(state) or state
    return TAGS[name]
