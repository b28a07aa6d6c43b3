"""Card codes are given out: from the pool into a book, and from there to a coupon."""

from alembic import op

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    ALTER TABLE catalog.party_key ADD COLUMN generation integer NOT NULL DEFAULT 1
    """,
    # Each party has one key until now, so this is as unique as what it replaces.
    """
    ALTER TABLE catalog.party_key
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT party_key_party_id_key,
        -- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid
        ADD CONSTRAINT party_key_generation_key UNIQUE (party_id, generation)
    """,
    """
    ALTER TABLE catalog.card_code
        ADD COLUMN moved_to_book integer,
        ADD COLUMN is_recalled boolean NOT NULL DEFAULT false,
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT card_code_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT card_code_sealed_check CHECK (
            (sealed IS NULL) = (withdrawn_at IS NOT NULL OR moved_to_book IS NOT NULL)
        ),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT card_code_withdrawn_check CHECK (
            withdrawn_at IS NULL OR moved_to_book IS NULL
        )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX card_code_free ON catalog.card_code (offer_id, expires_on, code_id)
        WHERE moved_to_book IS NULL AND withdrawn_at IS NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX card_code_recalled ON catalog.card_code (moved_to_book, offer_id) WHERE is_recalled
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX card_code_in_book ON catalog.card_code (moved_to_book, offer_id)
        WHERE moved_to_book IS NOT NULL
    """,
    """
    CREATE TABLE catalog.code_level (
        offer_id bigint PRIMARY KEY REFERENCES catalog.offer (offer_id),
        is_low boolean NOT NULL
    )
    """,
    """
    CREATE TABLE exchange.card_code (
        book_id integer NOT NULL,
        code_no bigint GENERATED ALWAYS AS IDENTITY,
        offer_id bigint NOT NULL,
        digest bytea NOT NULL CHECK (octet_length(digest) = 32),
        party_key_id integer NOT NULL,
        sealed bytea NOT NULL,
        tail text NOT NULL CHECK (length(tail) <= 4),
        expires_on date,
        batch text,
        moved_at timestamptz NOT NULL DEFAULT now(),
        is_recalled boolean NOT NULL DEFAULT false,
        coupon_id bigint,
        given_at timestamptz,
        counts_as_used text COLLATE "C",
        reveal_until date,
        revealed_at timestamptz,
        CONSTRAINT card_code_pkey PRIMARY KEY (book_id, code_no),
        CONSTRAINT card_code_coupon_fkey FOREIGN KEY (book_id, coupon_id)
            REFERENCES exchange.coupon (book_id, coupon_id),
        CONSTRAINT card_code_digest_key UNIQUE (book_id, offer_id, digest),
        CONSTRAINT card_code_coupon_key UNIQUE (book_id, coupon_id),
        CONSTRAINT card_code_recalled_check CHECK (coupon_id IS NOT NULL OR NOT is_recalled),
        CONSTRAINT card_code_given_check CHECK ((coupon_id IS NULL) = (given_at IS NULL)),
        CONSTRAINT card_code_coupon_check CHECK (
            coupon_id IS NOT NULL OR (
                revealed_at IS NULL AND reveal_until IS NULL AND counts_as_used IS NULL
            )
        )
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX card_code_free_index
        ON exchange.card_code (book_id, offer_id, expires_on, code_no)
        WHERE coupon_id IS NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX card_code_window_index ON exchange.card_code (book_id, reveal_until, code_no)
        WHERE reveal_until IS NOT NULL
    """,
    """
    GRANT UPDATE (party_key_id, moved_to_book, is_recalled) ON catalog.card_code TO comity_service
    """,
    "GRANT SELECT, INSERT, UPDATE (is_low) ON catalog.code_level TO comity_service",
    # What a book does not need any more goes back into the pool.
    "GRANT SELECT, INSERT, DELETE ON exchange.card_code TO comity_service",
    """
    GRANT UPDATE (
        party_key_id, sealed, is_recalled, coupon_id, given_at, counts_as_used, reveal_until,
        revealed_at
    ) ON exchange.card_code TO comity_service
    """,
)

DOWNGRADE = (
    # What is in a book goes back into the pool, or the coupon that has it keeps it for itself.
    """
    UPDATE catalog.card_code AS p SET moved_to_book = NULL, sealed = b.sealed,
        party_key_id = b.party_key_id
    FROM exchange.card_code AS b
    WHERE b.book_id = p.moved_to_book AND b.offer_id = p.offer_id AND b.digest = p.digest
        AND b.coupon_id IS NULL
    """,
    """
    UPDATE catalog.card_code SET moved_to_book = NULL, withdrawn_at = now()
    WHERE moved_to_book IS NOT NULL
    """,
    "DROP TABLE exchange.card_code",
    "DROP TABLE catalog.code_level",
    "DROP INDEX catalog.card_code_free",
    "DROP INDEX catalog.card_code_recalled",
    "DROP INDEX catalog.card_code_in_book",
    """
    ALTER TABLE catalog.card_code
        DROP CONSTRAINT card_code_withdrawn_check,
        DROP CONSTRAINT card_code_sealed_check,
        DROP COLUMN moved_to_book,
        DROP COLUMN is_recalled,
        ADD CONSTRAINT card_code_check CHECK ((withdrawn_at IS NULL) = (sealed IS NOT NULL))
    """,
    # It fails where a party has a second key: an earlier release knows one of each.
    """
    ALTER TABLE catalog.party_key
        DROP CONSTRAINT party_key_generation_key,
        DROP COLUMN generation,
        ADD CONSTRAINT party_key_party_id_key UNIQUE (party_id)
    """,
)


def upgrade() -> None:
    """Make the codes of books, and let a party have keys that follow each other."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Put free codes back into the pool. Codes that coupons have can be shown no more."""
    for statement in DOWNGRADE:
        op.execute(statement)
