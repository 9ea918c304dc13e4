"""The services that may carry a message: all of them speak HTTPS through Apprise, and so through the guarded session.

`abroad` is True where the service's own servers stand abroad, False where they do not, None where it depends on whose
server is named, which the administrator then says.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.languages import label


@dataclass(frozen=True, slots=True)
class Carrier:
    """One kind of channel by its Apprise scheme."""

    label: str
    abroad: bool | None
    example: str
    plain: bool = False
    """Whether messages would travel unencrypted."""


CARRIERS: dict[str, Carrier] = {
    "wecombot": Carrier(label("企业微信群机器人"), False, "wecombot://{key}"),
    "dingtalk": Carrier(label("钉钉群机器人"), False, "dingtalk://{secret}@{token}"),
    "feishu": Carrier(label("飞书群机器人"), False, "feishu://{token}"),
    "schan": Carrier(label("Server 酱"), False, "schan://{sendkey}"),
    "pushplus": Carrier(label("PushPlus"), False, "pushplus://{token}"),
    "pushdeers": Carrier(label("PushDeer"), None, "pushdeers://{host}/{key}"),
    "barks": Carrier(label("Bark"), None, "barks://{host}/{key}"),
    "ntfys": Carrier(label("ntfy"), None, "ntfys://{host}/{topic}"),
    "gotifys": Carrier(label("Gotify"), None, "gotifys://{host}/{token}"),
    "mmosts": Carrier(label("Mattermost"), None, "mmosts://{host}/{token}"),
    "rockets": Carrier(label("Rocket.Chat"), None, "rockets://{webhook}@{host}"),
    "jsons": Carrier(label("自有系统（JSON）"), None, "jsons://{host}/{path}"),
    "lark": Carrier(label("Lark"), True, "lark://{token}"),
    "slack": Carrier(label("Slack"), True, "slack://{tokenA}/{tokenB}/{tokenC}"),
    "workflows": Carrier(label("Microsoft Teams"), True, "workflows://{host}/{workflow}/{signature}"),
    "discord": Carrier(label("Discord"), True, "discord://{id}/{token}"),
    "tgram": Carrier(label("Telegram"), True, "tgram://{token}/{chat}"),
    "webex": Carrier(label("Webex"), True, "webex://{token}"),
    "json": Carrier(label("内网系统（JSON，未加密）"), None, "json://{host}/{path}", plain=True),
    "ntfy": Carrier(label("内网 ntfy（未加密）"), None, "ntfy://{host}/{topic}", plain=True),
    "gotify": Carrier(label("内网 Gotify（未加密）"), None, "gotify://{host}/{token}", plain=True),
    "mmost": Carrier(label("内网 Mattermost（未加密）"), None, "mmost://{host}/{token}", plain=True),
}


def scheme_of(url: str) -> str:
    """The scheme of a channel's address, in small letters."""
    return url.partition("://")[0].strip().lower()
