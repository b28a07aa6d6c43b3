"""Launches, by which a brand's server lets a member in to the member pages, and visits."""

from alembic import op

revision = "0048"
down_revision = "0045"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"
MEMBER = "CHECK (char_length(member) BETWEEN 1 AND 120)"

UPGRADE = (
    f"""
    CREATE TABLE api.launch (
        book_id integer NOT NULL,
        token_sha256 bytea NOT NULL,
        member text NOT NULL CONSTRAINT launch_member_check {MEMBER},
        locale text COLLATE "C",
        return_url text,
        expires_at timestamptz NOT NULL,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT launch_pkey PRIMARY KEY (book_id, token_sha256)
    )
    """,
    f"""
    CREATE TABLE api.member_visit (
        book_id integer NOT NULL,
        token_sha256 bytea NOT NULL,
        member text NOT NULL CONSTRAINT member_visit_member_check {MEMBER},
        locale text COLLATE "C",
        return_url text,
        began_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT member_visit_pkey PRIMARY KEY (book_id, token_sha256)
    )
    """,
    "GRANT SELECT, INSERT, DELETE ON api.launch TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON api.member_visit TO comity_service",
)

DOWNGRADE = ("DROP TABLE api.member_visit", "DROP TABLE api.launch")


def upgrade() -> None:
    """Let members in."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Let nobody in."""
    for statement in DOWNGRADE:
        op.execute(statement)
