"""Documents, links, notes and the register cache."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
EXACT = sa.Numeric(18, 6).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("marker", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("first_missed_at", INSTANT, nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("customer_number", sa.Text(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("total", EXACT, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("converted_from", sa.Uuid(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("notices", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('intended', 'sending', 'created', 'rejected', 'removed', 'withdrawn')",
            name=op.f("ck_document_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fortnox_company.id"], name=op.f("fk_document_company_id_fortnox_company")
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_document_connection_id_connection")
        ),
        sa.ForeignKeyConstraint(["converted_from"], ["document.id"], name=op.f("fk_document_converted_from_document")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_document_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "company_id",
            "connector",
            "account",
            "object_kind",
            "external_id",
            "kind",
            "generation",
            name="uq_document_business_key",
        ),
        sa.UniqueConstraint("company_id", "kind", "number", name=op.f("uq_document_company_id_kind_number")),
    )
    op.create_index("ix_document_connection_age", "document", ["connection_id", "created_at", "id"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("verified_at", INSTANT, nullable=True),
        sa.Column("marker", sa.Text(), nullable=True),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("first_missed_at", INSTANT, nullable=True),
        sa.Column("is_picked_by_user", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('intended', 'sending', 'linked')", name=op.f("ck_link_state_known")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fortnox_company.id"], name=op.f("fk_link_company_id_fortnox_company")
        ),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_link_connection_id_connection")),
        sa.ForeignKeyConstraint(["owner"], ["run.id"], name=op.f("fk_link_owner_run"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint(
            "connection_id",
            "company_id",
            "kind",
            "connector",
            "account",
            "object_kind",
            "external_id",
            name="uq_link_source_record",
        ),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("source_account_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("task", sa.String(40), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('intended', 'sending', 'linked')", name=op.f("ck_note_state_known")),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_note_connection_id_connection")),
        sa.ForeignKeyConstraint(
            ["source_account_id"], ["source_account.id"], name=op.f("fk_note_source_account_id_source_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint(
            "source_account_id", "object_kind", "external_id", "task", "generation", name="uq_note_business_key"
        ),
    )
    op.create_table(
        "register_cache",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["fortnox_company.id"],
            name=op.f("fk_register_cache_company_id_fortnox_company"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "kind", "key", name=op.f("pk_register_cache")),
    )
    op.create_index(
        op.f("ix_register_cache_company_id_number"), "register_cache", ["company_id", "number"], unique=False
    )


def downgrade() -> None:
    op.drop_table("register_cache")
    op.drop_table("note")
    op.drop_table("link")
    op.drop_table("document")
