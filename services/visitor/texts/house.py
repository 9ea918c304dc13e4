"""《访客须知》, November 2026: badge and escort, what stays outside, pictures, confidentiality, evacuation, leaving."""

from __future__ import annotations

from services.visitor.limits import Limits
from services.visitor.texts.writing import Parts, Where, Written, composed

ZH: Written = (
    (
        "佩戴与陪同",
        (
            "请全程把访客证佩戴在看得见的位置，不借给他人。",
            "进入坐席职场须由指定陪同人员全程陪同；只到许可的区域，不单独走动。",
        ),
    ),
    (
        "请留在外面",
        (
            "U 盘、光盘、移动硬盘、MP3、MP4 等存储介质：请存放在寄存柜，离开时凭寄存牌领回。",
            "随身物品由您自愿申报，我们不搜身、不翻包。",
            Where("phones", "手机不得带入坐席职场，请一并存放。"),
            "食物、饮料和易燃易爆物品不得带入坐席职场；饮水请在休息室。整个办公场所禁止吸烟。",
        ),
    ),
    (
        "拍摄与保密",
        (
            "请不拍照、不录音、不录像，不抄录屏幕和纸面上的内容。",
            "来访中看到、听到的客户信息、业务数据和工作流程，请不告诉任何人；离开以后仍请保密。",
        ),
    ),
    (
        "紧急疏散",
        ("听到警报请立即随陪同人或疏散引导员走最近的安全出口，不乘电梯；到集合点点名后再离开。",),
    ),
    ("离开时", ("请交还访客证，领回寄存物品。带出资料、设备须有出门单。",)),
    ("也可以不接受", ("不接受本须知的，我们请被访人到门口见您。",)),
)
EN: Written = (
    (
        "Badge and escort",
        (
            "Wear your badge where it can be seen, all the time, and lend it to nobody.",
            (
                "On the call floor a designated escort stays with you throughout. Keep to the areas you were "
                "permitted; do not walk about alone."
            ),
        ),
    ),
    (
        "Please leave outside",
        (
            (
                "USB sticks, discs, portable disks, MP3 and MP4 players: leave them in a locker and collect them "
                "with your tag."
            ),
            "You declare what you carry yourself; nobody searches you or your bag.",
            Where("phones", "Phones may not enter the call floor; leave yours there too."),
            (
                "No food, drink, or anything flammable or explosive on the call floor; water is in the lounge. No "
                "smoking anywhere on the premises."
            ),
        ),
    ),
    (
        "Pictures and confidentiality",
        (
            "Take no photographs, sound or video recordings, and copy nothing from screens or paper.",
            (
                "Tell nobody what you see or hear of customers, business figures and ways of working, also after you"
                " have left."
            ),
        ),
    ),
    (
        "Evacuation",
        (
            (
                "When the alarm sounds, follow your escort or a marshal at once to the nearest exit. Do not take the"
                " lift; leave the assembly point only after the roll call."
            ),
        ),
    ),
    (
        "When you leave",
        ("Return your badge and collect your things. Papers and equipment leave only with a carry-out pass.",),
    ),
    ("You may decline", ("If you do not accept this notice, we ask your host to come to the door.",)),
)


def text(limits: Limits, language: str) -> Parts:
    """The notice as a site's settings make it."""
    return composed(ZH if language == "zh" else EN, {"phones"} if limits.phones_banned else set(), {})
