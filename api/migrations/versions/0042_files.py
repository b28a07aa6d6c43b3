"""Files of the bill, kept in parts, and who the parties are on invoices.

The file of a statement is written once, before the statement has a number. Its SHA-256 is
`file_sha256` of the statement, so what is agreed to is this very file.
"""

from alembic import op

revision = "0042"
down_revision = "0043"
branch_labels = None
depends_on = None

DETAILS = (
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

PROFILES = (
    """
    CREATE TABLE settlement.billing_profile (
        party_id integer NOT NULL,
        version integer NOT NULL CONSTRAINT billing_profile_version_check CHECK (version > 0),
        legal_name text NOT NULL
            CONSTRAINT billing_profile_name_check CHECK (char_length(legal_name) BETWEEN 1 AND 200),
        credit_code text
            CONSTRAINT billing_profile_code_check CHECK (credit_code ~ '^[0-9A-Z]{18}$'),
        address text
            CONSTRAINT billing_profile_address_check CHECK (char_length(address) <= 300),
        phone text CONSTRAINT billing_profile_phone_check CHECK (char_length(phone) <= 40),
        bank text CONSTRAINT billing_profile_bank_check CHECK (char_length(bank) <= 200),
        bank_account text
            CONSTRAINT billing_profile_account_check CHECK (char_length(bank_account) <= 64),
        stated_at timestamptz NOT NULL,
        recorded_by integer DEFAULT nullif(current_setting('comity.actor', true), '')::integer,
        CONSTRAINT billing_profile_pkey PRIMARY KEY (party_id, version)
    )
    """,
    """
    CREATE TRIGGER billing_profile_append_only
        BEFORE UPDATE OR DELETE ON settlement.billing_profile
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    "GRANT SELECT, INSERT ON settlement.billing_profile TO comity_service",
)

DAILY_BILLS = (
    """
    CREATE TABLE settlement.daily_bill (
        supplier_party_id integer NOT NULL,
        day date NOT NULL,
        line_count bigint NOT NULL CONSTRAINT daily_bill_lines_check CHECK (line_count >= 0),
        file_bytes bigint NOT NULL CONSTRAINT daily_bill_bytes_check CHECK (file_bytes > 0),
        file_sha256 bytea NOT NULL
            CONSTRAINT daily_bill_hash_check CHECK (octet_length(file_sha256) = 32),
        written_at timestamptz NOT NULL,
        CONSTRAINT daily_bill_pkey PRIMARY KEY (supplier_party_id, day)
    )
    """,
    """
    CREATE TABLE settlement.daily_bill_part (
        supplier_party_id integer NOT NULL,
        day date NOT NULL,
        part integer NOT NULL CONSTRAINT daily_bill_part_check CHECK (part >= 0),
        content bytea NOT NULL
            CONSTRAINT daily_bill_content_check CHECK (octet_length(content) > 0),
        CONSTRAINT daily_bill_part_pkey PRIMARY KEY (supplier_party_id, day, part),
        CONSTRAINT daily_bill_part_bill_fkey FOREIGN KEY (supplier_party_id, day)
            REFERENCES settlement.daily_bill (supplier_party_id, day)
    )
    """,
    "ALTER TABLE settlement.daily_bill_part ALTER COLUMN content SET STORAGE EXTERNAL",
    """
    CREATE TRIGGER daily_bill_append_only BEFORE UPDATE OR DELETE ON settlement.daily_bill
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    """
    CREATE TRIGGER daily_bill_part_append_only
        BEFORE UPDATE OR DELETE ON settlement.daily_bill_part
        FOR EACH ROW EXECUTE FUNCTION settlement.refuse_change()
    """,
    """
    GRANT SELECT, INSERT ON settlement.daily_bill, settlement.daily_bill_part TO comity_service
    """,
)

DOWNGRADE = (
    "DROP TABLE settlement.daily_bill_part, settlement.daily_bill, settlement.billing_profile",
    "DROP TABLE settlement.statement_file_part, settlement.statement_file",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in (*DETAILS, *PROFILES, *DAILY_BILLS):
        op.execute(statement)


def downgrade() -> None:
    """Drop them. What they hold is lost: statements keep the SHA-256 of files that are gone."""
    for statement in DOWNGRADE:
        op.execute(statement)
