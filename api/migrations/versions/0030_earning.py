"""What members earn by events: rules, budgets, product codes, invites; birthday gifts."""

from alembic import op

revision = "0030"
down_revision = "0027"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    f"""
    CREATE TABLE exchange.earning_rule (
        book_id integer NOT NULL,
        rule text COLLATE "C" NOT NULL,
        event text COLLATE "C" NOT NULL,
        label text NOT NULL,
        points bigint NOT NULL,
        once_per text COLLATE "C",
        per_member_per_day integer,
        per_member_total integer,
        budget_points_per_day bigint,
        budget_points_total bigint,
        who jsonb NOT NULL DEFAULT '{{}}'::jsonb,
        funder text,
        after_use boolean NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        ended_at timestamptz,
        rule_no bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (book_id, rule),
        CHECK (points > 0),
        CHECK (once_per IN ('day', 'subject', 'ever')),
        CHECK (per_member_per_day > 0 AND per_member_total > 0),
        CHECK (budget_points_per_day > 0 AND budget_points_total > 0),
        CHECK (valid_until > valid_from)
    )
    """,
    """
    CREATE FUNCTION exchange.refuse_change_of_earning() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'an earning rule never changes, and its end is for good'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER earning_rule_stays BEFORE UPDATE ON exchange.earning_rule
        FOR EACH ROW WHEN (
            OLD.ended_at IS NOT NULL
            OR to_jsonb(NEW) - 'ended_at' IS DISTINCT FROM to_jsonb(OLD) - 'ended_at'
        )
        EXECUTE FUNCTION exchange.refuse_change_of_earning()
    """,
    """
    CREATE TABLE exchange.earning_budget (
        book_id integer NOT NULL,
        rule text COLLATE "C" NOT NULL,
        period text COLLATE "C" NOT NULL,
        points bigint NOT NULL,
        PRIMARY KEY (book_id, rule, period),
        CHECK (points >= 0)
    )
    """,
    """
    CREATE TABLE exchange.earned (
        book_id integer NOT NULL,
        natural_key bytea NOT NULL,
        rule text COLLATE "C" NOT NULL,
        member text COLLATE "C" NOT NULL,
        day date NOT NULL,
        points bigint NOT NULL,
        key text COLLATE "C" NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (book_id, natural_key),
        CHECK (points > 0)
    )
    """,
    "CREATE INDEX earned_member_index ON exchange.earned (book_id, member, rule, day)",
    f"""
    CREATE TABLE exchange.invitation (
        book_id integer NOT NULL,
        digest bytea NOT NULL,
        kind text COLLATE "C" NOT NULL,
        inviter text COLLATE "C" NOT NULL,
        invited_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        ended_at timestamptz,
        PRIMARY KEY (book_id, digest)
    )
    """,
    """
    CREATE INDEX invitation_open_index ON exchange.invitation (book_id, digest)
        WHERE ended_at IS NULL
    """,
    f"""
    CREATE TABLE exchange.product_batch (
        book_id integer NOT NULL,
        batch text COLLATE "C" NOT NULL,
        label text NOT NULL,
        rule text COLLATE "C" NOT NULL,
        state text COLLATE "C" NOT NULL DEFAULT 'OPEN',
        codes bigint NOT NULL DEFAULT 0,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        closed_at timestamptz,
        batch_no bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (book_id, batch),
        CONSTRAINT product_batch_rule_fkey FOREIGN KEY (book_id, rule)
            REFERENCES exchange.earning_rule (book_id, rule),
        CHECK (state IN ('OPEN', 'ENDED', 'VOIDED')),
        CHECK ((state = 'OPEN') = (closed_at IS NULL)),
        CHECK (codes >= 0)
    )
    """,
    """
    CREATE TABLE exchange.product_code (
        book_id integer NOT NULL,
        digest bytea NOT NULL,
        batch text COLLATE "C" NOT NULL,
        member text COLLATE "C",
        points bigint,
        earned_at timestamptz,
        PRIMARY KEY (book_id, digest),
        CONSTRAINT product_code_batch_fkey FOREIGN KEY (book_id, batch)
            REFERENCES exchange.product_batch (book_id, batch),
        CHECK (num_nulls(member, points, earned_at) IN (0, 3))
    )
    """,
    """
    CREATE INDEX product_code_earned_index ON exchange.product_code (book_id, batch)
        WHERE earned_at IS NOT NULL
    """,
    f"""
    CREATE TABLE exchange.gift_plan (
        book_id integer NOT NULL,
        birthday_offer_id bigint,
        birthday_hour integer NOT NULL,
        free_rights_per_week integer,
        birthdays_done_on date,
        changed_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (book_id),
        CHECK (birthday_hour BETWEEN 0 AND 23),
        CHECK (free_rights_per_week >= 0)
    )
    """,
    """
    CREATE TABLE exchange.birthday_gift (
        book_id integer NOT NULL,
        day date NOT NULL,
        member text COLLATE "C" NOT NULL,
        offer_id bigint NOT NULL,
        coupon_id bigint,
        refusal text COLLATE "C",
        recorded_at timestamptz NOT NULL DEFAULT now(),
        gift_no bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (book_id, day, member),
        CHECK (num_nonnulls(coupon_id, refusal) = 1)
    )
    """,
    # Those whose birthday is today are found without a look at all members.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX member_by_birthday ON catalog.member (book_id, birthday, member)
        WHERE birthday IS NOT NULL
    """,
    """
    GRANT SELECT, INSERT ON exchange.earning_rule, exchange.earning_budget, exchange.earned,
        exchange.invitation, exchange.product_batch, exchange.product_code, exchange.gift_plan,
        exchange.birthday_gift TO comity_service
    """,
    "GRANT UPDATE (ended_at) ON exchange.earning_rule, exchange.invitation TO comity_service",
    "GRANT UPDATE (points) ON exchange.earning_budget TO comity_service",
    "GRANT UPDATE (state, codes, closed_at) ON exchange.product_batch TO comity_service",
    "GRANT UPDATE (member, points, earned_at) ON exchange.product_code TO comity_service",
    """
    GRANT UPDATE (
        birthday_offer_id, birthday_hour, free_rights_per_week, birthdays_done_on, changed_at,
        recorded_by
    ) ON exchange.gift_plan TO comity_service
    """,
)

TABLES = (
    *("birthday_gift", "gift_plan", "product_code", "product_batch", "invitation"),
    *("earned", "earning_budget", "earning_rule"),
)


def upgrade() -> None:
    """Make the tables. Without rules and plans, nobody earns or is given anything."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them. The points that were earned stay: they are the ledger's."""
    op.execute("DROP INDEX catalog.member_by_birthday")
    for table in TABLES:
        op.execute(f"DROP TABLE exchange.{table}")
    op.execute("DROP FUNCTION exchange.refuse_change_of_earning()")
