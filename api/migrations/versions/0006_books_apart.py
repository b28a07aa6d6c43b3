"""What book-by-book work needs: indexes, a row trigger on bills, and when autovacuum comes.

Every identity of a table that is spread by book is bigint already, so none changes here.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# A cluster of servers knows no transition tables. The month of each line is looked up by itself,
# which costs some 3 µs a line.
ROW_TRIGGER = (
    "DROP TRIGGER line_period_open ON settlement.line",
    """
    CREATE OR REPLACE FUNCTION settlement.require_open_period() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM settlement.period WHERE month = NEW.month AND state = 'open'
        ) THEN
            RAISE EXCEPTION 'a line is stamped with a month that is not open'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    # AFTER: a line that is there already is not inserted again, and its month may be closed.
    """
    CREATE TRIGGER line_period_open AFTER INSERT ON settlement.line
        FOR EACH ROW EXECUTE FUNCTION settlement.require_open_period()
    """,
)

STATEMENT_TRIGGER = (
    "DROP TRIGGER line_period_open ON settlement.line",
    """
    CREATE OR REPLACE FUNCTION settlement.require_open_period() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT month FROM inserted) AS stamped
            LEFT JOIN settlement.period USING (month) WHERE period.state IS DISTINCT FROM 'open'
        ) THEN
            RAISE EXCEPTION 'a line is stamped with a month that is not open'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER line_period_open AFTER INSERT ON settlement.line
        REFERENCING NEW TABLE AS inserted
        FOR EACH STATEMENT EXECUTE FUNCTION settlement.require_open_period()
    """,
)

QUEUE = {
    # The outbox gains and loses a row with every event, and is nearly empty. A share of its rows
    # says nothing about how much is dead, so a number does: what a busy minute leaves behind.
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_threshold": "5000",
    # Statistics taken while it was empty would have the planner read it from end to end.
    "autovacuum_analyze_scale_factor": "0",
    "autovacuum_analyze_threshold": "5000",
}
INSERT_ONLY = {
    # By default the pages of a large table wait until a fifth of it is new. Only then do they
    # count as all-visible, and a thousand million records would wait for two hundred million.
    "autovacuum_vacuum_insert_scale_factor": "0.02",
    # The planner must know of new months and books.
    "autovacuum_analyze_scale_factor": "0.02",
    # The rows never change: the first vacuum freezes them, and no later one has to write their
    # pages again.
    "autovacuum_freeze_min_age": "0",
}
STORAGE = {
    "ledger.outbox": QUEUE,
    "ledger.journal": INSERT_ONLY,
    "exchange.receipt_step": INSERT_ONLY,
    "exchange.use_request": INSERT_ONLY,
    "settlement.line": INSERT_ONLY,
}

# Work is claimed book by book, from the head of that book's queue. The indexes over all books stay:
# from them the books are found that have anything due.
INDEXES = {
    "ledger.outbox_book_due_index": ("ledger.outbox (book_id, topic, available_at, outbox_id)"),
    "exchange.fulfilment_order_book_due_index": (
        "exchange.fulfilment_order (book_id, query_at, coupon_id) WHERE query_at IS NOT NULL"
    ),
}

# Not concurrently: partitioned tables refuse that, and a failure would leave half a migration
# behind. Writing to the two tables waits meanwhile. The outbox is nearly empty, the orders are read
# once.
_ONE_TRANSACTION = "-- squawk-ignore require-concurrent-index-creation\n"


def upgrade() -> None:
    """Change the trigger and the storage parameters, and build the indexes."""
    for statement in ROW_TRIGGER:
        op.execute(statement)
    for table, parameters in STORAGE.items():
        values = ", ".join(f"{name} = {value}" for name, value in parameters.items())
        op.execute(f"ALTER TABLE {table} SET ({values})")
    for index, definition in INDEXES.items():
        op.execute(f"{_ONE_TRANSACTION}CREATE INDEX {index.partition('.')[2]} ON {definition}")


def downgrade() -> None:
    """Drop the indexes; give the trigger and the storage parameters back."""
    for index in INDEXES:
        op.execute(f"DROP INDEX {index}")
    for table, parameters in STORAGE.items():
        op.execute(f"ALTER TABLE {table} RESET ({', '.join(parameters)})")
    for statement in STATEMENT_TRIGGER:
        op.execute(statement)
