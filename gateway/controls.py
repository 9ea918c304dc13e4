"""Every control of the policy, in the policy's order, with its short text in both languages."""

from __future__ import annotations

from gateway.languages import label

CONTROLS: tuple[tuple[str, str], ...] = (
    ("0.1", label("安全制度总则")),
    ("0.2", label("配套考核")),
    ("1.1", label("责任到人")),
    ("1.2", label("用电安全巡检")),
    ("1.3", label("消防器材专管与培训")),
    ("1.4", label("下班自查")),
    ("1.5a", label("禁食禁火禁烟、环境整洁")),
    ("1.5b", label("下班断电与离场检查")),
    ("1.6", label("门窗检查")),
    ("1.7", label("上下班交接表")),
    ("2.1", label("来访登记")),
    ("2.2", label("警示标语")),
    ("2.3", label("陌生人劝离")),
    ("2.4", label("指定管理人员陪同参观")),
    ("2.6", label("休息室接待")),
    ("2.7a", label("终端安全基线")),
    ("2.7b", label("解禁审批（一人操作）")),
    ("2.7c", label("介质管理")),
    ("2.8", label("邮箱网盘权限专人管理、电脑及文件夹加密")),
    ("2.9", label("定期备份")),
    ("2.10", label("谁主管谁负责")),
    ("2.11", label("上岗前签署保密协议")),
    ("2.12.1", label("保密纪律")),
    ("2.12.2", label("制度流程保密")),
    ("2.12.4", label("便签每日上交")),
    ("2.12.5", label("资料带出审批")),
    ("2.12.6", label("客户资料不得随意修改")),
    ("2.13", label("工号保管与特殊使用")),
    ("2.14", label("离职物品交还")),
    ("3.1a", label("工号不得外借互换")),
    ("3.1b", label("权限工号归口管理")),
    ("4.1", label("外网审批")),
    ("4.2", label("IP 地址规划")),
    ("4.3", label("禁止传播非工作内容")),
    ("4.4", label("陌生邮件处理")),
    ("4.5", label("随时关闭外网")),
)
"""Code and title; chapter by the code's first figure."""

CHAPTERS = {
    "0": label("总则"),
    "1": label("设备安全"),
    "2": label("信息安全"),
    "3": label("坐席工号"),
    "4": label("系统管理"),
}
