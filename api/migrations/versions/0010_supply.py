"""Offers get ids that cannot be guessed, and suppliers say what brands may have of them."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UPGRADE = (
    # The service draws the ids of new offers. Those of older ones stay: others have stored them.
    # A process of the release before publishes nothing until it is replaced, rather than publish
    # under a number that can be guessed.
    """
    -- squawk-ignore ban-alter-identity
    ALTER TABLE catalog.offer ALTER COLUMN offer_id DROP IDENTITY
    """,
    # Indexes and tables are new, so nobody waits for them.
    """
    CREATE TABLE catalog.supply_terms (
        terms_id bigint PRIMARY KEY,
        supplier_id integer NOT NULL REFERENCES catalog.party (party_id),
        offer_id bigint REFERENCES catalog.offer (offer_id),
        brands text[],
        quantity_max bigint NOT NULL,
        quantity_per_brand_max bigint,
        granted bigint NOT NULL DEFAULT 0,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz,
        withdrawn_at timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CHECK (granted BETWEEN 0 AND quantity_max),
        CHECK (quantity_per_brand_max > 0),
        CHECK (cardinality(brands) > 0),
        CHECK (valid_until > valid_from)
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX supply_terms_by_supplier ON catalog.supply_terms (supplier_id, terms_id)
    """,
    """
    CREATE TABLE catalog.supply_taken (
        terms_id bigint NOT NULL REFERENCES catalog.supply_terms (terms_id),
        buyer_id integer NOT NULL REFERENCES catalog.party (party_id),
        granted bigint NOT NULL,
        PRIMARY KEY (terms_id, buyer_id),
        CHECK (granted > 0)
    )
    """,
    """
    CREATE TABLE catalog.procurement (
        book_id integer NOT NULL,
        procurement_id bigint NOT NULL,
        buyer_id integer NOT NULL,
        supplier_id integer NOT NULL,
        offer_id bigint NOT NULL,
        quantity bigint NOT NULL,
        points bigint,
        window_from timestamptz NOT NULL,
        window_until timestamptz,
        state text NOT NULL,
        terms_id bigint,
        reason text,
        requested_at timestamptz NOT NULL DEFAULT now(),
        decided_at timestamptz,
        PRIMARY KEY (book_id, procurement_id),
        CHECK (quantity > 0),
        CHECK (points >= 0),
        CHECK (window_until > window_from),
        CHECK (state IN ('waiting', 'granted', 'refused')),
        CHECK ((state = 'waiting') = (decided_at IS NULL)),
        CHECK (terms_id IS NULL OR state = 'granted'),
        CHECK (reason IS NULL OR state = 'refused')
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX procurement_by_supplier
        ON catalog.procurement (supplier_id, state, procurement_id)
    """,
    # Terms count what is granted under them until they are withdrawn. A request is decided once.
    "GRANT SELECT, INSERT ON catalog.supply_terms TO comity_service",
    "GRANT UPDATE (granted, withdrawn_at) ON catalog.supply_terms TO comity_service",
    "GRANT SELECT, INSERT ON catalog.supply_taken TO comity_service",
    "GRANT UPDATE (granted) ON catalog.supply_taken TO comity_service",
    "GRANT SELECT, INSERT ON catalog.procurement TO comity_service",
    "GRANT UPDATE (state, reason, decided_at) ON catalog.procurement TO comity_service",
)

DOWNGRADE = (
    "DROP TABLE catalog.procurement",
    "DROP TABLE catalog.supply_taken",
    "DROP TABLE catalog.supply_terms",
    "ALTER TABLE catalog.offer ALTER COLUMN offer_id ADD GENERATED ALWAYS AS IDENTITY",
    """
    SELECT setval(
        pg_get_serial_sequence('catalog.offer', 'offer_id'),
        greatest((SELECT max(offer_id) FROM catalog.offer), 1)
    )
    """,
)


def upgrade() -> None:
    """Make the tables. Allotments that were granted before stay as they are."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables, and number new offers again. What was granted stays granted."""
    for statement in DOWNGRADE:
        op.execute(statement)
