"""An allotment keeps its stock in batches, and a coupon says which of them it was taken from."""

from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

UPGRADE = (
    # What was granted before becomes batch 1 of its offer. A default that is the same for all rows
    # writes none of them again. It stays: a process of the release before does not know the column.
    "ALTER TABLE catalog.allotment ADD COLUMN allotment_no integer NOT NULL DEFAULT 1",
    "ALTER TABLE catalog.allotment ADD COLUMN returned bigint NOT NULL DEFAULT 0",
    "ALTER TABLE catalog.allotment ADD COLUMN unit_cost_minor bigint",
    "ALTER TABLE catalog.allotment ADD COLUMN currency text",
    "ALTER TABLE catalog.allotment ADD COLUMN procurement_id bigint",
    # There is a row for each offer of a book, so the new key and the checks take moments. A process
    # of the release before grants nothing until it is replaced, rather than add to a batch.
    """
    -- squawk-ignore disallowed-unique-constraint,constraint-missing-not-valid
    ALTER TABLE catalog.allotment
        DROP CONSTRAINT allotment_pkey,
        ADD PRIMARY KEY (book_id, offer_id, allotment_no),
        DROP CONSTRAINT allotment_check,
        ADD CHECK (remaining >= 0 AND returned >= 0 AND remaining + returned <= granted),
        ADD CHECK (allotment_no > 0),
        ADD CHECK (unit_cost_minor >= 0),
        ADD CHECK ((unit_cost_minor IS NULL) = (currency IS NULL))
    """,
    # A batch never changes its price, its cost, its window or its size.
    "REVOKE UPDATE ON catalog.allotment FROM comity_service",
    "GRANT UPDATE (remaining, returned) ON catalog.allotment TO comity_service",
    "ALTER TABLE exchange.coupon ADD COLUMN allotment_no integer NOT NULL DEFAULT 1",
)

DOWNGRADE = (
    "ALTER TABLE exchange.coupon DROP COLUMN allotment_no",
    """
    UPDATE catalog.allotment AS first SET granted = whole.granted, remaining = whole.remaining
    FROM (
        SELECT book_id, offer_id, min(allotment_no) AS allotment_no,
            sum(granted - returned) AS granted, sum(remaining) AS remaining
        FROM catalog.allotment GROUP BY book_id, offer_id
    ) AS whole
    WHERE first.book_id = whole.book_id AND first.offer_id = whole.offer_id
        AND first.allotment_no = whole.allotment_no
    """,
    """
    DELETE FROM catalog.allotment a USING catalog.allotment b
    WHERE a.book_id = b.book_id AND a.offer_id = b.offer_id AND a.allotment_no > b.allotment_no
    """,
    "ALTER TABLE catalog.allotment DROP CONSTRAINT allotment_pkey",
    """
    ALTER TABLE catalog.allotment DROP COLUMN allotment_no, DROP COLUMN returned,
        DROP COLUMN unit_cost_minor, DROP COLUMN currency, DROP COLUMN procurement_id
    """,
    "ALTER TABLE catalog.allotment ADD PRIMARY KEY (book_id, offer_id)",
    """
    ALTER TABLE catalog.allotment
        ADD CONSTRAINT allotment_check CHECK (remaining >= 0 AND remaining <= granted)
    """,
    """
    GRANT UPDATE (granted, remaining, points, window_from, window_until)
        ON catalog.allotment TO comity_service
    """,
)


def upgrade() -> None:
    """Number the batches. Every allotment and every coupon so far is of batch 1."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Put the batches of an offer together again, at the price and in the window of the first."""
    for statement in DOWNGRADE:
        op.execute(statement)
