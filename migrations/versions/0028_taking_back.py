"""A minute to take back an answer, and the hour of a draft

Revision: 0028, after 0027.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The report's column stands last among what a tag covers and is empty, so every tag stays valid."""
    op.add_column("record", sa.Column("shown_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("answer_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("draft", sa.Column("saved_hour", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rewriting", sa.Column("letters", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget it; an answer that is held at this moment is shown at once."""
    op.drop_column("rewriting", "letters")
    op.drop_column("draft", "saved_hour")
    op.drop_column("report", "answer_from")
    op.drop_column("record", "shown_from")
