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
"""

from catalog.members.facts import (
    load_facts,
)

__all__ = ["load_facts"]
