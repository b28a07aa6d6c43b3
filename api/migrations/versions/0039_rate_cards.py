"""Rate cards: what a use costs, as a document that is written, published and never changed.

A version of a contract may stand for a card. One that stands for none is a card of two flat legs.
Rates of lines get room for shares of an order.
"""

from alembic import op

revision = "0039"
down_revision = "0044"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE settlement.rate_card (
        card_id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT rate_card_pkey PRIMARY KEY,
        home_party_id integer NOT NULL,
        supplier_party_id integer NOT NULL,
        operator_party_id integer NOT NULL,
        valid_from date NOT NULL,
        valid_until date,
        document jsonb NOT NULL
            CONSTRAINT rate_card_document_check CHECK (jsonb_typeof(document) = 'object'),
        document_sha256 bytea NOT NULL
            CONSTRAINT rate_card_sha256_check CHECK (length(document_sha256) = 32),
        named_parties jsonb NOT NULL,
        state text NOT NULL DEFAULT 'draft'
            CONSTRAINT rate_card_state_check CHECK (state IN ('draft', 'published', 'withdrawn')),
        written_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        published_at timestamptz,
        published_by integer,
        CONSTRAINT rate_card_validity_check CHECK (valid_until > valid_from),
        CONSTRAINT rate_card_published_check
            CHECK ((state = 'published') = (published_at IS NOT NULL))
    )
    """,
    """
    CREATE FUNCTION settlement.guard_rate_card() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changing CONSTANT text[] := ARRAY['state', 'published_at', 'published_by'];
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.state <> 'draft'
            OR to_jsonb(NEW) - changing <> to_jsonb(OLD) - changing
        THEN
            RAISE EXCEPTION 'what a rate card says never changes'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER rate_card_fixed BEFORE UPDATE OR DELETE ON settlement.rate_card
        FOR EACH ROW EXECUTE FUNCTION settlement.guard_rate_card()
    """,
    "GRANT SELECT, INSERT ON settlement.rate_card TO comity_service",
    """
    GRANT UPDATE (state, published_at, published_by) ON settlement.rate_card TO comity_service
    """,
    # Which versions of a contract stand for a card: two, where another has interrupted it.
    """
    CREATE TABLE settlement.rate_card_version (
        contract_id integer NOT NULL CONSTRAINT rate_card_version_pkey PRIMARY KEY
            CONSTRAINT rate_card_version_contract_fkey
            REFERENCES settlement.contract (contract_id),
        card_id integer NOT NULL CONSTRAINT rate_card_version_card_fkey
            REFERENCES settlement.rate_card (card_id)
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX rate_card_version_card_index ON settlement.rate_card_version (card_id)
    """,
    """
    CREATE TRIGGER rate_card_version_append_only
        BEFORE UPDATE OR DELETE ON settlement.rate_card_version
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.rate_card_version TO comity_service",
    # More digits before the point, so no row is written again.
    """
    -- squawk-ignore changing-column-type
    ALTER TABLE settlement.line ALTER COLUMN rate_minor TYPE numeric(24, 6)
    """,
)

DOWNGRADE = (
    """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM settlement.rate_card_version) THEN
            RAISE EXCEPTION 'a contract of two rates cannot say what a rate card says';
        END IF;
    END $$
    """,
    "DROP TABLE settlement.rate_card_version, settlement.rate_card",
    "DROP FUNCTION settlement.guard_rate_card",
    "ALTER TABLE settlement.line ALTER COLUMN rate_minor TYPE numeric(18, 6)",
)


def upgrade() -> None:
    """Make the tables. Contracts stay as they are: each is a card of two flat legs."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Take them back. Refused where a card was published."""
    for statement in DOWNGRADE:
        op.execute(statement)
