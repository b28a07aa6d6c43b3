"""Users, what they may do for which party, how they are let in, and their sessions."""

from alembic import op

revision = "0045"
down_revision = "0041"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    "CREATE SCHEMA api",
    "GRANT USAGE ON SCHEMA api TO comity_service",
    f"""
    CREATE TABLE api.app_user (
        user_id integer GENERATED ALWAYS AS IDENTITY,
        email text COLLATE "C" NOT NULL
            CONSTRAINT app_user_email_check CHECK (char_length(email) BETWEEN 3 AND 254),
        name text NOT NULL
            CONSTRAINT app_user_name_check CHECK (char_length(name) BETWEEN 1 AND 200),
        password_hash text COLLATE "C",
        locale text COLLATE "C" NOT NULL,
        encrypted_totp bytea,
        totp_since timestamptz,
        totp_step bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        disabled_at timestamptz,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT app_user_pkey PRIMARY KEY (user_id),
        CONSTRAINT app_user_email_key UNIQUE (email)
    )
    """,
    f"""
    CREATE TABLE api.membership (
        user_id integer NOT NULL
            CONSTRAINT membership_user_id_fkey REFERENCES api.app_user (user_id),
        party_id integer NOT NULL,
        role text COLLATE "C" NOT NULL,
        since timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT membership_pkey PRIMARY KEY (user_id, party_id, role)
    )
    """,
    "CREATE INDEX membership_party_id_idx ON api.membership (party_id)",
    f"""
    CREATE TABLE api.invitation (
        token_sha256 bytea,
        user_id integer NOT NULL
            CONSTRAINT invitation_user_id_fkey REFERENCES api.app_user (user_id),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT invitation_pkey PRIMARY KEY (token_sha256)
    )
    """,
    "CREATE INDEX invitation_user_id_idx ON api.invitation (user_id)",
    """
    CREATE TABLE api.session (
        token_sha256 bytea,
        user_id integer NOT NULL
            CONSTRAINT session_user_id_fkey REFERENCES api.app_user (user_id),
        party_id integer,
        created_at timestamptz NOT NULL DEFAULT now(),
        seen_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        address text NOT NULL,
        agent text NOT NULL,
        CONSTRAINT session_pkey PRIMARY KEY (token_sha256)
    )
    """,
    "CREATE INDEX session_user_id_idx ON api.session (user_id)",
    """
    CREATE TABLE api.recovery_code (
        user_id integer NOT NULL
            CONSTRAINT recovery_code_user_id_fkey REFERENCES api.app_user (user_id),
        code_sha256 bytea NOT NULL,
        CONSTRAINT recovery_code_pkey PRIMARY KEY (user_id, code_sha256)
    )
    """,
    """
    CREATE TABLE api.sign_in_failure (
        subject_sha256 bytea,
        failures integer NOT NULL
            CONSTRAINT sign_in_failure_failures_check CHECK (failures > 0),
        since timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT sign_in_failure_pkey PRIMARY KEY (subject_sha256)
    )
    """,
    "GRANT SELECT, INSERT ON api.app_user TO comity_service",
    """
    GRANT UPDATE (name, password_hash, locale, encrypted_totp, totp_since, totp_step, disabled_at)
        ON api.app_user TO comity_service
    """,
    "GRANT SELECT, INSERT, DELETE ON api.membership TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.invitation TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.session TO comity_service",
    "GRANT UPDATE (party_id, seen_at) ON api.session TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.recovery_code TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.sign_in_failure TO comity_service",
    "GRANT UPDATE (failures, since) ON api.sign_in_failure TO comity_service",
    # Users are actors, too.
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE catalog.actor DROP CONSTRAINT actor_kind_check
    """,
    """
    ALTER TABLE catalog.actor ADD CONSTRAINT actor_kind_check
        CHECK (kind IN ('key', 'supplier', 'command', 'system', 'user')) NOT VALID
    """,
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE catalog.actor VALIDATE CONSTRAINT actor_kind_check
    """,
)

DOWNGRADE = (
    "DROP SCHEMA api CASCADE",
    "ALTER TABLE catalog.actor DROP CONSTRAINT actor_kind_check",
    """
    ALTER TABLE catalog.actor ADD CONSTRAINT actor_kind_check
        CHECK (kind IN ('key', 'supplier', 'command', 'system')) NOT VALID
    """,
)


def upgrade() -> None:
    """Users and sessions."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    for statement in DOWNGRADE:
        op.execute(statement)
