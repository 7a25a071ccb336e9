"""Reading figures, each of which says of how many or over which time it is one, and what the vendor should look at."""

from marketplace.insights.queries.cover import (
    CoverDay,
    CoverFigures,
    PlanFigures,
    Used,
    cover_by_niche,
    cover_by_partner,
    cover_by_release,
    cover_days,
    cover_figures,
    time_of_days,
)
from marketplace.insights.queries.today import Gap, OpenOffers, PublicFigures, Today, public_figures, today
from marketplace.insights.queries.undelivered import (
    Undelivered,
    count_undelivered,
    kinds_for,
    refused_lately,
    undelivered,
    undelivered_message,
)

__all__ = [
    "CoverDay",
    "CoverFigures",
    "Gap",
    "OpenOffers",
    "PlanFigures",
    "PublicFigures",
    "Today",
    "Undelivered",
    "Used",
    "count_undelivered",
    "cover_by_niche",
    "cover_by_partner",
    "cover_by_release",
    "cover_days",
    "cover_figures",
    "kinds_for",
    "public_figures",
    "refused_lately",
    "time_of_days",
    "today",
    "undelivered",
    "undelivered_message",
]
