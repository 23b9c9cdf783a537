"""Several connections of one source account, in order; what a person asked a run to do with a document."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACTIVE = sa.text("is_active")
RUNNING = sa.text("state = 'running'")
OF_A_DEAL = ["source_account_id", "object_kind", "external_id", "task"]


def upgrade() -> None:
    # SQLite copies the table: children point at its name, and must not be deleted with the old one (storage/migrate).
    with op.batch_alter_table("connection") as connection:
        connection.add_column(sa.Column("position", sa.Integer(), nullable=True))
        connection.drop_constraint(op.f("uq_connection_source_account_id"), type_="unique")
        connection.drop_constraint(op.f("uq_connection_company_id_connector"), type_="unique")
    op.execute("UPDATE connection SET position = 1")
    with op.batch_alter_table("connection") as connection:
        connection.alter_column("position", existing_type=sa.Integer(), nullable=False)
    op.create_index(
        "uq_connection_company_id_connector",
        "connection",
        ["company_id", "connector"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_index("ix_connection_source_account_id", "connection", ["source_account_id"])
    op.create_index("ix_document_source", "document", ["connector", "account", "object_kind", "external_id"])
    op.add_column("run", sa.Column("requested_action", sa.Text(), nullable=True))
    _one_running([*OF_A_DEAL])


def downgrade() -> None:
    """Refused by the database while an account has several connections: which of them to keep is nobody's guess."""
    _one_running([*OF_A_DEAL, "generation"])
    op.drop_column("run", "requested_action")
    op.drop_index("ix_document_source", "document")
    op.drop_index("ix_connection_source_account_id", "connection")
    op.drop_index("uq_connection_company_id_connector", "connection")
    with op.batch_alter_table("connection") as connection:
        connection.create_unique_constraint(op.f("uq_connection_company_id_connector"), ["company_id", "connector"])
        connection.create_unique_constraint(op.f("uq_connection_source_account_id"), ["source_account_id"])
        connection.drop_column("position")


def _one_running(columns: list[str]) -> None:
    op.drop_index("uq_run_running", "run")
    op.create_index("uq_run_running", "run", columns, unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING)
