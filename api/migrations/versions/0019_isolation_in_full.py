"""Isolation by owner, carrier and category; groups, vetoes and periods; a version of the rules."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BY = "nullif(current_setting('comity.actor', true), '')::integer"

# A process of the release before knows of one category alone, and names that.
CATEGORIES = (
    "ALTER TABLE catalog.party ADD COLUMN categories text[]",
    """
    UPDATE catalog.party
    SET categories = CASE WHEN category IS NULL THEN '{}' ELSE ARRAY[category] END
    """,
    """
    CREATE FUNCTION catalog.complete_party() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        new.categories := coalesce(new.categories, array_remove(ARRAY[new.category], NULL));
        new.category := new.categories[1];
        IF EXISTS (
            SELECT FROM unnest(new.categories) AS path
            WHERE NOT EXISTS (SELECT FROM catalog.category c WHERE c.path = path)
        ) THEN
            RAISE EXCEPTION 'a party trades in categories that exist'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        RETURN new;
    END
    $$
    """,
    """
    CREATE TRIGGER party_is_complete BEFORE INSERT OR UPDATE OF categories, category
        ON catalog.party FOR EACH ROW EXECUTE FUNCTION catalog.complete_party()
    """,
    # Parties are few, so this takes no time.
    """
    -- squawk-ignore constraint-missing-not-valid, adding-not-nullable-field
    ALTER TABLE catalog.party
        -- squawk-ignore adding-not-nullable-field
        ALTER COLUMN categories SET NOT NULL,
        -- squawk-ignore constraint-missing-not-valid
        ADD CHECK (cardinality(categories) <= 8)
    """,
    "GRANT UPDATE (categories, category) ON catalog.party TO comity_service",
)

GROUPS = (
    f"""
    CREATE TABLE catalog.party_group (
        group_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        code text NOT NULL UNIQUE,
        kind text NOT NULL CHECK (kind IN ('alliance', 'competitors', 'plain')),
        label text NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY}
    )
    """,
    f"""
    CREATE TABLE catalog.group_member (
        group_id integer NOT NULL REFERENCES catalog.party_group (group_id),
        party_id integer NOT NULL REFERENCES catalog.party (party_id),
        validity tstzrange NOT NULL CHECK (lower(validity) IS NOT NULL),
        accepted_at timestamptz,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        recorded_by integer DEFAULT {BY},
        PRIMARY KEY (group_id, party_id, validity WITHOUT OVERLAPS)
    )
    """,
    "GRANT SELECT, INSERT ON catalog.party_group TO comity_service",
    # A row is locked by who changes the group's members. Only that needs the column.
    "GRANT UPDATE (label) ON catalog.party_group TO comity_service",
    "GRANT SELECT, INSERT, DELETE ON catalog.group_member TO comity_service",
    "GRANT UPDATE (validity, accepted_at) ON catalog.group_member TO comity_service",
)

SIDES = """
    CASE effect WHEN 'veto' THEN 'veto' ELSE 'rule' END
        || '|' || coalesce(buyer_party_id::text, '') || '|' || coalesce(buyer_group_id::text, '')
        || '|' || coalesce(buyer_category, '') || '|' || coalesce(supplier_party_id::text, '')
        || '|' || coalesce(supplier_group_id::text, '') || '|' || coalesce(supplier_category, '')
        || '|' || mutual::text
