"""The two notices a visitor reads at the door, in both languages, with their version and hash.

`privacy` is 《来访个人信息处理告知》 (who, why, what, how long, rights), `house` is 《访客须知》. Visitors read what to
do and whom to ask, never a control code (2.12.2). Changing a text means a new version, accepted anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

PRIVACY = {
    "zh-Hans": (
        "为办理来访登记，本公司会收集您的姓名、单位、手机号，以及保安查验证件的结果（证件类型、号码后四位）。",
        "用途只有一个：核对来访、在紧急疏散时点名、依法留存来访记录。不会用于推销，不会提供给无关的人。",
        "手机号和证件后四位加密保存，证件后四位 90 天、姓名和手机号 180 天后删除；来访时间等事实保存 3 年。",
        "证件只看不留，不扣押、不复印。拍照需您另行同意，不拍照也可以来访。",
        "您可以随时到前台查询、更正、删除您的信息，或撤回同意。",
    ),
    "en": (
        (
            "To register your visit we collect your name, company, phone number and the result of the ID check "
            "(kind of document and the last four characters)."
        ),
        (
            "They serve one purpose: to verify the visit, to call the roll in an emergency, and to keep the record "
            "the law asks for. They are not used for marketing and not given to anybody without need."
        ),
        (
            "Phone number and last four are kept encrypted: the last four for 90 days, name and phone for 180 days; "
            "facts such as times of the visit for 3 years."
        ),
        (
            "Your document is only looked at, never kept or copied. A photo needs your separate consent; "
            "you may visit without one."
        ),
        "At the desk you can see, correct or delete your data, or withdraw your consent, at any time.",
    ),
}
HOUSE = {
    "zh-Hans": (
        "全楼禁止吸烟；休息室以外禁止饮食。禁止携带易燃易爆物品。",
        "U 盘、光盘、移动硬盘、播放器请存放在寄存柜，离开时凭寄存牌领取。",
        "请全程佩戴访客证，由陪同人员陪同，不单独进入工作区域。",
        "请勿拍照、录音、录像；请勿记录屏幕上的内容。",
        "遇紧急情况请听从疏散引导员的指引。离开时请交还访客证。",
    ),
    "en": (
        (
            "No smoking anywhere in the building; food and drink in the lounge only. "
            "Nothing flammable or explosive may be brought in."
        ),
        "Please leave USB sticks, discs, portable disks and players in a locker; collect them with your tag.",
        "Wear your badge at all times and stay with your escort; do not enter work areas alone.",
        "Please take no photos or recordings and note nothing from screens.",
        "In an emergency follow the marshals. Return your badge when you leave.",
    ),
}


@dataclass(frozen=True, slots=True)
class NoticesShown:
    """Both notices with their versions."""

    privacy_version: str = "2026-11"
    rules_version: str = "2026-11"

    def privacy(self, language: str) -> tuple[str, ...]:
        """The privacy notice, paragraph by paragraph."""
        return PRIVACY.get(language, PRIVACY["en" if language.startswith("en") else "zh-Hans"])

    def house(self, language: str) -> tuple[str, ...]:
        """The visitors' notice, point by point."""
        return HOUSE.get(language, HOUSE["en" if language.startswith("en") else "zh-Hans"])

    def hash_of(self, texts: tuple[str, ...]) -> str:
        """SHA-256 of a text as shown, to keep beside its version."""
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()


NOTICES = NoticesShown()
