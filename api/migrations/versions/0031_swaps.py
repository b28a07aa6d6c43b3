"""Swaps of rights for rights, placements, and leases of tills that work without a connection.

A batch of stock and a coupon name the swap that they belong to, and a batch whose swap has reached
its limit is halted. A coupon names the placement that led to it.
"""

from alembic import op

revision = "0031"
down_revision = "0028"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

UPGRADE = (
    "ALTER TABLE catalog.procurement ADD COLUMN swap_id bigint",
    "ALTER TABLE catalog.allotment ADD COLUMN swap_id bigint",
    "ALTER TABLE catalog.allotment ADD COLUMN halted_at timestamptz",
    "GRANT UPDATE (halted_at) ON catalog.allotment TO comity_service",
    "ALTER TABLE exchange.coupon ADD COLUMN swap_id bigint",
    "ALTER TABLE exchange.coupon ADD COLUMN placement_id bigint",
    # No coupon has either yet, so both indexes are empty.
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_swap_index ON exchange.coupon (book_id, swap_id, offer_id, state)
        WHERE swap_id IS NOT NULL
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX coupon_placement_index ON exchange.coupon (book_id, placement_id)
        WHERE placement_id IS NOT NULL
    """,
    f"""
    CREATE TABLE exchange.swap (
        swap_id bigint NOT NULL,
        proposer_id integer NOT NULL,
        other_id integer NOT NULL,
        proposer_book_id integer NOT NULL,
        other_book_id integer,
        currency text COLLATE "C" NOT NULL,
        window_from timestamptz NOT NULL,
        window_until timestamptz NOT NULL,
        limit_minor bigint NOT NULL,
        alert_percent integer NOT NULL,
        state text COLLATE "C" NOT NULL,
        proposer_standing text COLLATE "C" NOT NULL DEFAULT 'ok',
        other_standing text COLLATE "C" NOT NULL DEFAULT 'ok',
        proposed_at timestamptz NOT NULL DEFAULT now(),
        agreed_at timestamptz,
        judged_at timestamptz,
        ended_at timestamptz,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT swap_pkey PRIMARY KEY (swap_id),
        CONSTRAINT swap_parties_check CHECK (proposer_id <> other_id),
        CONSTRAINT swap_window_check CHECK (window_until > window_from),
        CONSTRAINT swap_limit_check CHECK (limit_minor > 0),
        CONSTRAINT swap_alert_check CHECK (alert_percent BETWEEN 1 AND 100),
        CONSTRAINT swap_state_check CHECK (state IN ('PROPOSED', 'AGREED', 'ENDED')),
        CONSTRAINT swap_standing_check CHECK (
            proposer_standing IN ('ok', 'alert', 'stopped')
            AND other_standing IN ('ok', 'alert', 'stopped')
        ),
        CONSTRAINT swap_agreed_check CHECK (
            (agreed_at IS NULL) = (other_book_id IS NULL)
            AND (state <> 'PROPOSED' OR agreed_at IS NULL)
            AND (state <> 'AGREED' OR agreed_at IS NOT NULL)
        ),
        CONSTRAINT swap_ended_check CHECK ((state = 'ENDED') = (ended_at IS NOT NULL))
    )
    """,
    "CREATE INDEX swap_by_proposer ON exchange.swap (proposer_id, swap_id)",
    "CREATE INDEX swap_by_other ON exchange.swap (other_id, swap_id)",
    """
    CREATE TABLE exchange.swap_line (
        swap_id bigint NOT NULL,
        offer_id bigint NOT NULL,
        giver_id integer NOT NULL,
        quantity bigint NOT NULL,
        unit_value_minor bigint NOT NULL,
        CONSTRAINT swap_line_pkey PRIMARY KEY (swap_id, offer_id),
        CONSTRAINT swap_line_swap_fkey FOREIGN KEY (swap_id) REFERENCES exchange.swap (swap_id),
        CONSTRAINT swap_line_quantity_check CHECK (quantity > 0),
        CONSTRAINT swap_line_value_check CHECK (unit_value_minor > 0)
    )
    """,
    f"""
    CREATE TABLE exchange.placement (
        placement_id bigint NOT NULL,
        guest_id integer NOT NULL,
        host_id integer NOT NULL,
        host_book_id integer NOT NULL,
        offer_id bigint NOT NULL,
        slot text NOT NULL,
        currency text COLLATE "C" NOT NULL,
        value_per_claim_minor bigint NOT NULL,
        promised_impressions bigint,
        window_from timestamptz NOT NULL,
        window_until timestamptz NOT NULL,
        swap_id bigint,
        ended_at timestamptz,
        made_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT placement_pkey PRIMARY KEY (placement_id),
        CONSTRAINT placement_swap_fkey FOREIGN KEY (swap_id) REFERENCES exchange.swap (swap_id),
        CONSTRAINT placement_parties_check CHECK (guest_id <> host_id),
        CONSTRAINT placement_value_check CHECK (value_per_claim_minor >= 0),
        CONSTRAINT placement_promised_check CHECK (promised_impressions > 0),
        CONSTRAINT placement_window_check CHECK (window_until > window_from)
    )
    """,
    "CREATE INDEX placement_by_guest ON exchange.placement (guest_id, placement_id)",
    "CREATE INDEX placement_by_host ON exchange.placement (host_id, placement_id)",
    """
    CREATE INDEX placement_by_swap ON exchange.placement (swap_id) WHERE swap_id IS NOT NULL
    """,
    f"""
    CREATE TABLE exchange.placement_count (
        placement_id bigint NOT NULL,
        hour timestamptz NOT NULL,
        impressions bigint NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT placement_count_pkey PRIMARY KEY (placement_id, hour),
        CONSTRAINT placement_count_placement_fkey FOREIGN KEY (placement_id)
            REFERENCES exchange.placement (placement_id),
        CONSTRAINT placement_count_hour_check CHECK (
            date_trunc('hour', hour, 'UTC') = hour
        ),
        CONSTRAINT placement_count_impressions_check CHECK (impressions >= 0)
    )
    """,
    f"""
    CREATE TABLE exchange.lease (
        lease_id bigint NOT NULL,
        supplier_id integer NOT NULL,
        shop text NOT NULL,
        offer_ids bigint[] NOT NULL,
        currency text COLLATE "C" NOT NULL,
        value_max_minor bigint NOT NULL,
        bearer text COLLATE "C" NOT NULL,
        quota integer NOT NULL,
        used integer NOT NULL DEFAULT 0,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz NOT NULL,
        upload_until timestamptz NOT NULL,
        closed_at timestamptz,
        recorded_by integer DEFAULT {BY},
        CONSTRAINT lease_pkey PRIMARY KEY (lease_id),
        CONSTRAINT lease_bearer_check CHECK (bearer IN ('shop', 'supplier')),
        CONSTRAINT lease_quota_check CHECK (quota > 0),
        CONSTRAINT lease_used_check CHECK (used BETWEEN 0 AND quota),
        CONSTRAINT lease_value_check CHECK (value_max_minor >= 0),
        CONSTRAINT lease_window_check CHECK (
            valid_from < valid_until AND valid_until < upload_until
        )
    )
    """,
    "CREATE INDEX lease_by_supplier ON exchange.lease (supplier_id, lease_id)",
    f"""
    CREATE TABLE exchange.lease_use (
        lease_id bigint NOT NULL,
        number integer NOT NULL,
        key text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        coupon_sha256 bytea NOT NULL,
        occurred_at timestamptz NOT NULL,
        state text COLLATE "C" NOT NULL,
        answer json,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        CONSTRAINT lease_use_pkey PRIMARY KEY (lease_id, number),
        CONSTRAINT lease_use_key UNIQUE (lease_id, key),
        CONSTRAINT lease_use_once_key UNIQUE (lease_id, coupon_sha256, occurred_at),
        CONSTRAINT lease_use_lease_fkey FOREIGN KEY (lease_id) REFERENCES exchange.lease (lease_id),
        CONSTRAINT lease_use_number_check CHECK (number > 0),
        CONSTRAINT lease_use_state_check CHECK (
            state IN ('TAKEN', 'USED', 'CONFLICT', 'REFUSED')
        ),
        CONSTRAINT lease_use_answer_check CHECK ((state = 'TAKEN') = (answer IS NULL))
    )
    """,
    """
    GRANT SELECT, INSERT ON
        exchange.swap, exchange.swap_line, exchange.placement, exchange.placement_count,
        exchange.lease, exchange.lease_use
        TO comity_service
    """,
    "GRANT UPDATE (used, closed_at) ON exchange.lease TO comity_service",
    "GRANT UPDATE (state, answer) ON exchange.lease_use TO comity_service",
    """
    GRANT UPDATE (
        other_book_id, state, proposer_standing, other_standing, agreed_at, judged_at, ended_at
    ) ON exchange.swap TO comity_service
    """,
    "GRANT UPDATE (ended_at) ON exchange.placement TO comity_service",
)

DOWNGRADE = (
    "DROP TABLE exchange.lease_use",
    "DROP TABLE exchange.lease",
    "DROP TABLE exchange.placement_count",
    "DROP TABLE exchange.placement",
    "DROP TABLE exchange.swap_line",
    "DROP TABLE exchange.swap",
    "ALTER TABLE exchange.coupon DROP COLUMN swap_id, DROP COLUMN placement_id",
    "ALTER TABLE catalog.allotment DROP COLUMN swap_id, DROP COLUMN halted_at",
    "ALTER TABLE catalog.procurement DROP COLUMN swap_id",
)


def upgrade() -> None:
    """Create swaps, placements and leases, and let stock and coupons name them."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop all of these. What was granted by a swap stays as stock."""
    for statement in DOWNGRADE:
        op.execute(statement)
