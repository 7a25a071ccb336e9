"""What is true of support insurance, as plain functions.

What needs numpy (`past_year`, `what_if`, `loss_ratio`, `resampling`) is imported where it is used.
"""

from marketplace.insurance.rules.claims import ClaimStatus, claim_status
from marketplace.insurance.rules.plans import (
    MAX_GRACE_DAYS,
    MAX_LIMIT_HOURS,
    MAX_NAME_LENGTH,
    MAX_TERMS_LENGTH,
    MAX_WAITING_DAYS,
    NotOnSale,
    PlanTerms,
)
from marketplace.insurance.rules.policies import (
    COVERING,
    LIVE,
    POLICY,
    PURPOSE,
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
    "COVERING",
    "LIVE",
    "MAX_GRACE_DAYS",
    "MAX_LIMIT_HOURS",
    "MAX_NAME_LENGTH",
    "MAX_TERMS_LENGTH",
    "MAX_WAITING_DAYS",
    "ONE_EVENT_DAYS",
    "POLICY",
    "PURPOSE",
    "ClaimStatus",
    "CoverHasChanged",
    "Need",
    "NotOnSale",
    "Obstacle",
    "OneForEachLicence",
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
