"""Shops, card codes, and files that are imported row by row."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

# All tables and indexes here are new, so nobody waits for them.
UPGRADE = (
    """
    CREATE TABLE catalog.party_key (
        party_key_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        party_id integer NOT NULL UNIQUE REFERENCES catalog.party (party_id),
        encrypted_key bytea NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    f"""
    CREATE TABLE catalog.shop (
        shop_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        party_id integer NOT NULL REFERENCES catalog.party (party_id),
        code text NOT NULL,
        name text NOT NULL,
        region text,
        groups text[] NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'closed')),
        online boolean NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT shop_party_code_key UNIQUE (party_id, code)
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX shop_by_party ON catalog.shop (party_id, shop_id)
    """,
    f"""
    CREATE TABLE catalog.card_code (
        code_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        offer_id bigint NOT NULL REFERENCES catalog.offer (offer_id),
        digest bytea NOT NULL CHECK (octet_length(digest) = 32),
        party_key_id integer NOT NULL REFERENCES catalog.party_key (party_key_id),
        sealed bytea,
        tail text NOT NULL CHECK (length(tail) <= 4),
        expires_on date,
        batch text,
        withdrawn_at timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT card_code_offer_digest_key UNIQUE (offer_id, digest),
        CHECK ((withdrawn_at IS NULL) = (sealed IS NOT NULL))
    )
    """,
    f"""
    CREATE TABLE catalog.import_mapping (
        party_id integer REFERENCES catalog.party (party_id),
        name text,
        kind text NOT NULL,
        document jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (party_id, name)
    )
    """,
    f"""
    CREATE TABLE catalog.import_job (
        import_id bigint PRIMARY KEY,
        party_id integer NOT NULL REFERENCES catalog.party (party_id),
        kind text NOT NULL,
        identity bytea NOT NULL CHECK (octet_length(identity) = 32),
        sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
        offer_id bigint,
        options jsonb NOT NULL,
        may_apply boolean NOT NULL,
        accept_partial boolean NOT NULL,
        state text NOT NULL
            CHECK (state IN ('received', 'checked', 'applying', 'done', 'refused')),
        sealed_file bytea,
        sealed_mended bytea,
        file jsonb,
        refusal jsonb,
        rows_read integer NOT NULL DEFAULT 0,
        line_done integer NOT NULL DEFAULT 0,
        created integer NOT NULL DEFAULT 0,
        updated integer NOT NULL DEFAULT 0,
        unchanged integer NOT NULL DEFAULT 0,
        rejected integer NOT NULL DEFAULT 0,
        lease uuid,
        leased_until timestamptz,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT import_job_identity_key UNIQUE (party_id, kind, identity)
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX import_job_open ON catalog.import_job (import_id)
        WHERE state IN ('received', 'applying')
    """,
    """
    CREATE TABLE catalog.import_row (
        import_id bigint REFERENCES catalog.import_job (import_id),
        line integer,
        key text,
        status text NOT NULL
            CHECK (status IN ('created', 'updated', 'unchanged', 'rejected')),
        code text,
        column_name text,
        detail text,
        PRIMARY KEY (import_id, line),
        CHECK ((status = 'rejected') = (code IS NOT NULL))
    )
    """,
    """
    GRANT SELECT, INSERT ON catalog.party_key, catalog.shop, catalog.card_code,
        catalog.import_mapping, catalog.import_job, catalog.import_row TO comity_service
    """,
    # A rotation of the vault's key writes what is encrypted with it again.
    "GRANT UPDATE (encrypted_key) ON catalog.party_key TO comity_service",
    """
    GRANT UPDATE (name, region, groups, state, online, changed_at, recorded_by)
        ON catalog.shop TO comity_service
    """,
    "GRANT UPDATE (sealed, withdrawn_at) ON catalog.card_code TO comity_service",
    """
    GRANT UPDATE (kind, document, changed_at, recorded_by)
        ON catalog.import_mapping TO comity_service
    """,
    """
    GRANT UPDATE (
        may_apply, accept_partial, state, sealed_file, sealed_mended, file, refusal,
        rows_read, line_done, created, updated, unchanged, rejected, lease, leased_until,
        received_at, ended_at, recorded_by
    ) ON catalog.import_job TO comity_service
    """,
    # What became of single rows is forgotten after a while, or when a file is checked again.
    "GRANT DELETE ON catalog.import_row TO comity_service",
)


def upgrade() -> None:
    """Make the tables. They fill with the first imports."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the tables: the shops and the card codes are gone with them."""
    for table in ("import_row", "import_job", "import_mapping", "card_code", "shop", "party_key"):
        op.execute(f"DROP TABLE catalog.{table}")
