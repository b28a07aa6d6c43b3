"""The catalog: parties and their keys, categories, isolation rules, offers, allotments."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UPGRADE = (
    "CREATE SCHEMA catalog",
    # With btree_gist, a GiST key may have a bigint and a range. It is a trusted extension, so the
    # owner of the database may create it.
    "CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA catalog",
    """
    CREATE TABLE catalog.category (
        path text PRIMARY KEY,
        parent text REFERENCES catalog.category (path),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CHECK (parent IS NOT DISTINCT FROM nullif(regexp_replace(path, '\\.?[^.]*$', ''), ''))
    )
    """,
    """
    CREATE TABLE catalog.party (
        party_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        code text NOT NULL UNIQUE,
        name text NOT NULL,
        roles text[] NOT NULL
            CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['operator', 'brand', 'supplier']),
        category text REFERENCES catalog.category (path),
        recorded_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE catalog.api_key (
        key_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        party_id integer NOT NULL REFERENCES catalog.party (party_id),
        prefix text NOT NULL UNIQUE,
        digest bytea NOT NULL CHECK (octet_length(digest) = 32),
        label text NOT NULL,
        permissions text[] NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        revoked_at timestamptz
    )
    """,
    "CREATE INDEX api_key_by_party ON catalog.api_key (party_id)",
    """
    CREATE TABLE catalog.endpoint (
        party_id integer PRIMARY KEY REFERENCES catalog.party (party_id),
        url text NOT NULL,
        sealed_secret bytea NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE catalog.isolation_rule (
        rule_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        effect text NOT NULL CHECK (effect IN ('allow', 'deny')),
        buyer_party_id integer REFERENCES catalog.party (party_id),
        buyer_category text REFERENCES catalog.category (path),
        supplier_party_id integer REFERENCES catalog.party (party_id),
        supplier_category text REFERENCES catalog.category (path),
        mutual boolean NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CHECK (num_nonnulls(buyer_party_id, buyer_category) = 1),
        CHECK (num_nonnulls(supplier_party_id, supplier_category) = 1),
        CONSTRAINT isolation_rule_sides UNIQUE NULLS NOT DISTINCT
            (buyer_party_id, buyer_category, supplier_party_id, supplier_category, mutual)
    )
    """,
    """
    CREATE TABLE catalog.offer (
        offer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        supplier_id integer NOT NULL REFERENCES catalog.party (party_id),
        code text NOT NULL,
        latest_version integer NOT NULL,
        UNIQUE (supplier_id, code)
    )
    """,
    """
    CREATE TABLE catalog.offer_version (
        offer_id bigint NOT NULL REFERENCES catalog.offer (offer_id),
        version integer NOT NULL CHECK (version > 0),
        name text NOT NULL,
        face_value_minor bigint NOT NULL CHECK (face_value_minor >= 0),
        currency text NOT NULL,
        points bigint NOT NULL CHECK (points >= 0),
        fulfilment text NOT NULL CHECK (fulfilment IN ('own_code', 'direct')),
        use_within_days integer CHECK (use_within_days > 0),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (offer_id, version)
    )
    """,
    """
    CREATE TABLE catalog.offer_period (
        offer_id bigint NOT NULL,
        valid_period tstzrange NOT NULL CHECK (lower(valid_period) IS NOT NULL),
        version integer NOT NULL,
        PRIMARY KEY (offer_id, valid_period WITHOUT OVERLAPS),
        UNIQUE (offer_id, version),
        FOREIGN KEY (offer_id, version) REFERENCES catalog.offer_version (offer_id, version)
    )
    """,
    """
    CREATE FUNCTION catalog.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of %.% is refused: what is published never changes',
            tg_op, tg_table_schema, tg_table_name
            USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER offer_version_is_immutable BEFORE UPDATE OR DELETE ON catalog.offer_version
        FOR EACH ROW EXECUTE FUNCTION catalog.refuse_change()
    """,
    # A newer version may end the period of an older one sooner. Nothing else of a period changes.
    """
    CREATE TRIGGER offer_period_only_shortens BEFORE UPDATE ON catalog.offer_period
        FOR EACH ROW WHEN (
            (new.offer_id, new.version, lower(new.valid_period))
                IS DISTINCT FROM (old.offer_id, old.version, lower(old.valid_period))
            OR NOT new.valid_period <@ old.valid_period
        ) EXECUTE FUNCTION catalog.refuse_change()
    """,
    """
    CREATE TRIGGER offer_period_is_kept BEFORE DELETE ON catalog.offer_period
        FOR EACH ROW EXECUTE FUNCTION catalog.refuse_change()
    """,
    # The free space keeps updates of `remaining` on their page (HOT), because no index has a column
    # that changes.
    """
    CREATE TABLE catalog.allotment (
        book_id integer NOT NULL,
        offer_id bigint NOT NULL,
        granted bigint NOT NULL,
        remaining bigint NOT NULL,
        points bigint CHECK (points >= 0),
        window_from timestamptz NOT NULL,
        window_until timestamptz,
        PRIMARY KEY (book_id, offer_id),
        CHECK (remaining >= 0 AND remaining <= granted),
        CHECK (window_until > window_from)
    ) WITH (fillfactor = 50)
    """,
)

GRANTS = (
    "GRANT USAGE ON SCHEMA catalog TO comity_service",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA catalog TO comity_service",
)


def upgrade() -> None:
    for statement in (*UPGRADE, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA catalog CASCADE")
