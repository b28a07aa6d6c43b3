"""The service may change only columns that move, and delete only rows that are meant to go.

What a key was answered and a revoked API key stay as they are for everybody.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Every table that the service could change until now, with the columns that it still may change.
MOVING = {
    "ledger.book": "",
    "ledger.lane": (
        "seq, accounts, issuance, redemption, breakage, held, transit, clearing, adjustment, debt"
    ),
    "ledger.account": (
        "balance, held, debt, last_seq, next_expiry, slides_until, merged_into, lots, usage"
    ),
    "ledger.hold": "state",
    "ledger.outbox": "available_at, attempts, last_error",
    "ledger.request": "refused, answer",
    "catalog.category": "",
    "catalog.party": "",
    "catalog.api_key": "label, permissions, revoked_at",
    "catalog.endpoint": "url, encrypted_secret, changed_at",
    "catalog.isolation_rule": "",
    "catalog.offer": "latest_version",
    "catalog.offer_version": "",
    "catalog.offer_period": "valid_period",
    "catalog.allotment": "granted, remaining, points, window_from, window_until",
    "exchange.coupon": "state, uses, used_at, used_store, used_reference",
    "exchange.fulfilment_order": (
        "state, submissions, submitted_at, query_at, queries, finished_at, reason,"
        " supplier_reference"
    ),
    "exchange.receipt_step": "",
    "exchange.use_request": "",
    "settlement.contract": "validity",
    "settlement.period": "state, closed_at",
    "settlement.line": "",
    "settlement.rejected_message": "",
    "settlement.numbering": "last_sequence",
    "settlement.statement": (
        "state, year, sequence, number, issued_at, content_sha256, home_agreed_at,"
        " supplier_agreed_at, dispute_reason"
    ),
    "settlement.reconciliation": "",
}

# Messages that were delivered or handed over again, and rules that were taken back.
GOING = ("ledger.outbox", "catalog.isolation_rule", "settlement.rejected_message")

GUARDS = (
    """
    CREATE FUNCTION ledger.refuse_second_answer() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a key is answered once' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER request_answered_once BEFORE UPDATE ON ledger.request
        FOR EACH ROW WHEN (OLD.answer IS NOT NULL)
        EXECUTE FUNCTION ledger.refuse_second_answer()
    """,
    """
    CREATE FUNCTION catalog.refuse_change_of_revoked_key() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a revoked key never changes' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER api_key_revoked_for_good BEFORE UPDATE ON catalog.api_key
        FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL AND NEW IS DISTINCT FROM OLD)
        EXECUTE FUNCTION catalog.refuse_change_of_revoked_key()
    """,
)


def upgrade() -> None:
    """Take the privileges on whole tables, and grant those on columns."""
    for table, columns in MOVING.items():
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM comity_service")
        if columns:
            op.execute(f"GRANT UPDATE ({columns}) ON {table} TO comity_service")
    for table in GOING:
        op.execute(f"GRANT DELETE ON {table} TO comity_service")
    for statement in GUARDS:
        op.execute(statement)


def downgrade() -> None:
    """Drop the guards, and grant changes of whole tables again."""
    op.execute("DROP TRIGGER api_key_revoked_for_good ON catalog.api_key")
    op.execute("DROP FUNCTION catalog.refuse_change_of_revoked_key()")
    op.execute("DROP TRIGGER request_answered_once ON ledger.request")
    op.execute("DROP FUNCTION ledger.refuse_second_answer()")
    for table in MOVING:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM comity_service")
        op.execute(f"GRANT UPDATE, DELETE ON {table} TO comity_service")
