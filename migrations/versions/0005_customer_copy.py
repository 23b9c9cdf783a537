"""The local copy of the customer register."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "customer_copy",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=True),
        sa.Column("listed_at", INSTANT, nullable=False),
        sa.Column("detailed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["fortnox_company.id"],
            name=op.f("fk_customer_copy_company_id_fortnox_company"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "number", name=op.f("pk_customer_copy")),
    )
    op.create_index("ix_customer_copy_detail", "customer_copy", ["company_id", "detailed_at"], unique=False)
    op.create_table(
        "customer_copy_key",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["fortnox_company.id"],
            name=op.f("fk_customer_copy_key_company_id_fortnox_company"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "key", "value", "number", name=op.f("pk_customer_copy_key")),
    )
    op.create_index("ix_customer_copy_key_number", "customer_copy_key", ["company_id", "number"], unique=False)
    op.create_table(
        "customer_copy_state",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("wanted_at", INSTANT, nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("next_page", sa.Integer(), nullable=True),
        sa.Column("list_began_at", INSTANT, nullable=True),
        sa.Column("listed_at", INSTANT, nullable=True),
        sa.Column("changes_from", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["fortnox_company.id"],
            name=op.f("fk_customer_copy_state_company_id_fortnox_company"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_customer_copy_state")),
    )


def downgrade() -> None:
    op.drop_table("customer_copy_state")
    op.drop_table("customer_copy_key")
    op.drop_table("customer_copy")
