"""Salt and former keys lie in the database too, under the pepper

Revision: 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The row is written by `bullying-desk migrate`, which has the key folder."""
    op.create_table(
        "instance_keys",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance_keys")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """The key folder alone holds them again."""
    op.drop_table("instance_keys")
