"""The register itself. It says what the privacy notice promises (`texts/kept.py`) and what the code does; a test finds
each column of the visitor tables that is in none of its entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.visitor.log.words import Pair
from services.visitor.texts.kept import DAYS, YEARS_OF_FACTS


class Ground(StrEnum):
    """On what ground a field is kept (PIPL articles 13 and 29)."""

    CONSENT = "consent"
    SEPARATE_CONSENT = "separate_consent"
    SECURITY_RULES = "security_rules"


GROUNDS: dict[Ground, Pair] = {
    Ground.CONSENT: ("本人同意", "Consent"),
    Ground.SEPARATE_CONSENT: ("本人单独同意", "A consent of its own"),
    Ground.SECURITY_RULES: (
        "本人同意；《企业事业单位内部治安保卫条例》",
        "Consent; Regulations on Internal Security of Enterprises and Institutions",
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: the columns it is kept in, and its days from the end of the visit (None: told by `kept` alone)."""

    field: str
    columns: tuple[str, ...]
    name: Pair
    purpose: Pair
    seen_by: Pair
    ground: Ground = Ground.CONSENT
    days: int | None = DAYS["contact"]
    kept: Pair | None = None
    sealed: bool = False


RECEIVE: Pair = (
    "核对来访许可，安排接待，紧急疏散时点名",
    "To check the permission, receive the visitor, call the roll",
)
IDENTITY: Pair = ("核对是本人", "To know that it is the visitor")
REACH: Pair = ("确认是本人，发送预约，来访中联系", "To know that it is the visitor, to invite and reach them")
PARTIES: Pair = (
    "被访人、审批人、陪同人、保安人员和本职场管理人员；审计员和安全管理员",
    "Host, approvers, escort, guards and the site's managers; auditors and the security admin",
)
NAMED: Pair = (
    "被访人、审批人、陪同人、保安人员和本职场管理人员；审计员和安全管理员只见一部分",
    "Host, approvers, escort, guards and the site's managers; auditors and the security admin in part",
)
HELPERS: Pair = (
    "被访人、陪同人、保安人员和本职场管理人员",
    "Host, escort, guards and the site's managers",
)
TAKEN_OUT: Pair = (
    "删除来访人时去除其中的姓名、手机号和邮箱",
    "Name, phone and e-mail of a visitor are taken out when they are erased",
)
WHOLE: Pair = ("平时不显示；安全管理员写明原因后查看", "Shown to nobody; the security admin with a reason")

