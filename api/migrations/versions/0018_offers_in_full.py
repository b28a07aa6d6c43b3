"""Offers say what they are, what they ask for and how they are limited, and they have a state."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Characters of scripts that are written without spaces, and those of words between spaces.
DENSE = r"\u2e80-\u2fdf\u3040-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003fffd"
WORD = r"0-9a-z\u00c0-\u1fff"

SEARCH = (
    # What is compared: one form of each character, and no capital letters. The collation is always
    # there, so that a server's own locale changes nothing.
    """
    CREATE FUNCTION catalog.search_text(written text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(normalize(written, NFKC) COLLATE pg_c_utf8)
    """,
    f"""
    CREATE FUNCTION catalog.search_runs(written text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(
        SELECT DISTINCT run[1]
        FROM regexp_matches(catalog.search_text(written), '[{DENSE}]+|[{WORD}]+', 'g') AS run
    )
    """,
    # Of a text that is found: each character of a dense run, each two that are neighbours, and the
    # beginnings of each word. Of a text that is sought: the pairs alone, and the word itself.
    f"""
    CREATE FUNCTION catalog.search_grams(written text, is_sought boolean) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(
        SELECT DISTINCT gram
        FROM unnest(catalog.search_runs(written)) AS run,
            LATERAL (
                SELECT substr(run, place, size) AS gram
                FROM generate_series(1, length(run)) AS place, generate_series(1, 2) AS size
                WHERE run ~ '^[{DENSE}]'
                    AND place + size <= length(run) + 1
                    AND (NOT is_sought OR size = least(2, length(run)))
                UNION ALL
                SELECT left(run, size)
                FROM generate_series(1, least(12, length(run))) AS size
                WHERE run !~ '^[{DENSE}]'
                    AND (NOT is_sought OR size = least(12, length(run)))
            ) AS grams
    )
    """,
)

# A version of a process of the release before has no kind and no category.
COMPLETE = """
    CREATE FUNCTION catalog.complete_offer_version() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE written text;
    BEGIN
        new.kind := coalesce(
            new.kind, CASE WHEN new.fulfilment = 'direct' THEN 'top_up' ELSE 'cash_voucher' END
        );
        new.category := coalesce(new.category, (
            SELECT p.category FROM catalog.party p
            JOIN catalog.offer o ON o.supplier_id = p.party_id
            WHERE o.offer_id = new.offer_id
        ));
        written := concat_ws(
            ' ', new.name, new.subtitle,
            (SELECT p.name FROM catalog.party p WHERE p.party_id = new.presented_party_id),
            (
                SELECT string_agg(concat_ws(' ', t.value->>'name', t.value->>'subtitle'), ' ')
                FROM jsonb_each(new.texts) t
            )
        );
        new.search_text := catalog.search_text(written);
        new.search_grams := catalog.search_grams(written, false);
        RETURN new;
    END
    $$
"""

# What brands may read while a version waits for its review. One that is paused was listed, and an
# untrusted supplier cannot revise it.
LISTED = """
    CREATE FUNCTION catalog.keep_listed_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF new.state IN ('LISTED', 'PAUSED') THEN
            new.listed_version := new.latest_version;
        END IF;
        RETURN new;
    END
    $$
"""

UPGRADE = (
    *SEARCH,
    # The defaults are constants, so no table is written again.
    "ALTER TABLE catalog.party ADD COLUMN trusted boolean NOT NULL DEFAULT true",
    """
    ALTER TABLE catalog.offer
        ADD COLUMN state text NOT NULL DEFAULT 'LISTED'
            CHECK (state IN ('DRAFT', 'IN_REVIEW', 'LISTED', 'PAUSED', 'ENDED', 'DEACTIVATED')),
        ADD COLUMN paused_by text CHECK (paused_by IN ('supplier', 'operator')),
        ADD COLUMN state_reason text,
        ADD COLUMN listed_at timestamptz DEFAULT now(),
        ADD COLUMN listed_version integer,
        -- squawk-ignore constraint-missing-not-valid
        ADD CHECK ((state = 'PAUSED') = (paused_by IS NOT NULL))
    """,
    # All that was published is listed.
    "UPDATE catalog.offer SET listed_version = latest_version",
    LISTED,
    """
    CREATE TRIGGER offer_keeps_listed_version
        BEFORE INSERT OR UPDATE OF state, latest_version ON catalog.offer
        FOR EACH ROW EXECUTE FUNCTION catalog.keep_listed_version()
    """,
    # The columns are null in every row that is there, so nothing is looked up and nobody waits.
    """
    ALTER TABLE catalog.offer_version
        ADD COLUMN kind text CHECK (
            kind IN ('cash_voucher', 'discount', 'exchange', 'trial', 'top_up', 'code')
        ),
        -- squawk-ignore adding-foreign-key-constraint
        ADD COLUMN category text REFERENCES catalog.category (path),
        -- squawk-ignore adding-foreign-key-constraint
        ADD COLUMN presented_party_id integer REFERENCES catalog.party (party_id),
        ADD COLUMN subtitle text,
        ADD COLUMN terms_text text,
        ADD COLUMN images text[] NOT NULL DEFAULT '{}',
        ADD COLUMN texts jsonb,
        ADD COLUMN threshold_minor bigint CHECK (threshold_minor > 0),
        ADD COLUMN discount_permille integer CHECK (discount_permille BETWEEN 1 AND 999),
        ADD COLUMN discount_cap_minor bigint CHECK (discount_cap_minor > 0),
        ADD COLUMN usable jsonb,
        ADD COLUMN use_times jsonb,
        ADD COLUMN closed_on date[] NOT NULL DEFAULT '{}',
        ADD COLUMN use_from date,
        ADD COLUMN use_until date CHECK (use_until >= use_from),
        ADD COLUMN use_after_days integer CHECK (use_after_days >= 0),
        ADD COLUMN per_member bigint CHECK (per_member > 0),
        ADD COLUMN per_member_per_day bigint CHECK (per_member_per_day > 0),
        ADD COLUMN per_day bigint CHECK (per_day > 0),
        ADD COLUMN quantity_max bigint CHECK (quantity_max > 0),
        ADD COLUMN gift_hops integer NOT NULL DEFAULT 0 CHECK (gift_hops BETWEEN 0 AND 3),
        ADD COLUMN return_within_days integer NOT NULL DEFAULT 0
            CHECK (return_within_days BETWEEN 0 AND 365),
        ADD COLUMN reverse_minutes integer NOT NULL DEFAULT 60
            CHECK (reverse_minutes BETWEEN 0 AND 10080),
        ADD COLUMN counts_as_used text NOT NULL DEFAULT 'use'
            CHECK (counts_as_used IN ('use', 'delivery')),
        ADD COLUMN account_pattern text,
        ADD COLUMN visible_from timestamptz,
        ADD COLUMN search_text text,
        ADD COLUMN search_grams text[],
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT offer_version_fulfilment_check,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT offer_version_fulfilment_check
            CHECK (fulfilment IN ('own_code', 'direct', 'card_code'))
    """,
    COMPLETE,
    """
    CREATE TRIGGER offer_version_is_complete BEFORE INSERT ON catalog.offer_version
        FOR EACH ROW EXECUTE FUNCTION catalog.complete_offer_version()
    """,
    # What was published says the same as before. Only what follows from it is written down.
    "ALTER TABLE catalog.offer_version DISABLE TRIGGER offer_version_is_immutable",
    """
    UPDATE catalog.offer_version v
    SET kind = CASE WHEN v.fulfilment = 'direct' THEN 'top_up' ELSE 'cash_voucher' END,
        category = s.category,
        search_text = catalog.search_text(v.name),
        search_grams = catalog.search_grams(v.name, false)
    FROM catalog.offer o JOIN catalog.party s ON s.party_id = o.supplier_id
    WHERE o.offer_id = v.offer_id
    """,
    "ALTER TABLE catalog.offer_version ENABLE TRIGGER offer_version_is_immutable",
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX offer_version_by_grams ON catalog.offer_version USING gin (search_grams)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX offer_by_listed_at ON catalog.offer (listed_at, offer_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX offer_by_state ON catalog.offer (state, offer_id)
    """,
    "GRANT UPDATE (trusted) ON catalog.party TO comity_service",
    "GRANT UPDATE (state, paused_by, state_reason, listed_at) ON catalog.offer TO comity_service",
)

ADDED = (
    *("kind", "category", "presented_party_id", "subtitle", "terms_text", "images", "texts"),
    *("threshold_minor", "discount_permille", "discount_cap_minor", "usable", "use_times"),
    *("closed_on", "use_from", "use_until", "use_after_days", "per_member"),
    *("per_member_per_day", "per_day", "quantity_max", "gift_hops", "return_within_days"),
    *("reverse_minutes", "counts_as_used", "account_pattern", "visible_from", "search_text"),
    "search_grams",
)


def upgrade() -> None:
    """Add the columns. What was published before stays listed, and says what it said."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop the columns. An offer of card codes cannot be told to the release before."""
    op.execute("DROP TRIGGER offer_version_is_complete ON catalog.offer_version")
    op.execute("DROP FUNCTION catalog.complete_offer_version")
    op.execute("DROP TRIGGER offer_keeps_listed_version ON catalog.offer")
    op.execute("DROP FUNCTION catalog.keep_listed_version")
    for column in ADDED:
        op.execute(f"ALTER TABLE catalog.offer_version DROP COLUMN {column}")
    op.execute(
        "ALTER TABLE catalog.offer_version DROP CONSTRAINT offer_version_fulfilment_check,"
        " ADD CONSTRAINT offer_version_fulfilment_check"
        " CHECK (fulfilment IN ('own_code', 'direct'))"
    )
    for column in ("state", "paused_by", "state_reason", "listed_at", "listed_version"):
        op.execute(f"ALTER TABLE catalog.offer DROP COLUMN {column}")
    op.execute("ALTER TABLE catalog.party DROP COLUMN trusted")
    op.execute("DROP FUNCTION catalog.search_grams(text, boolean)")
    op.execute("DROP FUNCTION catalog.search_runs(text)")
    op.execute("DROP FUNCTION catalog.search_text(text)")
