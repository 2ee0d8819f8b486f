"""One absence and one duty for the same days of a seat, also where two submits come at once

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("last_day IS NULL")


def upgrade() -> None:
    """Of absences that begin on the same day the longest stays, of equal duties one."""
    op.execute(
        "DELETE FROM absence WHERE EXISTS (SELECT 1 FROM absence AS other WHERE other.seat_id = absence.seat_id "
        "AND other.first_day = absence.first_day AND (other.last_day > absence.last_day "
        "OR (other.last_day = absence.last_day AND other.id < absence.id)))"
    )
    op.execute(
        "DELETE FROM duty_period WHERE EXISTS (SELECT 1 FROM duty_period AS other "
        "WHERE other.seat_id = duty_period.seat_id AND other.first_day = duty_period.first_day "
        "AND (other.last_day = duty_period.last_day OR (other.last_day IS NULL AND duty_period.last_day IS NULL)) "
        "AND other.id < duty_period.id)"
    )
    op.create_index("uq_absence_seat_id_first_day", "absence", ["seat_id", "first_day"], unique=True)
    op.create_index("uq_duty_period_days", "duty_period", ["seat_id", "first_day", "last_day"], unique=True)
    op.create_index(
        "uq_duty_period_open",
        "duty_period",
        ["seat_id", "first_day"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Two of the same are possible again."""
    op.drop_index("uq_duty_period_open", "duty_period")
    op.drop_index("uq_duty_period_days", "duty_period")
    op.drop_index("uq_absence_seat_id_first_day", "absence")
