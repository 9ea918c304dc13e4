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
    "to_do": Tag(label("未完成"), Tone.WAIT),
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
    "at_risk": Tag(label("有风险"), Tone.WARN),
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
    "control.kept": "normal",
    "control.broken": "failed",
    "control.not_in_force": "unknown",
    "control.not_measured": "unknown",
    "visit.submitted": "pending",
    "visit.in_review": "pending",
    "visit.arrived": "open",
    "visit.cleared": "open",
    "visit.in_lounge": "inside",
    "visit.overstay": "overdue",
    "visit.shown_out": "closed",
    "visit.no_show": "lapsed",
    "visit.left_unconfirmed": "to_be_confirmed",
    "badge.stored": "normal",
    "badge.handed_out": "in_use",
    "badge.lost": "failed",
    "badge.dead": "lapsed",
    "role.coming": "to_be_opened",
    "role.held": "in_use",
    "role.taken": "revoked",
    "escort.coming": "to_be_opened",
    "escort.in_force": "in_use",
    "escort.ended": "revoked",
    "hold.in_force": "open",
    "hold.review_due": "overdue",
    "hold.lifted": "closed",
    "stranger.seen": "failed",
    "stranger.out": "open",
    "stranger.asked": "open",
}
"""States whose own name is no tag, as `kind.state` → the tag that says them; the kind is the slice in the singular."""


def tag_for(state: str, kind: str = "") -> Tag:
    """The tag for a machine's `state`, looked up as `kind.state`, else as a tag's own name.

    Raises KeyError for a state nobody has given a word: a page must not invent one.
    """
    return TAGS[STATES.get(f"{kind}.{state}", state)]
