"""What happens to providers, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime

from providers.profiles.rules.speech import Medium


@dataclass(frozen=True, slots=True)
class ProviderSuspended:
    """A provider may take no work."""

    provider_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ProviderReinstated:
    """A provider may take work again."""

    provider_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LevelDecided:
    """Something was decided about the level of a provider, be it that it stays."""

    decision_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BreakTaken:
    """A provider takes no jobs for a while."""

    provider_id: int
    by: int  # The person who has decided it.
    at: datetime


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """A member has another role."""

    member_id: int
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MemberParted:
    """Somebody works for a provider no longer: of their own accord, or because the owner has decided so."""

    member_id: int
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BusinessHandedOver:
    """A provider has another owner."""

    member_id: int  # The new one.
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LanguageProofChanged:
    """The vendor's people have noted how well a member knows a language, or take that back."""

    member_id: int
    language: str
    medium: Medium
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewReported:
    """Somebody finds that a review should not be shown."""

    report_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewDecided:
    """Staff have decided whether a review that was reported stays."""

    review_id: int
    report_ids: tuple[int, ...]
    at: datetime
