"""What is true of support insurance, as plain functions.

What needs numpy (`past_year`, `what_if`, `loss_ratio`, `resampling`) is imported where it is used.
"""

from marketplace.insurance.rules.appeals import (
    APPEAL,
    MAX_APPEAL_LENGTH,
    AppealAction,
    AppealStatus,
    AppealUnderWay,
    OwnAppeal,
)
from marketplace.insurance.rules.claims import ClaimStatus, claim_status
from marketplace.insurance.rules.names import CoverName
from marketplace.insurance.rules.plans import (
    MAX_GRACE_DAYS,
    MAX_LIMIT_HOURS,
    MAX_NAME_LENGTH,
    MAX_TERMS_LENGTH,
    MAX_WAITING_DAYS,
    NotOnSale,
    PlanHasChanged,
    PlanTerms,
)
from marketplace.insurance.rules.policies import (
    CHANGE_SEEN_FOR,
    COVERING,
    LIVE,
    MAX_LICENCE_LENGTH,
    POLICY,
    PURPOSE,
    Cancellation,
    DifferenceHasChanged,
    OneForEachLicence,
    PolicyAction,
    PolicyStatus,
    RefundHasChanged,
    anniversary,
    year_number,
)
from marketplace.insurance.rules.promises import (
    ONE_EVENT_DAYS,
    CoverHasChanged,
    Need,
    Obstacle,
    Promise,
    Standing,
    minutes_of,
    promise,
)

__all__ = [
    "APPEAL",
    "CHANGE_SEEN_FOR",
    "COVERING",
    "LIVE",
    "MAX_APPEAL_LENGTH",
    "MAX_GRACE_DAYS",
    "MAX_LICENCE_LENGTH",
    "MAX_LIMIT_HOURS",
    "MAX_NAME_LENGTH",
    "MAX_TERMS_LENGTH",
    "MAX_WAITING_DAYS",
    "ONE_EVENT_DAYS",
    "POLICY",
    "PURPOSE",
    "AppealAction",
    "AppealStatus",
    "AppealUnderWay",
    "Cancellation",
    "ClaimStatus",
    "CoverHasChanged",
    "CoverName",
    "DifferenceHasChanged",
    "Need",
    "NotOnSale",
    "Obstacle",
    "OneForEachLicence",
    "OwnAppeal",
    "PlanHasChanged",
    "PlanTerms",
    "PolicyAction",
    "PolicyStatus",
    "Promise",
    "RefundHasChanged",
    "Standing",
    "anniversary",
    "claim_status",
    "minutes_of",
    "promise",
    "year_number",
]
