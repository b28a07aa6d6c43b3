"""Keys have scopes, a shop, an end and a maker. Whoever changes something is an actor."""

from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

ACTORS = (
    # The numbers below 100 are for parts of the system, and stand in the code.
    """
    CREATE TABLE catalog.actor (
        actor_id integer GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('key', 'supplier', 'command', 'system')),
        name text NOT NULL,
        party_id integer REFERENCES catalog.party (party_id),
        recorded_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT actor_kind_name_key UNIQUE (kind, name)
    )
    """,
    """
    INSERT INTO catalog.actor (actor_id, kind, name)
    OVERRIDING SYSTEM VALUE VALUES (1, 'system', 'worker')
    """,
    """
    INSERT INTO catalog.actor (kind, name, party_id)
    SELECT 'key', key_id, party_id FROM catalog.api_key ORDER BY key_id
    """,
    "GRANT SELECT, INSERT ON catalog.actor TO comity_service",
    """
    CREATE TRIGGER actor_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON catalog.actor
        FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()
    """,
)
# The processes of the release before this one ask for `permissions`. They are stopped for the
# upgrade, and are refused by a schema that is not theirs.
KEYS = (
    """
    -- squawk-ignore renaming-column
    ALTER TABLE catalog.api_key RENAME COLUMN permissions TO scopes
    """,
    # The table has a few hundred rows at most, and nobody uses it during the upgrade.
    """
    ALTER TABLE catalog.api_key
        ADD COLUMN shop text,
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN last_used_at timestamptz
    """,
    """
    ALTER TABLE catalog.api_key
        -- squawk-ignore adding-foreign-key-constraint
        ADD COLUMN created_by integer REFERENCES catalog.actor (actor_id)
    """,
    "GRANT UPDATE (expires_at, last_used_at) ON catalog.api_key TO comity_service",
    "ALTER TABLE catalog.api_key DISABLE TRIGGER api_key_revoked_for_good",
    """
    UPDATE catalog.api_key AS key SET scopes = ARRAY(
        SELECT DISTINCT scope
        FROM catalog.party
        CROSS JOIN LATERAL unnest(roles) AS role
        CROSS JOIN LATERAL unnest(CASE role
            WHEN 'operator' THEN ARRAY['admin', 'coupons', 'import', 'offers', 'points', 'read',
                'reconcile', 'rights', 'statements']
            WHEN 'brand' THEN ARRAY['admin', 'import', 'offers', 'points', 'read', 'rights',
                'statements']
            ELSE ARRAY['admin', 'coupons', 'import', 'offers', 'read', 'reconcile', 'statements']
        END) AS scope
        WHERE party.party_id = key.party_id
            AND (scope <> 'import' OR 'import' = ANY (key.scopes))
        ORDER BY scope
    )
    """,
    "ALTER TABLE catalog.api_key ENABLE TRIGGER api_key_revoked_for_good",
)


def upgrade() -> None:
    """Give each key the scopes that its party's roles allow. `import` stays with those who had it.

    A key's actor has the key's number as its name.
    """
    for statement in (*ACTORS, *KEYS):
        op.execute(statement)


def downgrade() -> None:
    """Leave only the permission `import`. Keys with an end, or bound to a shop, are revoked.

    The release before knows neither, and would let them in without.
    """
    op.execute(
        """
        UPDATE catalog.api_key SET revoked_at = now()
        WHERE revoked_at IS NULL AND (shop IS NOT NULL OR expires_at IS NOT NULL
            OR cardinality(array_remove(scopes, 'import')) < (
                SELECT CASE WHEN roles && '{operator}' OR roles @> '{brand,supplier}' THEN 8
                    ELSE 6 END
                FROM catalog.party WHERE party.party_id = api_key.party_id
            ))
        """
    )
    op.execute("ALTER TABLE catalog.api_key DISABLE TRIGGER api_key_revoked_for_good")
    op.execute(
        """
        UPDATE catalog.api_key
        SET scopes = CASE WHEN 'import' = ANY (scopes) THEN ARRAY['import'] ELSE '{}'::text[] END
        """
    )
    op.execute("ALTER TABLE catalog.api_key ENABLE TRIGGER api_key_revoked_for_good")
    op.execute(
        """
        ALTER TABLE catalog.api_key DROP COLUMN shop, DROP COLUMN expires_at,
            DROP COLUMN last_used_at, DROP COLUMN created_by
        """
    )
    op.execute("ALTER TABLE catalog.api_key RENAME COLUMN scopes TO permissions")
    op.execute("DROP TABLE catalog.actor")
