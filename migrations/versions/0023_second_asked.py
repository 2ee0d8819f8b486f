"""Whose proposal waits for a second person's word in a case.

Revision: 0023, after 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Proposals made before are found on the case's page, as until now."""
    op.add_column("case_file", sa.Column("second_asked_by", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Forget who asked."""
    op.drop_column("case_file", "second_asked_by")
