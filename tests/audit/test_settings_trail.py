"""A changed setting is in the trail once, and a password is not in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bullying_desk.audit.models import AuditEntry
from bullying_desk.commands.settings_trail import enter_changes
from bullying_desk.config import Settings
from bullying_desk.sealing.pepper import Pepper, PepperLayer

NOW = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)


def test_a_changed_setting_is_entered_once_and_no_password(session: Session, tmp_path: Path) -> None:
    pepper_layer, first = PepperLayer(Pepper(bytes(range(32)))), Settings(tmp_path)
    assert enter_changes(session, pepper_layer, first, NOW) == 0  # nothing but the program's own settings
    second = replace(first, answer_school_days=2, smtp_password="SESAM-MARKER")
    assert [enter_changes(session, pepper_layer, second, NOW + timedelta(hours=n)) for n in (1, 2)] == [2, 0]
    assert enter_changes(session, pepper_layer, first, NOW + timedelta(hours=3)) == 2  # back again
    names = [row.facts["name"] for row in session.scalars(select(AuditEntry).order_by(AuditEntry.at))]
    assert "einstellung.answer_school_days=2" in names
    assert "einstellung.answer_school_days=3" in names
    assert not any("MARKER" in name for name in names)
