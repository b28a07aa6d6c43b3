"""The log of what parties are told, and webhooks: endpoints, deliveries and their attempts."""

from alembic import op

revision = "0046"
down_revision = "0048"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    """
    CREATE TABLE api.event_head (
        party_id integer,
        last_sequence bigint NOT NULL
            CONSTRAINT event_head_sequence_check CHECK (last_sequence > 0),
        CONSTRAINT event_head_pkey PRIMARY KEY (party_id)
    )
    """,
    """
    CREATE TABLE api.event (
        party_id integer NOT NULL,
        sequence bigint NOT NULL CONSTRAINT event_sequence_check CHECK (sequence > 0),
        event_id uuid NOT NULL DEFAULT uuidv7(),
        type text COLLATE "C" NOT NULL,
        happened_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        data jsonb NOT NULL,
        CONSTRAINT event_pkey PRIMARY KEY (party_id, sequence),
        CONSTRAINT event_id_key UNIQUE (event_id)
    )
    """,
    "CREATE INDEX event_recorded_index ON api.event (recorded_at)",
    f"""
    CREATE TABLE api.webhook_endpoint (
        endpoint_id bigint GENERATED ALWAYS AS IDENTITY,
        party_id integer NOT NULL,
        url text NOT NULL
            CONSTRAINT webhook_endpoint_url_check CHECK (char_length(url) BETWEEN 1 AND 500),
        description text
            CONSTRAINT webhook_endpoint_description_check CHECK (char_length(description) <= 200),
        types text[] NOT NULL,
        encrypted_secret bytea NOT NULL,
        former_secret bytea,
        former_until timestamptz,
        state text COLLATE "C" NOT NULL DEFAULT 'enabled',
        reason text,
        failing_since timestamptz,
        disabled_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (endpoint_id),
        CONSTRAINT webhook_endpoint_state_check CHECK (state IN ('enabled', 'disabled')),
        CONSTRAINT webhook_endpoint_disabled_check
            CHECK ((state = 'disabled') = (disabled_at IS NOT NULL)),
        CONSTRAINT webhook_endpoint_former_check
            CHECK ((former_secret IS NULL) = (former_until IS NULL))
    )
    """,
    "CREATE INDEX webhook_endpoint_party_index ON api.webhook_endpoint (party_id, endpoint_id)",
    """
    CREATE TABLE api.delivery (
        delivery_id bigint GENERATED ALWAYS AS IDENTITY,
        endpoint_id bigint NOT NULL CONSTRAINT delivery_endpoint_fkey
            REFERENCES api.webhook_endpoint (endpoint_id) ON DELETE CASCADE,
        party_id integer NOT NULL,
        sequence bigint NOT NULL,
        state text COLLATE "C" NOT NULL DEFAULT 'waiting',
        attempts integer NOT NULL DEFAULT 0
            CONSTRAINT delivery_attempts_check CHECK (attempts >= 0),
        tries integer NOT NULL DEFAULT 0
            CONSTRAINT delivery_tries_check CHECK (tries BETWEEN 0 AND attempts),
        due_at timestamptz NOT NULL,
        leased_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT delivery_pkey PRIMARY KEY (delivery_id),
        CONSTRAINT delivery_event_key UNIQUE (endpoint_id, sequence),
        CONSTRAINT delivery_event_fkey FOREIGN KEY (party_id, sequence)
            REFERENCES api.event (party_id, sequence) ON DELETE CASCADE,
        CONSTRAINT delivery_state_check CHECK (state IN ('waiting', 'delivered', 'failed')),
        CONSTRAINT delivery_ended_check CHECK ((state = 'waiting') = (ended_at IS NULL))
    )
    """,
    """
    CREATE INDEX delivery_due_index ON api.delivery (endpoint_id, due_at, sequence)
        WHERE state = 'waiting'
    """,
    "CREATE INDEX delivery_event_index ON api.delivery (party_id, sequence)",
    "CREATE INDEX delivery_party_index ON api.delivery (party_id, delivery_id)",
    """
    CREATE TABLE api.delivery_attempt (
        delivery_id bigint NOT NULL CONSTRAINT delivery_attempt_delivery_fkey
            REFERENCES api.delivery (delivery_id) ON DELETE CASCADE,
        attempt integer NOT NULL CONSTRAINT delivery_attempt_attempt_check CHECK (attempt > 0),
        started_at timestamptz NOT NULL,
        milliseconds integer NOT NULL
            CONSTRAINT delivery_attempt_milliseconds_check CHECK (milliseconds >= 0),
        status integer,
        problem text,
        answer text
            CONSTRAINT delivery_attempt_answer_check CHECK (octet_length(answer) <= 8192),
        CONSTRAINT delivery_attempt_pkey PRIMARY KEY (delivery_id, attempt)
    )
    """,
    """
    CREATE TABLE api.told_once (
        party_id integer NOT NULL,
        subject text COLLATE "C" NOT NULL,
        told_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT told_once_pkey PRIMARY KEY (party_id, subject)
    )
    """,
    "GRANT SELECT, INSERT ON api.event_head TO comity_service",
    "GRANT UPDATE (last_sequence) ON api.event_head TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.event TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.webhook_endpoint TO comity_service",
    """
    GRANT UPDATE (url, description, types, encrypted_secret, former_secret, former_until, state,
        reason, failing_since, disabled_at) ON api.webhook_endpoint TO comity_service
    """,
    "GRANT SELECT, INSERT ON api.delivery TO comity_service",
    """
    GRANT UPDATE (state, attempts, tries, due_at, leased_until, ended_at)
        ON api.delivery TO comity_service
    """,
    "GRANT SELECT, INSERT ON api.delivery_attempt TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.told_once TO comity_service",
)

DOWNGRADE = (
    "DROP TABLE api.told_once, api.delivery_attempt, api.delivery, api.webhook_endpoint",
    "DROP TABLE api.event, api.event_head",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them, with all that was not delivered yet."""
    for statement in DOWNGRADE:
        op.execute(statement)