"""

# The rules that are there hold for ever, as they did. Rules are few, so nobody waits for long.
RULES = (
    """
    -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
    ALTER TABLE catalog.isolation_rule
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT isolation_rule_sides,
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT isolation_rule_check,
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT isolation_rule_check1,
        -- squawk-ignore ban-drop-constraint
        DROP CONSTRAINT isolation_rule_effect_check,
        -- squawk-ignore adding-foreign-key-constraint
        ADD COLUMN buyer_group_id integer REFERENCES catalog.party_group (group_id),
        -- squawk-ignore adding-foreign-key-constraint
        ADD COLUMN supplier_group_id integer REFERENCES catalog.party_group (group_id),
        -- squawk-ignore adding-foreign-key-constraint
        ADD COLUMN author_id integer REFERENCES catalog.party (party_id),
        ADD COLUMN validity tstzrange NOT NULL DEFAULT '(,)',
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT isolation_rule_effect_check CHECK (effect IN ('allow', 'deny', 'veto')),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT isolation_rule_buyer
            CHECK (num_nonnulls(buyer_party_id, buyer_group_id, buyer_category) <= 1),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT isolation_rule_supplier
            CHECK (num_nonnulls(supplier_party_id, supplier_group_id, supplier_category) <= 1),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT isolation_rule_validity CHECK (NOT isempty(validity)),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT isolation_rule_veto CHECK (
            effect <> 'veto' OR NOT mutual AND coalesce(
                author_id = buyer_party_id OR author_id = supplier_party_id, false
            )
        )
    """,
    f"""
    -- squawk-ignore adding-field-with-default, adding-required-field
    ALTER TABLE catalog.isolation_rule
        -- squawk-ignore adding-field-with-default
        ADD COLUMN sides text NOT NULL GENERATED ALWAYS AS ({SIDES}) STORED
    """,
    """
    -- squawk-ignore disallowed-unique-constraint
    ALTER TABLE catalog.isolation_rule
        ALTER COLUMN validity SET DEFAULT tstzrange(now(), NULL),
        -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
        ADD CONSTRAINT isolation_rule_sides UNIQUE (sides, validity WITHOUT OVERLAPS)
    """,
    "GRANT UPDATE (validity) ON catalog.isolation_rule TO comity_service",
)

VERSION = (
    """
    CREATE TABLE catalog.rules_version (
        is_current boolean PRIMARY KEY CHECK (is_current),
        version bigint NOT NULL,
        mark uuid NOT NULL,
        changed_at timestamptz NOT NULL
    )
    """,
    """
    INSERT INTO catalog.rules_version VALUES (true, 1, gen_random_uuid(), clock_timestamp())
    """,
    "GRANT SELECT, INSERT ON catalog.rules_version TO comity_service",
    "GRANT UPDATE (version, mark, changed_at) ON catalog.rules_version TO comity_service",
    # Whatever changes a rule, and by which program: the mark is another one from its commit on.
    """
    CREATE FUNCTION catalog.mark_rules() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE catalog.rules_version
        SET version = version + 1, mark = gen_random_uuid(), changed_at = clock_timestamp();
        RETURN NULL;
    END
    $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_marks_rules AFTER {events} ON catalog.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION catalog.mark_rules()
        """
        for table, events in (
            ("isolation_rule", "INSERT OR UPDATE OR DELETE"),
            ("group_member", "INSERT OR UPDATE OR DELETE"),
            ("party_group", "INSERT OR DELETE"),
            # A new party is not known, which is noticed. One that changes would not be.
            ("party", "UPDATE OR DELETE"),
        )
    ),
)

# An offer without a category is of its own class. So are two owners, or two carriers.
CLASS_OF = """
    CREATE FUNCTION catalog.isolation_class_of(
        wanted_owner_id integer, wanted_carrier_id integer, wanted_category text
    ) RETURNS integer LANGUAGE plpgsql AS $$
    DECLARE found integer;
    BEGIN
        LOOP
            SELECT class_id INTO found FROM catalog.isolation_class
            WHERE owner_id = wanted_owner_id AND carrier_id = wanted_carrier_id
                AND category IS NOT DISTINCT FROM wanted_category;
            IF found IS NOT NULL THEN
                RETURN found;
            END IF;
            -- Whoever is faster makes it. The next look finds it.
            INSERT INTO catalog.isolation_class (owner_id, carrier_id, category)
            VALUES (wanted_owner_id, wanted_carrier_id, wanted_category) ON CONFLICT DO NOTHING;
        END LOOP;
    END
    $$
