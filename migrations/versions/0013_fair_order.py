"""The next runs of a source account by index, however many it has queued."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IS_QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.create_index(
        "ix_run_due_of_account",
        "run",
        ["source_account_id", "due_at", "id"],
        sqlite_where=IS_QUEUED,
        postgresql_where=IS_QUEUED,
    )


def downgrade() -> None:
    op.drop_index("ix_run_due_of_account", table_name="run")
