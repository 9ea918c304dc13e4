"""Task guides: how each job of the door is done, step by step, in the very words of the screens.

A word between “ ” stands so on a page; a test holds both languages to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.actor import Actor
from chassis.roles import Role
from gateway.languages import label
from gateway.menu import ADMINS, AT_THE_DOOR


@dataclass(frozen=True, slots=True)
class Guide:
    """One job: where it is done, its steps, and whose job it is (everybody's without `roles`)."""

    key: str
    title: str
    page: str
    steps: Sequence[str]
    roles: tuple[Role, ...] = ()
    control: str = ""

    def is_for(self, actor: Actor) -> bool:
        """Whether it is this person's job."""
        return not self.roles or any(actor.has(role) for role in self.roles)


GUIDES: Sequence[Guide] = (
    Guide(
        "invite",
        label("邀请访客"),
        "/visits/new",
        (
            label("打开“来访记录”，点“新建预约”。"),
            label("填写来访人、来访事由、区域和时段；页面会显示由谁审批、谁可以陪同。"),
            label("前往坐席职场的，选一位“陪同人”；提出人和被访人不能审批自己的来访。"),
            label("点“发送预约”。来访获准后，用“复制邀请”或邮件把预约码交给来访人。"),
            label("改了人、时段、区域、陪同人员或随带设备，已作出的审批作废，须重新审批。"),
        ),
        control="2.1",
    ),
    Guide(
        "decide",
        label("审批来访"),
        "/inbox",
        (
            label("从消息里的链接或“待办”打开这次来访，先看谁、为什么、去哪里、什么时间。"),
            label("点“同意来访”“退回来访”或“拒绝来访”；退回或拒绝时请写明原因。"),
            label("别人先作出决定的，页面会写明是谁、什么时间，无需再处理。"),
        ),
        control="2.1",
    ),
    Guide(
        "arrive",
        label("在平板上登记来访"),
        "/visits/board",
        (
            label("来访人在平板上点“有预约”，扫码或输入六位数字；没有预约的点“没有预约”，填写一页后等被访人答复。"),
            label("来访人核对是不是本人，阅读告知和须知，申报随身物品。"),
            label("保安人员在“前台看板”上点“查验证件”：核对证件、姓名和照片，只看不留。"),
            label("点“发放访客证”，选一张对应区域的访客证。"),
        ),
        AT_THE_DOOR,
        "2.1",
    ),
    Guide(
        "enter",
        label("陪同访客进入职场"),
        "/escorts",
        (
            label("在职场门口的平板上，先刷访客证，60 秒内再刷您的工牌。"),
            label("不能进入时，页面会写明原因和该找谁。"),
            label("访客始终由您陪同。要换人时，在“我陪同的访客”里点“转交给其他陪同人员”，对方接手以前仍由您陪同。"),
            label("离开职场时在门口刷访客证。"),
        ),
        control="2.4",
    ),
    Guide(
        "leave",
        label("办理访客离开"),
        "/visits/board",
        (
            label("访客在平板上点“离开”，刷访客证；有寄存物品的凭寄存牌领回。"),
            label("访客证遗失或物品未领回的，由保安人员办理离开并写明原因。"),
            label("没有人看到离开的访客列在“在场名单”里，到现场确认后点“确认访客已离开”。"),
        ),
        AT_THE_DOOR,
        "2.1",
    ),
    Guide(
        "stranger",
        label("发现陌生人"),
        "/strangers",
        (
            label("点“上报陌生人”，保安人员和现场管理人员立即收到警报，位置和说明可以之后再补。"),
            label("礼貌请对方先离开职场；不便劝离时点“不便劝离，请保安处理”。"),
            label("不阻拦、不搜查、不扣留。对方离开以后再询问，并写明结果。"),
        ),
        control="2.3",
    ),
    Guide(
        "evacuation",
        label("紧急疏散时点名"),
        "/visits/inside",
        (
            label("打开“在场名单”并打印；“离场待确认”的人也要点到。"),
            label("登记了疏散协助的访客，由陪同人和疏散引导员协助。"),
        ),
        (*AT_THE_DOOR, Role.CENTRE_MANAGER, Role.DUTY_MANAGER, Role.LEADER),
        "2.1",
    ),
    Guide(
        "designate",
        label("指定陪同人员"),
        "/settings/escorts",
        (
            label("点“指定一位陪同人员”，填写员工编号、陪同对象、区域和起止日期。"),
            label("陪同来宾的须担任管理岗位；维修、检查由主管单位的人陪同。"),
            label("点“结束陪同指定”并写明原因，立即生效；正在陪同访客的会立即报警。"),
        ),
        (Role.CENTRE_MANAGER,),
        "2.4",
    ),
    Guide(
        "sign-in",
        label("登录、通行密钥和二次验证"),
        "/me",
        (
            label("第一次登录用一次性链接设置密码。链接只能使用一次，24 小时内有效。"),
            label("在“我的账户”里点“添加通行密钥”，以后用指纹、面容或设备密码登录。"),
            label("重要的步骤须“二次验证”，5 分钟内有效。"),
            label("设备遗失时，在“我的账户”里点“退出其他所有设备”。"),
        ),
    ),
    Guide(
        "set-up",
        label("第一次设置"),
        "/setup",
        (
            label("打开“开始使用”，按列出的事项逐项完成；做好的自己打勾。"),
            label("在“职场和门”里核对职场、区域和门，在“人员”里登记人员并授予角色。"),
            label("在“平板”里为每道门“生成配对码”，在平板上输入。"),
            label("在“通知渠道”里添加企业微信、钉钉、飞书或邮件，并“发送测试”。"),
        ),
        ADMINS,
    ),
    Guide(
        "audit",
        label("核查制度落实"),
        "/board",
        (
            label("打开“制度落实看板”，从控制项的“依据”进入它的记录。"),
            label("在“来访记录”里筛选，导出的文件与筛选结果一致，每行带导出人和时间。"),
            label("审计记录是否被改动，由平台管理员运行 gatehouse audit verify 验证。"),
        ),
        (Role.AUDITOR, Role.LEADER, Role.CENTRE_MANAGER, Role.SECURITY_ADMIN),
        "0.1",
    ),
)
