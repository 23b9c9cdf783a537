"""What a draft showed when we last wrote it, and the files attached to it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "document_attachment",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("archive_id", sa.Text(), nullable=True),
        sa.Column("uploaded_at", INSTANT, nullable=True),
        sa.Column("attached_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
            name=op.f("fk_document_attachment_document_id_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "file_id", name=op.f("pk_document_attachment")),
    )
    op.add_column("document", sa.Column("ocr", sa.Text(), nullable=True))
    op.add_column("document", sa.Column("plan_hash", sa.Text(), nullable=True))
    op.add_column("document", sa.Column("fingerprint", sa.Text(), nullable=True))
    op.add_column("document", sa.Column("pending_plan_hash", sa.Text(), nullable=True))
    op.add_column("document", sa.Column("revision", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "revision")
    op.drop_column("document", "pending_plan_hash")
    op.drop_column("document", "fingerprint")
    op.drop_column("document", "plan_hash")
    op.drop_column("document", "ocr")
    op.drop_table("document_attachment")
