"""Reading the life of a request: for its customer, its provider and the vendor's staff."""

from marketplace.jobs.queries.agreed import (
    due,
    earned,
    extra_work,
    extras_of,
    job_of,
    jobs_by_request,
    lock_extra,
    lock_job,
    minutes_written,
    resolutions,
    times,
)
from marketplace.jobs.queries.asking import (
    check_budget,
    hold_of,
    price_of_choice,
)
from marketplace.jobs.queries.desk import (
    Desk,
    desk_of,
)
from marketplace.jobs.queries.moments import (
    check_may_rate,
    check_may_write,
    is_overdue_for_confirmation,
    overdue_for_confirmation,
    overdue_searches,
    unmatched,
)
from marketplace.jobs.queries.reading import (
    RequestView,
    file_for,
    view_request,
)

__all__ = [
    "Desk",
    "RequestView",
    "check_budget",
    "check_may_rate",
    "check_may_write",
    "desk_of",
    "due",
    "earned",
    "extra_work",
    "extras_of",
    "file_for",
    "hold_of",
    "is_overdue_for_confirmation",
    "job_of",
    "jobs_by_request",
    "lock_extra",
    "lock_job",
    "minutes_written",
    "overdue_for_confirmation",
    "overdue_searches",
    "price_of_choice",
    "resolutions",
    "times",
    "unmatched",
    "view_request",
]