FIELDS: tuple[Entry, ...] = (
    Entry("name", ("visitor.name", "visit_key.key"), ("姓名", "Name"), RECEIVE, NAMED),
    Entry("company", ("visitor.company", "visit_key.key"), ("单位", "Company"), RECEIVE, PARTIES),
    Entry(
        "phone",
        ("visitor.phone", "visitor.phone_tail", "visitor.phone_key"),
        ("手机号", "Phone"),
        REACH,
        (
            "后四位：能看这次来访的人；完整：安全管理员，或访客在场时本职场的保安人员，须写明原因",
            "Last four: who sees the visit; whole, with a reason: the security admin, or a guard while they are here",
        ),
        sealed=True,
    ),
    Entry("email", ("visitor.email",), ("邮箱", "E-mail"), REACH, WHOLE, sealed=True),
    Entry(
        "id_number",
        ("visitor.id_last4", "visitor.id_number"),
        ("证件号码（通常只有后四位）", "ID number (usually its last four)"),
        IDENTITY,
        WHOLE,
        days=DAYS["id_number"],
        sealed=True,
    ),
    Entry(
        "photo",
        ("consent.sealed", "consent.media_type"),
        ("照片", "Photo"),
        IDENTITY,
        HELPERS,
        Ground.SEPARATE_CONSENT,
        DAYS["photo"],
        sealed=True,
    ),
    Entry(
        "signature",
        ("consent.sealed", "consent.media_type"),
        ("签名", "Signature"),
        ("证明读过《访客须知》", "To show that the visitors' notice was read"),
        HELPERS,
        Ground.SEPARATE_CONSENT,
        DAYS["signature"],
        sealed=True,
    ),
    Entry(
        "assistance",
        ("visit.assistance", "visit.assistance_agreed_at"),
        ("疏散时需要的协助", "Help needed in an evacuation"),
        ("紧急时帮助本人撤离", "To get the visitor out safely"),
        HELPERS,
        Ground.SEPARATE_CONSENT,
        None,
        ("离开时删除", "Deleted when the visitor leaves"),
        sealed=True,
    ),
    Entry("purpose", ("visit.purpose",), ("来访事由", "Purpose"), RECEIVE, PARTIES),
    Entry("items", ("visit.items",), ("随带设备", "Equipment brought"), RECEIVE, PARTIES),
    Entry(
        "belongings",
        ("belonging.serial", "belonging.note", "belonging.lost_note"),
        ("随身物品的说明", "Notes on belongings"),
        ("寄存和领回物品", "To keep and return belongings"),
        PARTIES,
    ),
    Entry(
        "comments",
        ("visit_step.comment", "alarm.note"),
        ("审批意见和警报的说明", "Comments of approvers, notes on alarms"),
        ("说明为什么这样决定、怎样处理", "To say why it was decided so, and what was done"),
        PARTIES,
    ),
    Entry(
        "notes",
        (
            "stranger.place", "stranger.place_en", "stranger.note", "badge_count.note", "designation.end_reason",
            "erasure.reason", "hold.basis", "hold.lifted_because",
        ),
        ("其他记录中的说明", "Notes in other records"),
        ("说明陌生人、访客证、陪同、保留和删除的经过", "What came of strangers, badges, escorts, holds, erasures"),
        (
            "办理这些记录的保安人员和本职场管理人员；审计员和安全管理员",
            "Guards and the site's managers who see to them; auditors and the security admin",
        ),
        Ground.SECURITY_RULES,
        None,
        (
            f"办结起 {DAYS['contact']} 天；结束陪同、保留和删除的原因随记录保存。{TAKEN_OUT[0]}",
            f"{DAYS['contact']} days from the end; why an escort, a hold or data ended stays. {TAKEN_OUT[1]}",
        ),
    ),
    Entry(
        "presence",
        (
            "visit.kind", "visit.starts_at", "visit.ends_at", "visit.arrived_at", "visit.id_kind",
            "visit.id_checked_at", "visit.cleared_at", "visit.entered_at", "visit.left_at", "visit.privacy_at",
            "visit.notices_at",
            "visit.code", "visit.pass_hash", "visit.language", "badge_handout.handed_at", "badge_handout.ended_at",
            "custody.from_at",
            "custody.until_at", "entry_scan.scanned_at", "belonging.kind", "visit_step.decided_at",
        ),
        ("来访、许可、查验和进出记录", "The visit, its permission, checks, coming and leaving"),
        ("掌握谁在场，证明谁许可、谁陪同", "To know who is inside, and show who permitted and escorted"),
        PARTIES,
        Ground.SECURITY_RULES,
        None,
        (
            f"来访结束起 {YEARS_OF_FACTS} 年，姓名删除后不含姓名",
            f"{YEARS_OF_FACTS} years from the end of the visit; without a name once that is deleted",
        ),
    ),
    Entry(
        "answers",
        ("idempotency.answer",),
        ("接口回答的副本", "Copies of answers of the API"),
        ("网络重试时不重复办理", "So that a call repeated by the network is done once"),
        ("只返回给原来的调用方", "Given to the same caller alone"),
        Ground.CONSENT,
        None,
        ("24 小时", "24 hours"),
    ),
)  # fmt: skip
"""Every field, in the order of the privacy notice."""


def kept_for(entry: Entry) -> Pair:
    """How long a field is kept, in words."""
    if entry.kept is not None:
        return entry.kept
    return f"来访结束起 {entry.days} 天", f"{entry.days} days from the end of the visit"
