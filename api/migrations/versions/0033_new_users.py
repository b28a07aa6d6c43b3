"""Whose users are new: what a supplier says at a use, and a brand when a gift is taken.

What is stored of members beside their coupons can be forgotten: invites and birthday gifts.
"""

from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None

UPGRADE = (
    "ALTER TABLE exchange.coupon ADD COLUMN used_by_new boolean",
    "GRANT UPDATE (used_by_new) ON exchange.coupon TO comity_service",
    "ALTER TABLE exchange.custody ADD COLUMN is_new boolean",
    """
    CREATE TABLE exchange.new_user (
        book_id integer,
        supplier_id integer,
        member text COLLATE "C",
        coupon_id bigint NOT NULL,
        use integer NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT new_user_pkey PRIMARY KEY (book_id, supplier_id, member),
        CONSTRAINT new_user_coupon_key UNIQUE (book_id, coupon_id),
        CONSTRAINT new_user_coupon_fkey FOREIGN KEY (book_id, coupon_id)
            REFERENCES exchange.coupon (book_id, coupon_id)
    )
    """,
    "GRANT SELECT, INSERT, DELETE ON exchange.new_user TO comity_service",
    "GRANT DELETE ON exchange.invitation, exchange.birthday_gift TO comity_service",
)


def upgrade() -> None:
    """Make room for these words. Nobody was asked for them before."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Forget them."""
    op.execute("REVOKE DELETE ON exchange.invitation, exchange.birthday_gift FROM comity_service")
    op.execute("DROP TABLE exchange.new_user")
    op.execute("ALTER TABLE exchange.custody DROP COLUMN is_new")
    op.execute("ALTER TABLE exchange.coupon DROP COLUMN used_by_new")
