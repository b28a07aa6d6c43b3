"""An allotment keeps its stock in batches, and a coupon says which of them it was taken from.

Procurements have a cost and an end. Counted are what all brands were granted of an offer, and how
many of it members took on each day.

Stop the processes of the release before: they know no batches, and would take from all at once. So
they can make no coupons any more.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

UPGRADE = (
    # What was granted before becomes batch 1 of its offer. A default that is the same for all rows
    # writes none of them again.
    "ALTER TABLE catalog.allotment ADD COLUMN allotment_no integer NOT NULL DEFAULT 1",
    """
    -- squawk-ignore ban-drop-default
    ALTER TABLE catalog.allotment ALTER COLUMN allotment_no DROP DEFAULT
    """,
    "ALTER TABLE catalog.allotment ADD COLUMN returned bigint NOT NULL DEFAULT 0",
    "ALTER TABLE catalog.allotment ADD COLUMN unit_cost_minor bigint",
    "ALTER TABLE catalog.allotment ADD COLUMN currency text",
    "ALTER TABLE catalog.allotment ADD COLUMN procurement_id bigint",
    "ALTER TABLE catalog.allotment ADD COLUMN closed_at timestamptz",
    # There is a row for each offer of a book, so the new key and the checks take moments.
    """
    ALTER TABLE catalog.allotment
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT allotment_pkey,
        -- squawk-ignore adding-serial-primary-key-field, constraint-missing-not-valid
        ADD PRIMARY KEY (book_id, offer_id, allotment_no),
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT allotment_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CHECK (remaining >= 0 AND returned >= 0 AND remaining + returned <= granted),
        -- squawk-ignore constraint-missing-not-valid
        ADD CHECK (allotment_no > 0),
        -- squawk-ignore constraint-missing-not-valid
        ADD CHECK (unit_cost_minor >= 0),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT allotment_cost_check
            CHECK ((unit_cost_minor IS NULL) = (currency IS NULL))
    """,
    # A batch never changes its price, its cost, its window or its size.
    "REVOKE UPDATE ON catalog.allotment FROM comity_service",
    "GRANT UPDATE (remaining, returned, closed_at) ON catalog.allotment TO comity_service",
    "ALTER TABLE exchange.coupon ADD COLUMN allotment_no integer NOT NULL DEFAULT 1",
    """
    -- squawk-ignore ban-drop-default
    ALTER TABLE exchange.coupon ALTER COLUMN allotment_no DROP DEFAULT
    """,
    # None: a coupon can be used at once, as all could before.
    "ALTER TABLE exchange.coupon ADD COLUMN usable_from date",
    """
    CREATE TABLE exchange.limit_count (
        book_id integer NOT NULL,
        offer_id bigint NOT NULL,
        day date NOT NULL,
        taken bigint NOT NULL,
        CONSTRAINT limit_count_pkey PRIMARY KEY (book_id, offer_id, day),
        CONSTRAINT limit_count_taken_check CHECK (taken >= 0)
    ) WITH (fillfactor = 50)
    """,
    # All coupons are read once.
    """
    INSERT INTO exchange.limit_count (book_id, offer_id, day, taken)
    SELECT c.book_id, c.offer_id, CAST(c.redeemed_at AT TIME ZONE b.time_zone AS date), count(*)
    FROM exchange.coupon c JOIN ledger.book b USING (book_id)
    WHERE c.state <> 'RETURNED' GROUP BY 1, 2, 3
    """,
    """
    CREATE TABLE exchange.stock_level (
        book_id integer NOT NULL,
        offer_id bigint NOT NULL,
        is_low boolean NOT NULL,
        CONSTRAINT stock_level_pkey PRIMARY KEY (book_id, offer_id)
    )
    """,
    "GRANT SELECT, INSERT ON exchange.stock_level TO comity_service",
    "GRANT UPDATE (is_low) ON exchange.stock_level TO comity_service",
    "GRANT SELECT, INSERT ON exchange.limit_count TO comity_service",
    "GRANT UPDATE (taken) ON exchange.limit_count TO comity_service",
    # What all brands were granted of an offer and have not returned.
    "ALTER TABLE catalog.offer ADD COLUMN granted bigint NOT NULL DEFAULT 0",
    """
    UPDATE catalog.offer o SET granted = held.granted
    FROM (
        SELECT offer_id, sum(granted) AS granted FROM catalog.allotment GROUP BY offer_id
    ) AS held
    WHERE held.offer_id = o.offer_id
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE catalog.offer ADD CHECK (granted >= 0)
    """,
    "GRANT UPDATE (granted) ON catalog.offer TO comity_service",
    # Costs in money, for new requests and terms. The tables are small.
    """
    ALTER TABLE catalog.supply_terms
        ADD COLUMN unit_cost_minor bigint CHECK (unit_cost_minor >= 0),
        ADD COLUMN currency text,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT supply_terms_cost_check
            CHECK ((unit_cost_minor IS NULL) = (currency IS NULL))
    """,
    # What a brand has returned counts no more, and it may have returned all of it.
    """
    ALTER TABLE catalog.supply_taken
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT supply_taken_granted_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT supply_taken_granted_check CHECK (granted >= 0)
    """,
    """
    ALTER TABLE catalog.procurement
        ADD COLUMN unit_cost_minor bigint CHECK (unit_cost_minor >= 0),
        ADD COLUMN currency text,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT procurement_cost_check
            CHECK ((unit_cost_minor IS NULL) = (currency IS NULL)),
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT procurement_state_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT procurement_state_check
            CHECK (state IN ('waiting', 'granted', 'refused', 'cancelled', 'closed')),
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT procurement_check2,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT procurement_check2
            CHECK (terms_id IS NULL OR state IN ('granted', 'closed'))
    """,
)

DOWNGRADE = (
    "DROP TABLE exchange.stock_level",
    "DROP TABLE exchange.limit_count",
    "UPDATE catalog.procurement SET state = 'granted' WHERE state = 'closed'",
    "UPDATE catalog.procurement SET state = 'refused' WHERE state = 'cancelled'",
    """
    ALTER TABLE catalog.procurement
        DROP CONSTRAINT procurement_state_check,
        ADD CONSTRAINT procurement_state_check
            CHECK (state IN ('waiting', 'granted', 'refused')),
        DROP CONSTRAINT procurement_check2,
        ADD CONSTRAINT procurement_check2 CHECK (terms_id IS NULL OR state = 'granted'),
        DROP COLUMN unit_cost_minor, DROP COLUMN currency
    """,
    "DELETE FROM catalog.supply_taken WHERE granted = 0",
    """
    ALTER TABLE catalog.supply_taken
        DROP CONSTRAINT supply_taken_granted_check,
        ADD CONSTRAINT supply_taken_granted_check CHECK (granted > 0)
    """,
    "ALTER TABLE catalog.supply_terms DROP COLUMN unit_cost_minor, DROP COLUMN currency",
    "ALTER TABLE catalog.offer DROP COLUMN granted",
    "ALTER TABLE exchange.coupon DROP COLUMN allotment_no, DROP COLUMN usable_from",
    """
    UPDATE catalog.allotment AS first
    SET granted = whole.granted, remaining = whole.remaining, returned = 0
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
    # All of it went back to the supplier.
    "DELETE FROM catalog.allotment WHERE granted = 0",
    "ALTER TABLE catalog.allotment DROP CONSTRAINT allotment_pkey",
    """
    ALTER TABLE catalog.allotment DROP COLUMN allotment_no, DROP COLUMN returned,
        DROP COLUMN unit_cost_minor, DROP COLUMN currency, DROP COLUMN procurement_id,
        DROP COLUMN closed_at
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
