"""Source accounts, Fortnox companies, connections, their secrets and settings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "source_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("access", sa.String(40), nullable=False),
        sa.Column("credential_kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "access IN ('connected', 'needs_reconnect', 'not_connected')", name=op.f("ck_source_account_access_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_account")),
        sa.UniqueConstraint("connector", "external_id", name=op.f("uq_source_account_connector_external_id")),
        sa.UniqueConstraint("id", "connector", name=op.f("uq_source_account_id_connector")),
    )
    op.create_table(
        "fortnox_company",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("database_number", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_number", sa.Text(), nullable=True),
        sa.Column("access", sa.String(40), nullable=False),
        sa.Column("has_service_account", sa.Boolean(), nullable=False),
        sa.Column("is_looked_up_first", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "access IN ('connected', 'needs_reconnect', 'not_connected')", name=op.f("ck_fortnox_company_access_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fortnox_company")),
        sa.UniqueConstraint("database_number", name=op.f("uq_fortnox_company_database_number")),
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_account_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fortnox_company.id"], name=op.f("fk_connection_company_id_fortnox_company")
        ),
        sa.ForeignKeyConstraint(
            ["source_account_id", "connector"],
            ["source_account.id", "source_account.connector"],
            name=op.f("fk_connection_source_account_id_source_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint("company_id", "connector", name=op.f("uq_connection_company_id_connector")),
        sa.UniqueConstraint("source_account_id", name=op.f("uq_connection_source_account_id")),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_account_id", sa.Uuid(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.CheckConstraint("(source_account_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_credential_one_owner")),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["fortnox_company.id"],
            name=op.f("fk_credential_company_id_fortnox_company"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_account_id"],
            ["source_account.id"],
            name=op.f("fk_credential_source_account_id_source_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("company_id", "kind", name=op.f("uq_credential_company_id_kind")),
        sa.UniqueConstraint("source_account_id", "kind", name=op.f("uq_credential_source_account_id_kind")),
    )
    op.create_table(
        "source_hook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("password", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("vendor_ids", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["source_account_id"],
            ["source_account.id"],
            name=op.f("fk_source_hook_source_account_id_source_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_hook")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_source_hook_token_hash")),
    )
    op.create_index(op.f("ix_source_hook_source_account_id"), "source_hook", ["source_account_id"], unique=False)
    op.create_table(
        "settings_revision",
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("major", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connection.id"],
            name=op.f("fk_settings_revision_connection_id_connection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", "revision", name=op.f("pk_settings_revision")),
    )


def downgrade() -> None:
    op.drop_table("settings_revision")
    op.drop_table("source_hook")
    op.drop_table("credential")
    op.drop_table("connection")
    op.drop_table("fortnox_company")
    op.drop_table("source_account")
