"""Pictures of offers, named by the SHA-256 of their bytes."""

from alembic import op

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None

PICTURES = (
    """
    CREATE TABLE catalog.picture (
        sha256 bytea CONSTRAINT picture_pkey PRIMARY KEY,
        party_id integer NOT NULL
            CONSTRAINT picture_party_fkey REFERENCES catalog.party (party_id),
        media_type text NOT NULL CONSTRAINT picture_media_type_check CHECK (
            media_type IN ('image/svg+xml', 'image/png', 'image/jpeg', 'image/webp')
        ),
        content bytea NOT NULL
            CONSTRAINT picture_content_check CHECK (octet_length(content) BETWEEN 1 AND 262144),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        CONSTRAINT picture_sha256_check CHECK (sha256 = sha256(content))
    )
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX picture_by_party ON catalog.picture (party_id)
    """,
    # Pictures are packed already, or small.
    "ALTER TABLE catalog.picture ALTER COLUMN content SET STORAGE EXTERNAL",
    "GRANT SELECT, INSERT, DELETE ON catalog.picture TO comity_service",
)


def upgrade() -> None:
    """Make the table."""
    for statement in PICTURES:
        op.execute(statement)


def downgrade() -> None:
    """Drop it. The pictures are lost."""
    op.execute("DROP TABLE catalog.picture")