"""

CLASSES = (
    """
    CREATE TABLE catalog.isolation_class (
        class_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        owner_id integer NOT NULL REFERENCES catalog.party (party_id),
        carrier_id integer NOT NULL REFERENCES catalog.party (party_id),
        category text REFERENCES catalog.category (path),
        CONSTRAINT isolation_class_of_offers UNIQUE NULLS NOT DISTINCT
            (owner_id, carrier_id, category)
    )
    """,
    "GRANT SELECT, INSERT ON catalog.isolation_class TO comity_service",
    """
    CREATE TRIGGER isolation_class_is_immutable BEFORE UPDATE OR DELETE ON catalog.isolation_class
        FOR EACH ROW EXECUTE FUNCTION catalog.refuse_change()
    """,
    CLASS_OF,
    # Null in every row that is there, so nothing is looked up.
    """
    -- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
    ALTER TABLE catalog.offer_version
        -- squawk-ignore adding-foreign-key-constraint
        ADD COLUMN class_id integer REFERENCES catalog.isolation_class (class_id)
    """,
    """
    CREATE FUNCTION catalog.classify_offer_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT catalog.isolation_class_of(
            coalesce(new.presented_party_id, o.supplier_id), o.supplier_id, new.category
        ) INTO new.class_id
        FROM catalog.offer o WHERE o.offer_id = new.offer_id;
        RETURN new;
    END
    $$
    """,
    "ALTER TABLE catalog.offer_version DISABLE TRIGGER offer_version_is_immutable",
    """
    UPDATE catalog.offer_version v
    SET class_id = catalog.isolation_class_of(
        coalesce(v.presented_party_id, o.supplier_id), o.supplier_id, v.category
    )
    FROM catalog.offer o WHERE o.offer_id = v.offer_id
    """,
    "ALTER TABLE catalog.offer_version ENABLE TRIGGER offer_version_is_immutable",
    # Its name is after that of the trigger that completes the category.
    """
    CREATE TRIGGER offer_version_of_class BEFORE INSERT ON catalog.offer_version
        FOR EACH ROW EXECUTE FUNCTION catalog.classify_offer_version()
    """,
    """
    -- squawk-ignore adding-not-nullable-field
    ALTER TABLE catalog.offer_version ALTER COLUMN class_id SET NOT NULL
    """,
)

DOWNGRADE = (
    "DROP TRIGGER offer_version_of_class ON catalog.offer_version",
    "DROP FUNCTION catalog.classify_offer_version()",
    "ALTER TABLE catalog.offer_version DROP COLUMN class_id",
    "DROP FUNCTION catalog.isolation_class_of(integer, integer, text)",
    "DROP TABLE catalog.isolation_class",
    "DROP TRIGGER party_marks_rules ON catalog.party",
    "DROP TRIGGER isolation_rule_marks_rules ON catalog.isolation_rule",
    # What only the newer release can say: vetoes, sides of groups and of everyone, what is over.
    """
    DELETE FROM catalog.isolation_rule
    WHERE effect = 'veto' OR NOT validity @> now()
        OR num_nonnulls(buyer_party_id, buyer_category) <> 1
        OR num_nonnulls(supplier_party_id, supplier_category) <> 1
    """,
    """
    ALTER TABLE catalog.isolation_rule
        DROP CONSTRAINT isolation_rule_sides, DROP CONSTRAINT isolation_rule_veto,
        DROP CONSTRAINT isolation_rule_buyer, DROP CONSTRAINT isolation_rule_supplier,
        DROP CONSTRAINT isolation_rule_validity,
        DROP COLUMN sides, DROP COLUMN validity, DROP COLUMN author_id,
        DROP COLUMN buyer_group_id, DROP COLUMN supplier_group_id,
        DROP CONSTRAINT isolation_rule_effect_check
    """,
    """
    ALTER TABLE catalog.isolation_rule
        ADD CONSTRAINT isolation_rule_effect_check CHECK (effect IN ('allow', 'deny')),
        ADD CONSTRAINT isolation_rule_check
            CHECK (num_nonnulls(buyer_party_id, buyer_category) = 1),
        ADD CONSTRAINT isolation_rule_check1
            CHECK (num_nonnulls(supplier_party_id, supplier_category) = 1),
        ADD CONSTRAINT isolation_rule_sides UNIQUE NULLS NOT DISTINCT
            (buyer_party_id, buyer_category, supplier_party_id, supplier_category, mutual)
    """,
    "DROP TABLE catalog.group_member",
    "DROP TABLE catalog.party_group",
    "DROP FUNCTION catalog.mark_rules()",
    "DROP TABLE catalog.rules_version",
    "REVOKE UPDATE (categories, category) ON catalog.party FROM comity_service",
    "DROP TRIGGER party_is_complete ON catalog.party",
    "DROP FUNCTION catalog.complete_party()",
    "ALTER TABLE catalog.party DROP COLUMN categories",
)


def upgrade() -> None:
    """Add what is new. Rules keep their meaning, and each offer is of its supplier's class."""
    for statement in (*CATEGORIES, *GROUPS, *RULES, *CLASSES, *VERSION):
        op.execute(statement)


def downgrade() -> None:
    """Drop it again. Parties keep their first category, rules that hold now hold for ever."""
    for statement in DOWNGRADE:
        op.execute(statement)
