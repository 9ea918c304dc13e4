"""The words of a copy in both languages: what each value is, and what codes say."""

from __future__ import annotations

from collections.abc import Mapping

from services.visitor.log.words import KINDS, STATES, Pair

LABELS: Mapping[str, Pair] = {
    "name": ("姓名", "Name"),
    "company": ("单位", "Company"),
    "phone": ("手机号", "Phone"),
    "email": ("邮箱", "E-mail"),
    "id_number": ("证件号码", "ID number"),
    "id_last4": ("证件号码后四位", "Last four of the ID number"),
    "photo": ("照片", "Photo"),
    "signature": ("签名", "Signature"),
    "assistance": ("疏散时需要的协助", "Help needed in an evacuation"),
    "purpose": ("来访事由", "Purpose"),
    "items": ("随带设备", "Equipment brought"),
    "thing": ("随身物品", "Belonging"),
    "serial": ("随身物品序列号", "Serial number of a belonging"),
    "note": ("随身物品说明", "Note on a belonging"),
    "lost_note": ("物品遗失说明", "How a belonging was lost"),
    "comment": ("审批意见", "Comment of an approver"),
    "alarm": ("警报说明", "Note on an alarm"),
    "case": ("陌生人记录的说明", "Note on a case of a stranger"),
    "kind": ("来访类型", "Kind of visit"),
    "state": ("状态", "State"),
    "host": ("被访人", "Host"),
    "areas": ("前往区域", "Areas"),
    "starts_at": ("来访开始", "Begins"),
    "ends_at": ("来访结束", "Ends"),
    "code": ("预约码", "Code"),
    "privacy_at": ("接受来访个人信息处理告知", "Accepted the privacy notice"),
    "notices_at": ("接受访客须知", "Accepted the visitors' notice"),
    "arrived_at": ("到达", "Arrived"),
    "id_kind": ("证件类型", "Kind of ID"),
    "id_checked_at": ("查验证件", "ID checked"),
    "cleared_at": ("领取访客证", "Badge handed out"),
    "entered_at": ("进入", "Entered"),
    "left_at": ("离开", "Left"),
    "badge": ("访客证", "Badge"),
    "escort": ("陪同人", "Escort"),
    "scan": ("在门口刷访客证", "Badge scanned at a door"),
    "decided": ("审批", "Decided"),
}
ID_KINDS: Mapping[str, Pair] = {
    "resident": ("居民身份证", "Resident ID"),
    "passport": ("护照", "Passport"),
    "hk_mo_permit": ("港澳居民来往内地通行证", "Hong Kong or Macau permit"),
    "tw_permit": ("台湾居民来往大陆通行证", "Taiwan permit"),
    "residence_permit": ("港澳台居民居住证", "Residence permit (HK, Macau, Taiwan)"),
    "foreign_resident": ("外国人永久居留身份证", "Foreign permanent resident ID"),
    "official": ("执法或公务证件", "Official credentials"),
    "electronic": ("电子证件", "Electronic ID"),
}
THINGS: Mapping[str, Pair] = {
    "usb_stick": ("U 盘", "USB stick"),
    "disc": ("光盘", "Disc"),
    "external_disk": ("移动硬盘", "External disk"),
    "mp3": ("MP3", "MP3"),
    "mp4": ("MP4", "MP4"),
    "player": ("播放器", "Player"),
    "camera": ("相机", "Camera"),
    "phone": ("手机", "Phone"),
    "laptop": ("笔记本电脑", "Laptop"),
    "tool": ("工具", "Tool"),
    "food": ("食品饮料", "Food or drink"),
    "other": ("其他", "Other"),
}
STEPS: Mapping[str, Pair] = {
    "host": ("被访人", "Host"),
    "floor": ("区域审批人", "Approver of the area"),
    "after_hours": ("值班经理", "Duty manager"),
    "privileged": ("运营经理", "Centre manager"),
}
DECISIONS: Mapping[str, Pair] = {
    "approve": ("同意", "approved"),
    "return": ("退回", "returned"),
    "refuse": ("拒绝", "refused"),
}
CODES: Mapping[str, Mapping[str, Pair]] = {
    "kind": KINDS,
    "state": STATES,
    "id_kind": ID_KINDS,
    "thing": THINGS,
}
"""What the codes of a value say."""


def decided(step: str, decision: str) -> Pair:
    """Who decided what, by the step: no name of staff beside host and escorts is the visitor's to have."""
    (zh, en), (does, did) = STEPS[step], DECISIONS[decision]
    return f"{zh}{does}", f"{en} {did}"
