"""Why a message did not get through, in words. The codes are our own: what a service answered is not shown as text."""

from __future__ import annotations

from gateway.languages import label

BECAUSE: dict[str, str] = {
    "address": label("地址指向内网或保留地址，已拒绝"),
    "name": label("找不到这个主机名"),
    "plain": label("地址没有加密，已拒绝"),
    "redirect": label("对方要求跳转，已拒绝"),
    "size": label("对方的答复过大，已拒绝"),
    "slow": label("对方答复太慢"),
    "no answer": label("对方没有答复"),
    "recipient": label("对方邮箱不接收"),
    "sign-in": label("邮件服务器拒绝登录"),
    "visits": label("访客服务没有响应"),
    "header": label("邮件地址不能使用"),
}
ANSWERED = label("对方答复 %(code)s，没有接收")
OTHERWISE = label("连接不上")


def because(code: str) -> tuple[str, dict[str, str]]:
    """The Chinese text of a code, marked for translation, and its figures."""
    if code.startswith("answer "):
        return ANSWERED, {"code": code.removeprefix("answer ")}
    return BECAUSE.get(code, OTHERWISE), {}
