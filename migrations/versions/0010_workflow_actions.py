"""Calls of workflow actions: which run does their work, and whether the platform was told."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
IS_OWED = sa.text("waits AND told_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "action_call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_account_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["source_account_id"],
            ["source_account.id"],
            name=op.f("fk_action_call_source_account_id_source_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_action_call_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_call")),
        sa.UniqueConstraint("source_account_id", "call_id", name=op.f("uq_action_call_source_account_id_call_id")),
    )
    op.create_index("ix_action_call_run_id", "action_call", ["run_id"])
    op.create_index("ix_action_call_owed", "action_call", ["due_at"], sqlite_where=IS_OWED, postgresql_where=IS_OWED)


def downgrade() -> None:
    op.drop_table("action_call")
