"""The words of what was done to a visit: what each fact of the journal says, and its codes in the reader's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.languages import label
from gateway.pages.visit_erasure import NAMES

ID_KINDS = (
    ("resident", label("居民身份证")),
    ("passport", label("护照")),
    ("hk_mo_permit", label("港澳居民来往内地通行证")),
    ("tw_permit", label("台湾居民来往大陆通行证")),
    ("residence_permit", label("港澳台居民居住证")),
    ("foreign_resident", label("外国人永久居留身份证")),
    ("official", label("执法或公务证件")),
    ("electronic", label("电子证件")),
)
FACTS: Mapping[str, str] = {
    "VisitInvited": label("来访已提出"),
    "VisitChanged": label("来访已修改"),
    "StepDecided": label("审批"),
    "VisitApproved": label("审批全部通过"),
    "VisitEnded": label("来访没有进行"),
    "NoticeDeclined": label("访客没有接受访客须知"),
    "VisitorArrived": label("访客到达登记，接受告知和须知"),
    "ConsentGiven": label("访客同意"),
    "ConsentWithdrawn": label("访客撤回同意"),
    "IdChecked": label("证件已查验"),
    "VisitorCleared": label("访客证已发放"),
    "VisitorEntered": label("由陪同人带入"),
    "VisitorLeftArea": label("回到休息室"),
    "VisitorLeft": label("访客离开"),
    "EntryRefused": label("进入被拒绝"),
    "OverstayFound": label("发现超时未离开"),
    "CustodyOffered": label("已请他人接手陪同"),
    "CustodyDeclined": label("没有接手陪同"),
    "CustodyPassed": label("陪同已转交给他人"),
    "EscortLost": label("陪同人失去资格"),
    "BadgeReturned": label("交还访客证"),
    "BadgeLost": label("访客证挂失"),
    "BadgeNotReturned": label("访客证没有交还"),
    "BelongingDeclared": label("申报随身物品"),
    "BelongingLeftOutside": label("寄存物品"),
    "BelongingGivenBack": label("领回物品"),
    "BelongingLost": label("寄存物品遗失"),
    "AlarmPassedOn": label("警报无人处理，通知下一级"),
    "AlarmSettled": label("警报处理完毕"),
    "VisitorErased": label("个人信息已删除"),
    "VisitorUnmasked": label("查看了完整信息"),
    "VisitorCopied": label("制作了个人信息副本"),
}
WALK_IN = label("未预约来访，请求接待")
VOIDED = label("已作的审批作废")
BY_HAND = label("人工确认")
_FIELDS = {
    **NAMES,
    "visitor": label("来访人"),
    "contact": label("联系方式"),
    "kind": label("来访类型"),
    "areas": label("区域"),
    "starts_at": label("开始时间"),
    "ends_at": label("结束时间"),
    "escort_id": label("指定陪同人员"),
    "language": label("语言"),
}
_WHAT = {
    "photo": label("照片"),
    "signature": label("签名"),
    "overstay": label("超时未离开"),
    "escort_lost": label("陪同人失去资格"),
    "badge_lost": label("访客证挂失"),
    "badge_not_returned": label("访客证没有交还"),
}
_RULES = {
    "people_are_verified": label("无法核对人员信息"),
    "act_fits_state": label("来访状态不符"),
    "permission_is_complete": label("来访许可还没有全部通过"),
    "deciders_are_still_entitled": label("审批人已无权审批"),
    "window_is_open": label("不在来访时段内"),
    "area_is_covered": label("来访不含这个区域"),
    "id_is_checked": label("还没有查验证件"),
    "notices_are_accepted": label("没有接受现行的告知和须知"),
    "badges_came_together": label("两张证件没有接连刷"),
    "escort_is_known": label("不是员工的工牌"),
    "escort_is_present": label("陪同人不在职"),
    "escort_is_designated": label("不是指定陪同人员"),
    "escort_of_guests_is_a_manager": label("陪同来宾须在管理岗位"),
    "escort_has_room": label("陪同的访客已满"),
}
_BECAUSE = {
    "left": label("已离职"),
    "not_designated": label("指定已结束"),
    "no_manager": label("已不在管理岗位"),
}
_CERTAINTY = {
    "badge": label("刷访客证离开"),
    "guard": label("由人确认"),
    "assumed": label("系统推定，待确认"),
}
READ_BECAUSE: Mapping[str, str] = {
    "contact": label("联系访客"),
    "emergency": label("紧急情况"),
    "identity": label("核对身份"),
    "incident": label("调查安全事件"),
    "authority": label("有权机关依法调取"),
    "own_request": label("来访人本人要求"),
}
"""Why somebody read values whole, as the form offers it."""
MADE_FOR: Mapping[str, str] = {
    "visitor": label("来访人本人"),
    "representative": label("来访人的监护人或代理人"),
    "authority": label("有权机关依法调取"),
}
"""For whom a copy of personal data is made, as the form offers it."""
CODES: Mapping[str, Mapping[str, str]] = {
    "fields": _FIELDS,
    "what": _WHAT,
    "id_kind": dict(ID_KINDS),
    "rules": _RULES,
    "because": _BECAUSE,
    "certainty": _CERTAINTY,
    "reason": READ_BECAUSE,
    "made_for": MADE_FOR,
}
"""The codes that a fact may carry, by their field, and what each says."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing done, in words to be translated where they are shown; `done` is the API's own entry."""

    done: Mapping[str, Any]
    title: str
    words: Sequence[str]
    next: bool = False


def told(history: Mapping[str, Any]) -> list[Told]:
    """What a page of the API tells, the newest last as people read it."""
    return [_told(done) for done in reversed(history["items"])]


def _told(done: Mapping[str, Any]) -> Told:
    codes = done["codes"]
    title = WALK_IN if codes.get("walk_in") else FACTS.get(done["fact"], done["fact"])
    words = [known[code] for name, known in CODES.items() for code in _listed(codes.get(name)) if code in known]
    words += [VOIDED] if codes.get("voided") else []
    words += [BY_HAND] if codes.get("by_hand") else []
    return Told(done, title, words)


def _listed(codes: Any) -> Sequence[str]:
    return [] if codes is None else [codes] if isinstance(codes, str) else codes
