"""What a brand says of its members: identifiers, tags, tiers, birthday and consents."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    NO_CONTROL_PATTERN,
    TAG_PATTERN,
    Body,
    Instant,
    Key,
    Member,
    MonthAndDay,
    Slug,
)
from catalog import CODE_LENGTH_MAX, INTEGER_MAX
from catalog.members import (
    DECLARED_LABEL_LENGTH_MAX,
    IDENTIFIERS_MAX,
    ORIGIN_DEFAULT,
    ORIGIN_LENGTH_MAX,
    TAGS_DECLARED_MAX,
    TAGS_MAX,
    TIERS_DECLARED_MAX,
    VALUE_LENGTH_MAX,
)

IdentifierKind = Literal["card", "email", "openid", "phone", "unionid"]
TagCode = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CODE_LENGTH_MAX,
        pattern=TAG_PATTERN,
        description="A class and a slug: behaviour, brand, product or platform.",
        examples=["brand:tea-lover"],
    ),
]
DeclaredLabel = Annotated[
    str, Field(min_length=1, max_length=DECLARED_LABEL_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]


class IdentifierBody(Body):
    """How the member is known elsewhere. Of the value only a digest and the end are kept."""

    kind: IdentifierKind
    value: Annotated[
        str, Field(min_length=1, max_length=VALUE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
    ]


Identifiers = Annotated[list[IdentifierBody], Field(max_length=IDENTIFIERS_MAX)]


class TagBody(Body):
    """A tag that a member gets from now on."""

    tag: TagCode
    until: Instant | None = None
    origin: Annotated[
        str, Field(min_length=1, max_length=ORIGIN_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
    ] = ORIGIN_DEFAULT


class TagsBody(Body):
    """What becomes of a member's tags: `set` takes the place of all, and goes alone."""

    set: Annotated[list[TagBody], Field(max_length=TAGS_MAX)] | None = None
    add: Annotated[list[TagBody], Field(max_length=TAGS_MAX)] = Field(default_factory=list)
    remove: Annotated[list[TagCode], Field(max_length=TAGS_MAX)] = Field(default_factory=list)


class TierGrantBody(Body):
    """The tier of a member, from now unless `valid_from` says otherwise."""

    code: Slug
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class ConsentsOfMemberBody(Body):
    """What the member has agreed to. What is left out stays as it is."""

    rights_by_third_party: bool | None = None
    contact: bool | None = None


class ProfileBody(Body):
    """What the brand says of a member. What is left out stays as it is.

    `tier` null ends the tier now, and `birthday` null removes the birthday.
    """

    identifiers: Identifiers = Field(default_factory=list)
    tags: TagsBody | None = None
    tier: TierGrantBody | None = None
    birthday: MonthAndDay | None = None
    consents: ConsentsOfMemberBody | None = None


class ProfileItem(ProfileBody):
    """What the brand says of one member of a batch."""

    key: Key
    member: Member


class ProfilesBody(Body):
    """Up to 1,000 members, each with a key of its own."""

    members: Annotated[list[ProfileItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class ResolveBody(Body):
    """Identifiers of one person."""

    identifiers: Annotated[list[IdentifierBody], Field(min_length=1, max_length=IDENTIFIERS_MAX)]


class ResolvedAnswer(TypedDict):
    """The member to whom the identifiers belong, and the kinds that say so."""

    member: str
    matched: list[IdentifierKind]


class IdentifierAnswer(TypedDict):
    """An identifier as it may be shown: its kind and its last characters."""

    kind: IdentifierKind
    tail: str
    since: datetime


class TagOfMemberAnswer(TypedDict):
    """A tag of a member, and until when."""

    tag: str
    origin: str
    since: datetime
    until: datetime | None


class TierOfMemberAnswer(TypedDict):
    """The tier that a member has now, and in which period."""

    code: str
    valid_from: datetime
    valid_until: datetime | None


class ConsentsOfMemberAnswer(TypedDict):
    """What a member has agreed to; null where nobody has said."""

    rights_by_third_party: bool | None
    contact: bool | None


class ProfileAnswer(TypedDict):
    """What is stored of a member. Of identifiers only the last characters are shown.

    If the member was merged into another, that one has it all now: `merged_into`.
    """

    member: str
    merged_into: str | None
    identifiers: list[IdentifierAnswer]
    tags: list[TagOfMemberAnswer]
    tier: TierOfMemberAnswer | None
    birthday: str | None
    consents: ConsentsOfMemberAnswer
    first_seen: datetime


class AcceptedProfileAnswer(ProfileAnswer):
    """What is stored of a member of a batch."""

    key: str
    status: Literal["accepted"]


class ProfilesAnswer(TypedDict):
    """One answer per member, in the order of the request."""

    answers: list[AcceptedProfileAnswer | RefusedAnswer]


class ForgottenAnswer(TypedDict):
    """How many accounts of a forgotten member were wiped from its coupons."""

    member: str
    accounts_wiped: int


class DeclaredTagBody(Body):
    """A tag that members of the programme may have."""

    code: TagCode
    label: DeclaredLabel


class DeclaredTagsBody(Body):
    """All tags of the programme."""

    tags: Annotated[list[DeclaredTagBody], Field(max_length=TAGS_DECLARED_MAX)]


class DeclaredTierBody(Body):
    """A tier that members of the programme may have. A higher rank is a better tier."""

    code: Slug
    label: DeclaredLabel
    rank: Annotated[int, Field(ge=0, le=INTEGER_MAX)]


class DeclaredTiersBody(Body):
    """All tiers of the programme."""

    tiers: Annotated[list[DeclaredTierBody], Field(max_length=TIERS_DECLARED_MAX)]


class DeclaredTagAnswer(TypedDict):
    """A tag that members may have."""

    code: str
    label: str


class DeclaredTagsAnswer(TypedDict):
    """All tags of a programme, in order of code."""

    tags: list[DeclaredTagAnswer]


class DeclaredTierAnswer(TypedDict):
    """A tier that members may have."""

    code: str
    label: str
    rank: int


class DeclaredTiersAnswer(TypedDict):
    """All tiers of a programme, the lowest first."""

    tiers: list[DeclaredTierAnswer]
