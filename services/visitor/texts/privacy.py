"""《来访个人信息处理告知》, November 2026: who, what for, on what ground, how long, to whom, rights (PIPL art. 17).

What a site does not ask for is not in it.
"""

from __future__ import annotations

from services.visitor.limits import Limits
from services.visitor.texts.kept import DAYS, YEARS_OF_FACTS
from services.visitor.texts.writing import Parts, Where, Written, composed

ZH: Written = (
    (
        "由谁处理",
        (
            "{company}是处理您个人信息的一方，下面称“我们”。",
            Where("contact", "个人信息事务联系方式：{contact}。"),
            Where("-contact", "个人信息事务请到前台，由工作人员转交负责人。"),
        ),
    ),
    (
        "收集什么、为了什么",
        (
            "姓名、单位、来访事由、被访人、前往区域：核对来访许可，安排接待，紧急疏散时点名。",
            "手机号、邮箱（选填）：确认是您本人，发送预约，来访中与您联系。",
            "证件：由保安人员当面查验，只看不留，不扣押、不复印；登记证件类型、查验时间和{number}，用于核对身份。",
            Where("number", "登记完整证件号码的依据：{because}。"),
            "访客证、随身物品和进出时间：寄存和领回物品，掌握谁在场。",
            "疏散时需要的协助（选填，涉及健康）：只用于帮助您安全撤离。",
            Where("photo", "照片（选填）：供保安人员和被访人核对是您本人，不做人脸识别。"),
            Where("signature", "签名（选填）：证明您读过《访客须知》。"),
        ),
    ),
    (
        "依据什么",
        (
            "办理登记依据您的同意。{apart}另行征求您的单独同意，拒绝任何一项都不影响来访。",
            "进出记录同时依据《企业事业单位内部治安保卫条例》对门卫制度的要求。",
        ),
    ),
    (
        "保存多久",
        (
            (
                "自来访结束起：{sealed} {sealed_days} 天；姓名、单位、手机号、邮箱 {contact_days} 天；"
                "进出时间、许可人等记录 {years} 年。疏散协助在您离开时删除。"
            ),
            "手机号、邮箱、{sealed}和疏散协助加密保存。",
        ),
    ),
    (
        "提供给谁",
        (
            "被访人、审批人、陪同人和保安人员按需查看；审计时姓名隐去一部分。",
            "不用于推销，不出售，不公开。除依法调取的机关外，不提供给公司以外的人。",
        ),
    ),
    (
        "您的权利",
        (
            "您可以查阅、复制、更正、补充、删除您的信息，要求说明处理规则，或撤回任何一项同意：{ask}，不收费。",
            "撤回后我们停止处理并删除相应信息，不影响来访，也不影响撤回前已作的处理。",
            "对处理有异议的，可以向我们提出，也可以向网信部门投诉、举报。",
            "不同意登记的，请告诉前台，被访人会到门口见您。",
        ),
    ),
)
EN: Written = (
    (
        "Who handles it",
        (
            "{company} handles your personal information (below: “we”).",
            Where("contact", "Contact for personal information: {contact}."),
            Where("-contact", "For anything about personal information ask at the desk; they know who is in charge."),
        ),
    ),
    (
        "What we collect, and why",
        (
            (
                "Name, company, purpose, host, areas: to check the permission, receive you, and call the roll in an "
                "evacuation."
            ),
            "Phone and e-mail (optional): to know that it is you, send the invitation, and reach you during the visit.",
            (
                "Your ID: a guard looks at it in front of you. It is not kept, held or copied; we note its kind, "
                "when it was checked and {number}, to know that it is you."
            ),
            Where("number", "Why the whole number is noted: {because}."),
            "Badge, belongings, times of coming and leaving: to keep and return your things and to know who is inside.",
            "Help you need in an evacuation (optional, about your health): only to get you out safely.",
            Where("photo", "Photo (optional): for guards and host to see that it is you; no face recognition."),
            Where("signature", "Signature (optional): to show that you read the visitors' notice."),
        ),
    ),
    (
        "On what ground",
        (
            (
                "Your consent to register. For {apart} we ask a consent of its own; a no to any of them does not "
                "affect your visit."
            ),
            (
                "Records of coming and leaving also rest on the Regulations on Internal Security of Enterprises and "
                "Institutions, which ask for control at the door."
            ),
        ),
    ),
    (
        "How long we keep it",
        (
            (
                "From the end of the visit: {sealed} {sealed_days} days; name, company, phone, e-mail {contact_days}"
                " days; times and who permitted the visit {years} years. Help in an evacuation is deleted when you "
                "leave."
            ),
            "Phone, e-mail, {sealed} and help in an evacuation are kept encrypted.",
        ),
    ),
    (
        "Whom it goes to",
        (
            "Host, approvers, escort and guards, as far as each needs it; auditors see names in part.",
            (
                "It is not used for marketing, sold or published. Nobody outside the company gets it but authorities"
                " whom the law entitles."
            ),
        ),
    ),
    (
        "Your rights",
        (
            (
                "You may see, copy, correct, complete or delete your information, ask how it is handled, or withdraw"
                " any consent: {ask}. It costs nothing."
            ),
            "After that we stop and delete what it was for. Your visit is not affected, nor what was done before.",
            "If you object to how we handle it, tell us, or complain to the cyberspace administration.",
            "If you do not agree to be registered, tell the desk; your host will come to the door.",
        ),
    ),
)


def text(limits: Limits, language: str) -> Parts:
    """The notice as a site's settings make it."""
    wanted = {
        "contact": bool(limits.privacy_contact),
        "number": bool(limits.full_number_because),
        "photo": limits.photo_wanted,
        "signature": limits.signature_wanted,
    }
    holds = {name for name, is_wanted in wanted.items() if is_wanted}
    days = {"sealed_days": str(DAYS["photo"]), "contact_days": str(DAYS["contact"]), "years": str(YEARS_OF_FACTS)}
    words = _zh(limits, holds) if language == "zh" else _en(limits, holds)
    return composed(ZH if language == "zh" else EN, holds, {**days, **words, "because": limits.full_number_because})


def _zh(limits: Limits, holds: set[str]) -> dict[str, str]:
    pictures = [word for name, word in (("photo", "照片"), ("signature", "签名")) if name in holds]
    number = "证件号码" if "number" in holds else "证件号码后四位"
    contact = limits.privacy_contact
    return {
        "company": limits.company or "本公司",
        "contact": contact,
        "number": "号码" if "number" in holds else "号码后四位",
        "sealed": "、".join((number, *pictures)),
        "apart": "、".join(("疏散协助", *pictures)),
        "ask": f"到前台说一声，或联系{contact}" if contact else "到前台说一声即可",
    }


def _en(limits: Limits, holds: set[str]) -> dict[str, str]:
    pictures = [name for name in ("photo", "signature") if name in holds]
    number = "ID number" if "number" in holds else "last four of the ID number"
    apart = ["help in an evacuation", *pictures]
    return {
        "company": limits.company or "This company",
        "contact": limits.privacy_contact,
        "number": "its number" if "number" in holds else "the last four of its number",
        "sealed": ", ".join((number, *pictures)),
        "apart": " and ".join(filter(None, (", ".join(apart[:-1]), apart[-1]))),
        "ask": f"tell the desk, or {limits.privacy_contact}" if limits.privacy_contact else "tell the desk",
    }
