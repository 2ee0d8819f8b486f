"""What kind of case it is, as coded by staff

Revision: 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has assessed a case yet."""
    op.add_column("case_file", sa.Column("kind", sa.String(20), nullable=True))


def downgrade() -> None:
    """Forget it; the assessments themselves are sealed in the file."""
    op.drop_column("case_file", "kind")
