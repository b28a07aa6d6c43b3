"""What a brand says of its members, and accounts for direct recharges that are encrypted."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

MEMBERS = (
    f"""
    CREATE TABLE catalog.tag (
        book_id integer NOT NULL,
        code text COLLATE "C" NOT NULL,
        label text NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, code),
        CHECK (split_part(code, ':', 1) IN ('behaviour', 'brand', 'product', 'platform'))
    )
    """,
    f"""
    CREATE TABLE catalog.tier (
        book_id integer NOT NULL,
        code text COLLATE "C" NOT NULL,
        label text NOT NULL,
        rank integer NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, code)
    )
    """,
    # No foreign key to the ledger's account: a member may be described before its first points.
    f"""
    CREATE TABLE catalog.member (
        book_id integer NOT NULL,
        member text COLLATE "C" NOT NULL,
        birthday text,
        rights_by_third_party boolean,
        contact boolean,
        first_seen timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, member),
        CHECK (birthday ~ '^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')
    )
    """,
    f"""
    CREATE TABLE catalog.member_identifier (
        book_id integer NOT NULL,
        kind text COLLATE "C" NOT NULL,
        digest bytea NOT NULL,
        member text COLLATE "C" NOT NULL,
        tail text NOT NULL,
        since timestamptz NOT NULL,
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, kind, digest),
        FOREIGN KEY (book_id, member) REFERENCES catalog.member (book_id, member),
        CHECK (octet_length(digest) = 16),
        CHECK (kind IN ('card', 'email', 'openid', 'phone', 'unionid'))
    )
    """,
    # Indexes are of new tables, so nobody waits for them.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX member_identifier_by_member ON catalog.member_identifier (book_id, member)
    """,
    f"""
    CREATE TABLE catalog.member_tag (
        book_id integer NOT NULL,
        member text COLLATE "C" NOT NULL,
        tag text COLLATE "C" NOT NULL,
        source text NOT NULL,
        since timestamptz NOT NULL,
        until timestamptz,
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, member, tag),
        FOREIGN KEY (book_id, member) REFERENCES catalog.member (book_id, member),
        FOREIGN KEY (book_id, tag) REFERENCES catalog.tag (book_id, code),
        CHECK (until > since)
    )
    """,
    # To find whether a declared tag is in use.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX member_tag_by_tag ON catalog.member_tag (book_id, tag)
    """,
    f"""
    CREATE TABLE catalog.member_tier (
        book_id integer NOT NULL,
        member text COLLATE "C" NOT NULL,
        period tstzrange NOT NULL CHECK (lower(period) IS NOT NULL),
        tier text COLLATE "C" NOT NULL,
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id, member, "period" WITHOUT OVERLAPS),
        FOREIGN KEY (book_id, member) REFERENCES catalog.member (book_id, member),
        FOREIGN KEY (book_id, tier) REFERENCES catalog.tier (book_id, code)
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX member_tier_by_tier ON catalog.member_tier (book_id, tier)
    """,
    "GRANT SELECT, INSERT, DELETE ON catalog.tag, catalog.tier TO comity_service",
    "GRANT UPDATE (label) ON catalog.tag TO comity_service",
    "GRANT UPDATE (label, rank) ON catalog.tier TO comity_service",
    # A member that is described for the first time and refused leaves no row.
    "GRANT SELECT, INSERT, DELETE ON catalog.member TO comity_service",
    """
    GRANT UPDATE (birthday, rights_by_third_party, contact, first_seen, recorded_by)
        ON catalog.member TO comity_service
    """,
    """
    GRANT SELECT, INSERT, DELETE
        ON catalog.member_identifier, catalog.member_tag, catalog.member_tier TO comity_service
    """,
    "GRANT UPDATE (member) ON catalog.member_identifier TO comity_service",
    """
    GRANT UPDATE (member, source, since, until, recorded_by)
        ON catalog.member_tag TO comity_service
    """,
    "GRANT UPDATE (member) ON catalog.member_tier TO comity_service",
)

KEYS = (
    # Keys that the vault encrypts. What they encrypt stays as it is when the vault's key changes.
    """
    CREATE TABLE exchange.data_key (
        key_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('account', 'identifier')),
        encrypted_key bytea NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    # One key for identifiers, for good: a second one would not find what the first has stored.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX data_key_identifier_index ON exchange.data_key (purpose)
        WHERE purpose = 'identifier'
    """,
    "GRANT SELECT, INSERT ON exchange.data_key TO comity_service",
    "GRANT UPDATE (encrypted_key) ON exchange.data_key TO comity_service",
)

ACCOUNTS = (
    # The release before this one writes `account`, this one `encrypted_account`. What is there in
    # plain text is encrypted or wiped by the worker, which has the key: SQL has none.
    """
    ALTER TABLE exchange.coupon
        ADD COLUMN encrypted_account bytea, ADD COLUMN masked_account text
    """,
    # The processes of the release before are stopped for the upgrade, and never read a null.
    """
    -- squawk-ignore ban-drop-not-null
    ALTER TABLE exchange.coupon ALTER COLUMN account DROP NOT NULL
    """,
    # Both hold few rows: accounts that wait for their end, and those that are still to be changed.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_account_index ON exchange.coupon (book_id, redeemed_at, coupon_id)
        WHERE encrypted_account IS NOT NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_plain_account_index ON exchange.coupon (book_id, coupon_id)
        WHERE account IS NOT NULL
    """,
    """
    GRANT UPDATE (account, encrypted_account, masked_account)
        ON exchange.coupon TO comity_service
    """,
)


def upgrade() -> None:
    """Make the tables. Accounts that are there stay in plain text until the worker's first round.

    The tables of coupons are small enough for an index during the upgrade, as with the others.
    """
    for statement in (*MEMBERS, *KEYS, *ACCOUNTS):
        op.execute(statement)


def downgrade() -> None:
    """Drop them all. Accounts that were encrypted are lost: the reference stands in their place."""
    op.execute("UPDATE exchange.coupon SET account = member WHERE account IS NULL")
    op.execute("DROP INDEX exchange.coupon_account_index, exchange.coupon_plain_account_index")
    op.execute("ALTER TABLE exchange.coupon ALTER COLUMN account SET NOT NULL")
    op.execute(
        "ALTER TABLE exchange.coupon DROP COLUMN encrypted_account, DROP COLUMN masked_account"
    )
    op.execute("REVOKE UPDATE (account) ON exchange.coupon FROM comity_service")
    op.execute("DROP TABLE exchange.data_key")
    op.execute(
        """
        DROP TABLE catalog.member_tier, catalog.member_tag, catalog.member_identifier,
            catalog.member, catalog.tier, catalog.tag
        """
    )
