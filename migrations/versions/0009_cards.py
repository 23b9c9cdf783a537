"""What cards show: customers' documents as Fortnox last showed them, records that were read, buttons pressed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
EXACT = sa.Numeric(18, 6).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "card_customer",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=True),
        sa.Column("listed_at", INSTANT, nullable=True),
        sa.Column("failed_at", INSTANT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        _owner("card_customer", "company_id", "fortnox_company"),
        sa.PrimaryKeyConstraint("company_id", "number", name=op.f("pk_card_customer")),
    )
    op.create_table(
        "card_document",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("customer_number", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total", EXACT, nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("balance", EXACT, nullable=True),
        sa.Column("currency_rate", EXACT, nullable=True),
        sa.Column("is_booked", sa.Boolean(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("is_invoiced", sa.Boolean(), nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=True),
        sa.Column("net", EXACT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        _owner("card_document", "company_id", "fortnox_company"),
        sa.PrimaryKeyConstraint("company_id", "kind", "number", name=op.f("pk_card_document")),
    )
    op.create_index("ix_card_document_customer", "card_document", ["company_id", "customer_number"])
    op.create_table(
        "card_record",
        sa.Column("source_account_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("stated_number", sa.Text(), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        _owner("card_record", "source_account_id", "source_account"),
        sa.PrimaryKeyConstraint("source_account_id", "object_kind", "external_id", name=op.f("pk_card_record")),
    )
    op.create_table(
        "card_press",
        sa.Column("source_account_id", sa.Uuid(), nullable=False),
        sa.Column("click_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("pressed_at", INSTANT, nullable=False),
        _owner("card_press", "source_account_id", "source_account"),
        _owner("card_press", "run_id", "run"),
        sa.PrimaryKeyConstraint("source_account_id", "click_id", name=op.f("pk_card_press")),
    )


def downgrade() -> None:
    for table in ("card_press", "card_record", "card_document", "card_customer"):
        op.drop_table(table)


def _owner(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")
