"""Where the use of cover for one request stands."""

from enum import StrEnum

from marketplace.kernel.translate import LazyText, _l


class ClaimStatus(StrEnum):
    """Where a claim stands; it follows from what is reserved and used for it."""

    RESERVED = "reserved"
    PAID = "paid"
    RETURNED = "returned"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return CLAIM_LABELS[self]


CLAIM_LABELS = {
    ClaimStatus.RESERVED: _l("Reserved"),
    ClaimStatus.PAID: _l("Paid"),
    ClaimStatus.RETURNED: _l("Not used: it is back in your cover"),
}


def claim_status(reserved_minor: int, used_minor: int) -> ClaimStatus:
    """Tell where a claim stands."""
    if reserved_minor:
        return ClaimStatus.RESERVED
    return ClaimStatus.PAID if used_minor else ClaimStatus.RETURNED
