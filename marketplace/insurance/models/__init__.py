"""Tables of plans, policies, and what they have covered."""

from marketplace.insurance.models.appeals import Appeal
from marketplace.insurance.models.claims import Claim, ClaimPart, PolicyYear
from marketplace.insurance.models.plans import Plan, PlanVersion
from marketplace.insurance.models.policies import Policy

__all__ = ["Appeal", "Claim", "ClaimPart", "Plan", "PlanVersion", "Policy", "PolicyYear"]
