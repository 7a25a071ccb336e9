"""What the vendor calls it. Selling insurance is regulated in many countries, so the word is the vendor's choice."""

from enum import StrEnum

from marketplace.kernel.translate import LazyText, _l


class CoverName(StrEnum):
    """What the pages and letters call it."""

    SUPPORT_COVER = "support-cover"
    SUPPORT_PLAN = "support-plan"
    INSURANCE = "insurance"

    @property
    def label(self) -> LazyText:
        """The name, as a title."""
        return COVER_NAMES[self]


COVER_NAMES = {
    CoverName.SUPPORT_COVER: _l("Support cover"),
    CoverName.SUPPORT_PLAN: _l("Support plan"),
    CoverName.INSURANCE: _l("Support insurance"),
}
