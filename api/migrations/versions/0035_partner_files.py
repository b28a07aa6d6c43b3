"""Partners' files as they came, and how they are to be read.

A run of a reconciliation is found by the mapping of its file, too. What was found in the file
beside its rows is kept with the run.
"""

from alembic import op

revision = "0035"
down_revision = "0037"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    f"""
    CREATE TABLE settlement.partner_file (
        partner_file_id bigint GENERATED ALWAYS AS IDENTITY
            CONSTRAINT partner_file_pkey PRIMARY KEY,
        supplier_party_id integer NOT NULL,
        sha256 bytea NOT NULL
            CONSTRAINT partner_file_sha256_check CHECK (octet_length(sha256) = 32),
        bytes bigint NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT partner_file_sha256_key UNIQUE (supplier_party_id, sha256)
    )
    """,
    """
    CREATE TABLE settlement.partner_file_part (
        partner_file_id bigint NOT NULL CONSTRAINT partner_file_part_file_fkey
            REFERENCES settlement.partner_file (partner_file_id),
        part integer NOT NULL,
        packed bytea NOT NULL,
        CONSTRAINT partner_file_part_pkey PRIMARY KEY (partner_file_id, part)
    )
    """,
    # It is packed already, and the database should not try it once more.
    "ALTER TABLE settlement.partner_file_part ALTER COLUMN packed SET STORAGE EXTERNAL",
    f"""
    CREATE TABLE settlement.file_mapping (
        party_id integer NOT NULL,
        name text NOT NULL,
        document jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT file_mapping_pkey PRIMARY KEY (party_id, name)
    )
    """,
    """
    GRANT SELECT, INSERT ON settlement.partner_file, settlement.partner_file_part,
        settlement.file_mapping TO comity_service
    """,
    """
    GRANT UPDATE (document, changed_at, recorded_by) ON settlement.file_mapping TO comity_service
    """,
    # Uploads are there for as long as somebody waits, so the table is all but empty.
    """
    ALTER TABLE settlement.upload
        ADD COLUMN partner_file_id bigint,
        ADD COLUMN mapping jsonb
    """,
    """
    -- squawk-ignore adding-foreign-key-constraint,constraint-missing-not-valid
    ALTER TABLE settlement.upload ADD CONSTRAINT upload_partner_file_fkey
        FOREIGN KEY (partner_file_id) REFERENCES settlement.partner_file (partner_file_id)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX upload_by_partner_file ON settlement.upload (partner_file_id)
    """,
    "GRANT UPDATE (partner_file_id) ON settlement.upload TO comity_service",
    # Runs are few: one for each file that somebody has sent.
    """
    ALTER TABLE settlement.reconciliation
        ADD COLUMN mapping_sha256 bytea,
        ADD COLUMN reading jsonb
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE settlement.reconciliation DROP CONSTRAINT reconciliation_input_key
    """,
    """
    -- squawk-ignore disallowed-unique-constraint,constraint-missing-not-valid
    ALTER TABLE settlement.reconciliation ADD CONSTRAINT reconciliation_input_key
        UNIQUE NULLS NOT DISTINCT (
            supplier_party_id, month, file_sha256, lines_sha256, mapping_sha256
        )
    """,
)


def upgrade() -> None:
    """Make the tables, and name the mapping of each run and of each file that waits."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Forget the files, and the runs that had a mapping."""
    op.execute(
        """
        DELETE FROM settlement.upload WHERE partner_file_id IS NOT NULL OR mapping IS NOT NULL
            OR reconciliation_id IN (
                SELECT reconciliation_id FROM settlement.reconciliation
                WHERE mapping_sha256 IS NOT NULL
            )
        """
    )
    op.execute("DELETE FROM settlement.reconciliation WHERE mapping_sha256 IS NOT NULL")
    op.execute("ALTER TABLE settlement.reconciliation DROP CONSTRAINT reconciliation_input_key")
    op.execute(
        "ALTER TABLE settlement.reconciliation DROP COLUMN mapping_sha256, DROP COLUMN reading"
    )
    op.execute(
        "ALTER TABLE settlement.reconciliation ADD CONSTRAINT reconciliation_input_key"
        " UNIQUE NULLS NOT DISTINCT (supplier_party_id, month, file_sha256, lines_sha256)"
    )
    op.execute("ALTER TABLE settlement.upload DROP COLUMN partner_file_id, DROP COLUMN mapping")
    for table in ("file_mapping", "partner_file_part", "partner_file"):
        op.execute(f"DROP TABLE settlement.{table}")
