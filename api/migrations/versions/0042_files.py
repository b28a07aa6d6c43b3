"""The file of a statement: written once, before the statement has a number, and kept in parts.

Its SHA-256 is `file_sha256` of the statement, so what is agreed to is this very file.
"""

from alembic import op

revision = "0042"
down_revision = "0044"
branch_labels = None
depends_on = None

UPGRADE = (
    """
    CREATE TABLE settlement.statement_file (
        statement_id bigint NOT NULL CONSTRAINT statement_file_pkey PRIMARY KEY
            CONSTRAINT statement_file_statement_fkey
            REFERENCES settlement.statement (statement_id),
        layout smallint NOT NULL,
        line_count bigint NOT NULL
            CONSTRAINT statement_file_lines_check CHECK (line_count >= 0),
        file_bytes bigint NOT NULL CONSTRAINT statement_file_bytes_check CHECK (file_bytes > 0),
        text_sha256 bytea NOT NULL
            CONSTRAINT statement_file_text_check CHECK (octet_length(text_sha256) = 32),
        written_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE settlement.statement_file_part (
        statement_id bigint NOT NULL CONSTRAINT statement_file_part_file_fkey
            REFERENCES settlement.statement_file (statement_id),
        part integer NOT NULL CONSTRAINT statement_file_part_check CHECK (part >= 0),
        content bytea NOT NULL
            CONSTRAINT statement_file_content_check CHECK (octet_length(content) > 0),
        CONSTRAINT statement_file_part_pkey PRIMARY KEY (statement_id, part)
    )
    """,
    # The parts are compressed as they are.
    "ALTER TABLE settlement.statement_file_part ALTER COLUMN content SET STORAGE EXTERNAL",
    """
    CREATE TRIGGER statement_file_append_only BEFORE UPDATE OR DELETE ON settlement.statement_file
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    """
    CREATE TRIGGER statement_file_part_append_only
        BEFORE UPDATE OR DELETE ON settlement.statement_file_part
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    """
    GRANT SELECT, INSERT ON settlement.statement_file, settlement.statement_file_part
        TO comity_service
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. What they hold is lost: statements keep the SHA-256 of files that are gone."""
    op.execute("DROP TABLE settlement.statement_file_part, settlement.statement_file")
