"""The trail records a changed setting, no matter who changed the file or the environment: the night work sees it.

The settings the program runs with are compared with what the trail last said, and at first with the defaults. Of a
setting that can hold a password the trail keeps eight characters of an HMAC under its own key.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import MISSING, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bullying_desk.audit import trail
from bullying_desk.audit.events import Event
from bullying_desk.audit.models import AuditEntry
from bullying_desk.config import Settings
from bullying_desk.sealing.pepper import PepperLayer

if TYPE_CHECKING:
    from bullying_desk.commands.console import Desk

_BEFORE: Final = "einstellung."
_HIDDEN: Final = frozenset({"limits_storage", "smtp_user", "smtp_password"})
# A machine's own, which may differ between two of one city; the demonstration has an entry of its own.
_APART: Final = frozenset({"instance", "database_url", "threads", "demo"})


def enter_changes(session: Session, pepper_layer: PepperLayer, settings: Settings, now: datetime) -> int:
    """Record every setting that differs from the trail; returns how many. Safe to run again."""
    known, changed = _known(session), list[str]()
    for field in fields(settings):
        if field.name in _APART or field.default is MISSING:
            continue
        value, usual = getattr(settings, field.name), field.default
        shown, default = _shown(pepper_layer, field.name, value), _shown(pepper_layer, field.name, usual)
        if shown != known.get(field.name, default):
            changed.append(f"{_BEFORE}{field.name}={shown}")
    trail.record_many(session, Event.SETTING_CHANGED, now, [{"name": name} for name in changed])
    return len(changed)


def enter_now(desk: Desk) -> None:
    """Record what has changed, in a transaction of its own. An error there stops no mail and no erasure."""
    pepper_layer = desk.keys.pepper_layer
    try:
        with desk.database.transaction() as session:
            enter_changes(session, pepper_layer, desk.settings, desk.clock.now())
    except SQLAlchemyError as error:
        logging.getLogger("bullying_desk").error("changed settings were not recorded: %s", type(error).__name__)


def _known(session: Session) -> dict[str, str]:
    query = select(AuditEntry.facts).where(AuditEntry.event == Event.SETTING_CHANGED.code)
    found: dict[str, str] = {}
    for facts in session.scalars(query.order_by(AuditEntry.at)):
        name, _equals, value = str(facts.get("name", "")).partition("=")
        if name.startswith(_BEFORE):
            found[name.removeprefix(_BEFORE)] = value
    return found


def _shown(pepper_layer: PepperLayer, name: str, value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    if name not in _HIDDEN or not text:
        return text
    return "#" + hmac.digest(pepper_layer.audit_key().reveal(), f"setting {name}={text}".encode(), "sha256").hex()[:8]
