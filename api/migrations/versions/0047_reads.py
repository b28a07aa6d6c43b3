"""What people look at and change: coupons and holds listed, names, rules of programmes.

No index has a column that changes, but where it is partial and holds few of the rows, or each of
them once.
"""

from alembic import op

revision = "0047"
down_revision = "0048"
branch_labels = None
depends_on = None

IGNORED = "-- squawk-ignore require-concurrent-index-creation"
INDEXES = {
    "exchange.coupon_offer_index": "exchange.coupon (book_id, offer_id, redeemed_at)",
    "exchange.coupon_supplier_index": "exchange.coupon (supplier_id, redeemed_at)",
    "exchange.coupon_tail_index": "exchange.coupon (book_id, right(code, 4))",
    "exchange.coupon_uncommon_index": (
        "exchange.coupon (book_id, redeemed_at) WHERE state NOT IN ('ACTIVE', 'USED')"
    ),
    "exchange.coupon_used_index": (
        "exchange.coupon (supplier_id, used_at) WHERE used_at IS NOT NULL"
    ),
    "exchange.coupon_book_used_index": (
        "exchange.coupon (book_id, used_at) WHERE used_at IS NOT NULL"
    ),
    "ledger.hold_open_index": "ledger.hold (book_id, account_id, lane, seq) WHERE state = 0",
}


CHANGES = (
    # People give parties other names.
    "GRANT UPDATE (name) ON catalog.party TO comity_service",
    # What held of a programme until it was changed.
    """
    CREATE TABLE ledger.replaced_rules (
        book_id integer NOT NULL
            CONSTRAINT replaced_rules_book_fkey REFERENCES ledger.book (book_id),
        version integer NOT NULL CONSTRAINT replaced_rules_version_check CHECK (version > 0),
        name text NOT NULL,
        rules json NOT NULL,
        replaced_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        CONSTRAINT replaced_rules_pkey PRIMARY KEY (book_id, version)
    )
    """,
    """
    CREATE TRIGGER replaced_rules_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
        ON ledger.replaced_rules FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
    """,
    "GRANT SELECT, INSERT ON ledger.replaced_rules TO comity_service",
    "GRANT UPDATE (name, rules) ON ledger.book TO comity_service",
)
CHANGES_BACK = (
    "REVOKE UPDATE (name, rules) ON ledger.book FROM comity_service",
    "DROP TABLE ledger.replaced_rules",
    "REVOKE UPDATE (name) ON catalog.party FROM comity_service",
)


def upgrade() -> None:
    """Make them. The service is stopped while it is upgraded, so they keep nobody from writing."""
    for name, definition in INDEXES.items():
        index = name.partition(".")[2]
        op.execute(f"{IGNORED}\nCREATE INDEX {index} ON {definition}")
    for statement in CHANGES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in CHANGES_BACK:
        op.execute(statement)
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
