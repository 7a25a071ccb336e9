"""How well a language is spoken, who may work, and what figures say."""

from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l

MAX_REASON_LENGTH = 500
MIN_STARS = 1
MAX_STARS = 5


class Cefr(StrEnum):
    """How well a language is spoken, by the Common European Framework; ordered from weak to strong.

    The values order themselves: capital letters come before small ones, so `native` is the highest.
    """

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    NATIVE = "native"

    @property
    def label(self) -> LazyText:
        """The level as it stands beside the language."""
        return LEVEL_LABELS[self]


LEVEL_LABELS = {
    Cefr.A1: _l("A1"),
    Cefr.A2: _l("A2"),
    Cefr.B1: _l("B1"),
    Cefr.B2: _l("B2"),
    Cefr.C1: _l("C1"),
    Cefr.C2: _l("C2"),
    Cefr.NATIVE: _l("Native"),
}


class ProviderStatus(StrEnum):
    """Whether a provider may take work."""

    LISTED = "listed"
    SUSPENDED = "suspended"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return STATUS_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks."""
        return "good" if self is ProviderStatus.LISTED else "bad"


class ProviderAction(StrEnum):
    """What staff can do to a provider."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"


STATUS = StateTable[ProviderStatus, ProviderAction]({
    (ProviderStatus.LISTED, ProviderAction.SUSPEND): ProviderStatus.SUSPENDED,
    (ProviderStatus.SUSPENDED, ProviderAction.REINSTATE): ProviderStatus.LISTED,
})  # fmt: skip

STATUS_LABELS = {
    ProviderStatus.LISTED: _l("Listed"),
    ProviderStatus.SUSPENDED: _l("Suspended"),
}


class MemberRole(StrEnum):
    """What a person may do in a provider's business."""

    OWNER = "owner"
    MEMBER = "member"

    @property
    def label(self) -> LazyText:
        """The role in words."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    MemberRole.OWNER: _l("Owner"),
    MemberRole.MEMBER: _l("Member"),
}
