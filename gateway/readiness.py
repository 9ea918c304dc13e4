"""What the gateway itself must have: tablets, a folder for proofs and backups outside, a way to send messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from chassis.backup_mark import last, lies_outside
from chassis.db import Tx
from chassis.readiness import Ready, Task
from chassis.settings import Settings
from gateway.identity import client_store, device_store
from gateway.notices import channel_store

BACKUP_DAYS = 7


def tasks(settings: Settings) -> Sequence[Task]:
    """The gateway's tasks for a deployment set so."""
    return (
        Task("tablets", "门口平板", "Tablets at the doors", "/settings/devices", True, a_tablet_is_paired),
        Task("clients", "人事系统接口", "HR system", "/settings/clients", False, hr_may_write_people),
        Task("channels", "通知渠道", "Channels for messages", "/settings/channels", False, partial(messages, settings)),
        Task("checkpoints", "审计检查点", "Audit checkpoints", "/status", False, partial(proofs, settings)),
        Task("backup", "备份", "Backup", "/status", False, partial(backups, settings)),
    )


def a_tablet_is_paired(tx: Tx) -> Ready:
    """Visitors arrive at a tablet beside a door."""
    count = sum(1 for row in device_store.all_of(tx) if row.revoked_at is None)
    if count:
        return Ready(True, f"已配对 {count} 块", f"{count} paired")
    return Ready(False, "还没有配对的平板", "No tablet is paired yet")


def hr_may_write_people(tx: Tx) -> Ready:
    """People may come from the HR system instead of being typed."""
    count = sum(1 for row in client_store.all_of(tx) if row.revoked_at is None and "people:write" in row.scopes)
    if count:
        return Ready(True, f"{count} 个客户端可以写入人员", f"{count} clients may write people")
    return Ready(False, "没有客户端可以写入人员；也可以手工登记", "No client writes people; typing them works too")


def messages(settings: Settings, tx: Tx) -> Ready:
    """Without a channel or e-mail notices wait in the inbox."""
    count = sum(1 for row in channel_store.channels(tx) if row.on) + (1 if settings.smtp_host else 0)
    if count:
        return Ready(True, f"已设置 {count} 个", f"{count} set")
    return Ready(False, "没有设置，通知只在待办里", "None set: notices wait in the inbox alone")


def proofs(settings: Settings, _tx: Tx) -> Ready:
    """Only checkpoints kept elsewhere expose a rewritten journal."""
    if lies_outside(settings.data, settings.checkpoint_folder):
        return Ready(True, "保存在数据文件夹以外", "Kept outside the data folder")
    return Ready(
        False,
        "和数据放在一起；请用 GATEHOUSE_CHECKPOINTS 指向另一台机器",
        "Kept with the data: point GATEHOUSE_CHECKPOINTS to another machine",
    )


def backups(settings: Settings, tx: Tx) -> Ready:
    """A backup of the last week lies outside the data folder."""
    made = last(settings.data)
    if made is None:
        return Ready(False, "还没有备份；请运行 gatehouse backup", "None yet: run gatehouse backup")
    if not lies_outside(settings.data, made.folder):
        return Ready(False, "备份和数据放在一起，请放到别处", "It lies with the data: keep it elsewhere")
    if tx.now - made.made_at > timedelta(days=BACKUP_DAYS):
        return Ready(False, f"上次备份已超过 {BACKUP_DAYS} 天", f"The last one is older than {BACKUP_DAYS} days")
    return Ready(True, f"{BACKUP_DAYS} 天内有备份", f"Made within {BACKUP_DAYS} days")
