"""Origins in whose pages the member pages may stand, and accounts that brands hand over."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    f"""
    CREATE TABLE api.frame_origin (
        party_id integer NOT NULL,
        origin text COLLATE "C" NOT NULL
            CONSTRAINT frame_origin_origin_check CHECK (char_length(origin) BETWEEN 9 AND 200),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT frame_origin_pkey PRIMARY KEY (party_id, origin)
    )
    """,
    "ALTER TABLE api.launch ADD COLUMN account bytea",
    "ALTER TABLE api.member_visit ADD COLUMN account bytea",
    "GRANT SELECT, INSERT, DELETE ON api.frame_origin TO comity_service",
)

DOWNGRADE = (
    "ALTER TABLE api.member_visit DROP COLUMN account",
    "ALTER TABLE api.launch DROP COLUMN account",
    "DROP TABLE api.frame_origin",
)


def upgrade() -> None:
    """Let brands say who may frame their pages."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Let nobody frame them."""
    for statement in DOWNGRADE:
        op.execute(statement)
