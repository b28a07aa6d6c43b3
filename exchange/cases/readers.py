"""Who reads orders and cases, and what of them: each party only its own. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads. Without a party, the operator, who sees everything.

    `is_supplier`: the party lists what it supplies. Otherwise it lists what its programmes ordered.
    """

    party_id: int | None = None
    is_supplier: bool = False

    def may_see(self, supplier_id: int, home_party_id: int) -> bool:
        """Whether it sees what is between these two."""
        return self.party_id in (None, supplier_id, home_party_id)

    def may_see_members(self, home_party_id: int) -> bool:
        """Whether it sees who the members of that brand are."""
        return self.party_id in (None, home_party_id)
