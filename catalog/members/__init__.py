"""What a brand says of its members, as far as it decides who may have which right.

Promises:

- Of an identifier such as a phone number only a keyed digest is kept, another one in each book. So
  two brands' members cannot be compared, not even inside the database.
- An identifier belongs to one member of a book, however many callers race.
- At any instant a member has one tier at most. A tag or a tier that was not declared is refused.

Never:

- It keeps no names, addresses or purchases: those belong to the brand's own systems.
- It never sees a key in clear in the database: the caller decrypts it.

Start here:

- `facts`: a member's tier and tags, for prices and eligibility.
- `identifiers`: how a phone number or an openid becomes a digest (pure).
- `declared`: the tags and tiers of a programme.
- `tiers`: a member's tiers over time (pure).
- `description`: what is said of a member, and the member after it (pure).
- `describe`: the use case by which a brand says what it knows of members.
- `written`: the statements of that use case.
- `profile`: what is stored of members, and whose an identifier is.
- `carry`: what goes with a merge, and what is forgotten.
"""

from catalog.members.carry import (
    MergeCompanion,
    drop_identifiers_of,
    forget_members,
)
from catalog.members.declared import (
    DECLARED_LABEL_LENGTH_MAX,
    TAG_CLASSES,
    TAG_PATTERN,
    TAGS_DECLARED_MAX,
    TIERS_DECLARED_MAX,
    Tag,
    Tier,
    declare_tags,
    declare_tiers,
    load_tags,
    load_tiers,
)
from catalog.members.describe import (
    describe_member,
)
from catalog.members.description import (
    IDENTIFIERS_MAX,
    NO_BIRTHDAY,
    ORIGIN_DEFAULT,
    ORIGIN_LENGTH_MAX,
    TAGS_MAX,
    Description,
    TagGrant,
    TierGrant,
)
from catalog.members.facts import (
    load_facts,
)
from catalog.members.identifiers import (
    VALUE_LENGTH_MAX,
    Digester,
    Identifier,
)
from catalog.members.profile import (
    KnownIdentifier,
    KnownTag,
    Profile,
    find_profile,
    load_birthdays,
    load_first_seen,
    load_identifiers,
    load_owners,
    resolve,
)

__all__ = [
    "DECLARED_LABEL_LENGTH_MAX",
    "IDENTIFIERS_MAX",
    "NO_BIRTHDAY",
    "ORIGIN_DEFAULT",
    "ORIGIN_LENGTH_MAX",
    "TAGS_DECLARED_MAX",
    "TAGS_MAX",
    "TAG_CLASSES",
    "TAG_PATTERN",
    "TIERS_DECLARED_MAX",
    "VALUE_LENGTH_MAX",
    "Description",
    "Digester",
    "Identifier",
    "KnownIdentifier",
    "KnownTag",
    "MergeCompanion",
    "Profile",
    "Tag",
    "TagGrant",
    "Tier",
    "TierGrant",
    "declare_tags",
    "declare_tiers",
    "describe_member",
    "drop_identifiers_of",
    "find_profile",
    "forget_members",
    "load_birthdays",
    "load_facts",
    "load_first_seen",
    "load_identifiers",
    "load_owners",
    "load_tags",
    "load_tiers",
    "resolve",
]
