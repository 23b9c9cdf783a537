"""A second fence on PostgreSQL: rows are seen by the setting `fortnox_bridge.scope`, `system` or a connection's id.

The service's own connections begin as `system`; a unit of work narrows its transaction. Whoever comes without the
setting, a stray client or a forgotten script, sees nothing and writes nothing.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCOPE = "current_setting('fortnox_bridge.scope', true)"
SYSTEM = f"{SCOPE} = 'system'"
OF_COMPANY = "EXISTS (SELECT 1 FROM connection c WHERE c.company_id = {name}.company_id)"
COMPANYS = (
    "register_cache",
    "customer_copy",
    "customer_copy_key",
    "customer_copy_state",
    "card_customer",
    "card_document",
)
CONNECTIONS = (
    "api_key",
    "audit_log",
    "backfill",
    "document",
    "event",
    "link",
    "note",
    "replay_link",
    "run",
    "run_step",
    "settings_revision",
    "watermark",
)
# The conditions of `visible` in storage/scoped.py; subqueries are narrowed by the fences of their own tables.
OWN = {
    "connection": f"id::text = {SCOPE}",
    "source_account": "EXISTS (SELECT 1 FROM connection c WHERE c.source_account_id = source_account.id)",
    "fortnox_company": "EXISTS (SELECT 1 FROM connection c WHERE c.company_id = fortnox_company.id)",
    "backfill_item": "EXISTS (SELECT 1 FROM backfill b WHERE b.id = backfill_item.backfill_id)",
    "document_attachment": "EXISTS (SELECT 1 FROM document d WHERE d.id = document_attachment.document_id)",
    **{name: OF_COMPANY.format(name=name) for name in COMPANYS},
    **dict.fromkeys(CONNECTIONS, f"connection_id::text = {SCOPE}"),
}
NOBODY = ("action_call", "card_press", "card_record", "credential", "oauth_state", "source_hook", "turn")


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, own in (*OWN.items(), *((each, None) for each in NOBODY)):
        condition = SYSTEM if own is None else f"CASE WHEN {SYSTEM} THEN true ELSE {own} END"
        op.execute(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{name}" USING ({condition})')


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in (*OWN, *NOBODY):
        op.execute(f'DROP POLICY scope ON "{name}"')
        op.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{name}" DISABLE ROW LEVEL SECURITY')
