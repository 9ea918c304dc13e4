"""The words of each kind of notice, in both languages. A message carries no personal data: what to do, and a link."""

from __future__ import annotations

from gateway.languages import label

KINDS: dict[str, str] = {
    "visit.decide": label("有来访等您审批"),
    "visit.settled": label("来访审批已处理，无需再办"),
    "visit.approved": label("来访已同意"),
    "visit.returned": label("来访已退回，请修改"),
    "visit.refused": label("来访已拒绝"),
    "visit.arrived": label("访客已到前台"),
    "visit.declined": label("访客没有接受须知，请到门口接待"),
    "visit.overstay": label("访客超时未离开"),
    "badge_not_returned": label("访客证未交还"),
    "badge_lost": label("访客证已挂失"),
    "badges_differ": label("访客证清点不符"),
    "custody_offered": label("请您接手陪同访客"),
    "custody_declined": label("对方未接手陪同"),
    "custody_passed": label("陪同已转交"),
    "custody_ends": label("陪同的来访到了计划结束时间"),
    "escort_lost": label("场内访客失去指定陪同人员，请立即处理"),
    "help": label("平板有人呼叫工作人员"),
    "stranger": label("职场发现陌生人，请立即前往"),
    "channel_dead": label("通知渠道发不出去，请检查设置"),
    "invitation_failed": label("预约邮件没有发出，请复制邀请发给来访人"),
    "stranger_out": label("陌生人已请离"),
}
"""What a notice says, by its kind; a kind without words is an error that a test finds."""


def words_of(kind: str) -> str:
    """The Chinese text of a kind of notice; translated where it is shown."""
    return KINDS[kind]
