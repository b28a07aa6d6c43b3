"""A till takes coupons without a connection, within a lease that it was given before.

Promises:

- A lease is bounded: so many uses, of these offers, for so many hours. What is at stake is shown.
- Each use that is told of is judged at the time at which it happened, and answered once.
- A coupon that was taken twice is used once. The second time is listed as a conflict, and borne by
  whom the lease names.

Never:

- A conflict is never billed to the brand of the member, nor counted among the uses of the coupon.
- A lease never takes more uses than its quota, however many uploads race.
- No table of this wing names a member's coupon.

Start here:

- `terms`: what a lease says, and how an upload is judged (pure).
- `leases`: leases as they are stored, and what is at stake in them.
- `uploads`: what a till tells of, in three steps. Here it is said how uploads race.
- `told`: the first step: what is known, refused and taken.
- `outcomes`: the last step: what became of each use.
"""

from exchange.leases.leases import (
    Exposure,
    close_lease,
    find_lease,
    list_leases,
    load_exposure,
    make_lease,
)
from exchange.leases.outcomes import LeaseUse, list_lease_uses, tell_conflicts
from exchange.leases.terms import (
    HOURS_MAX,
    OFFERS_MAX,
    QUOTA_MAX,
    Bearer,
    Lease,
    LeaseTerms,
)
from exchange.leases.told import UPLOAD_ITEMS_MAX, LeaseUseState, OfflineUse
from exchange.leases.uploads import UploadAnswer, upload_uses

__all__ = [
    "HOURS_MAX",
    "OFFERS_MAX",
    "QUOTA_MAX",
    "UPLOAD_ITEMS_MAX",
    "Bearer",
    "Exposure",
    "Lease",
    "LeaseTerms",
    "LeaseUse",
    "LeaseUseState",
    "OfflineUse",
    "UploadAnswer",
    "close_lease",
    "find_lease",
    "list_lease_uses",
    "list_leases",
    "load_exposure",
    "make_lease",
    "tell_conflicts",
    "upload_uses",
]
