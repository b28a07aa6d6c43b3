"""Which programmes ask for events of points, and how far each has been told of its journal.

And how much of an offer's stock was left when its brand was told of it last.
"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    f"""
    CREATE TABLE api.points_feed (
        book_id integer,
        party_id integer NOT NULL,
        types text[] NOT NULL
            CONSTRAINT points_feed_types_check CHECK (cardinality(types) > 0),
        heads integer[] NOT NULL,
        digest_on date,
        since timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT points_feed_pkey PRIMARY KEY (book_id)
    )
    """,
    "GRANT SELECT, INSERT, DELETE ON api.points_feed TO comity_service",
    "GRANT UPDATE (types, heads, digest_on) ON api.points_feed TO comity_service",
    "ALTER TABLE exchange.stock_level ADD COLUMN level smallint NOT NULL DEFAULT 0",
    """
    ALTER TABLE exchange.stock_level ADD CONSTRAINT stock_level_level_check
        CHECK (level BETWEEN 0 AND 2) NOT VALID
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE exchange.stock_level VALIDATE CONSTRAINT stock_level_level_check
    """,
    "GRANT UPDATE (level) ON exchange.stock_level TO comity_service",
)

DOWNGRADE = (
    "ALTER TABLE exchange.stock_level DROP COLUMN level",
    "DROP TABLE api.points_feed",
)


def upgrade() -> None:
    """Make the table, and add the column. Nobody asks for such events yet."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop both. What programmes asked for is forgotten."""
    for statement in DOWNGRADE:
        op.execute(statement)
