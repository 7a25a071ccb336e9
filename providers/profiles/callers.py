"""What the pages share on which members say something of themselves or their business: who calls, and what is next."""

from typing import Any

from flask import request, url_for

from marketplace.kernel.access import caller_id
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotFound
from providers.profiles import queries
from providers.profiles.models import Member
from providers.profiles.rules import MemberRole, ProviderStatus


def acting_member() -> Member:
    """Find the membership of whoever calls; the door has let in members only."""
    member = queries.membership(reading(), caller_id())
    if member is None:
        raise NotFound
    return member


def about_member(member: Member) -> dict[str, Any]:
    """Give what every page of a step reads of who looks at it."""
    return {"provider": member.provider, "is_owner": member.role is MemberRole.OWNER, "typed": request.form}


def way_on(here: str) -> str:
    """Tell where a step leads: back to the application, while there is one to be sent."""
    is_applying = acting_member().provider.status is ProviderStatus.APPLYING
    return url_for("applications.overview") if is_applying else here
