"""What time makes due, and how often somebody looks: a table only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from certification.credentials import effects as credential_effects
from certification.exams import effects as exams_effects
from marketplace.conversation import effects as conversation_effects
from marketplace.insurance import effects as insurance_effects
from marketplace.jobs import effects as jobs_effects
from marketplace.papers import effects as papers_effects
from marketplace.payments import effects as payments_effects
from providers.availability import effects as availability_effects
from providers.directory import effects as directory_effects
from providers.profiles import effects as profile_effects


@dataclass(frozen=True, slots=True)
class Task:
    """Something that time makes due; `perform` may be called at any moment, any number of times."""

    name: str
    every_s: int
    perform: Callable[[datetime], None]


SCHEDULE: Sequence[Task] = (
    Task("expire offers", 5, jobs_effects.expire_offers),
    Task("end exams whose time is up", 5, exams_effects.end_overdue),
    Task("notice what is worth a look in attempts", 3600, exams_effects.notice_signals),
    Task("miss promises", 15, conversation_effects.miss_promises),
    Task("begin the next year of policies", 60, insurance_effects.begin_next_years),
    Task("suspend overdue policies", 60, insurance_effects.suspend_overdue),
    Task("confirm for silent customers", 60, jobs_effects.confirm_overdue),
    Task("renew holds before they lapse", 60, jobs_effects.renew_holds),
    Task("end searches before holds lapse", 60, jobs_effects.end_overdue_searches),
    Task("remind of what runs out", 60, jobs_effects.remind),
    Task("end what nobody answered about sessions", 60, jobs_effects.lapse_moves),
    Task("search again for what nobody took", 300, jobs_effects.search_again),
    Task("fetch events that never came", 600, payments_effects.catch_up),
    Task("ask about silent holds", 60, payments_effects.check_holds),
    Task("ask about silent subscriptions", 60, payments_effects.check_subscriptions),
    Task("earn what time has brought", 3600, payments_effects.earn),
    Task("tell that certificates end", 3600, credential_effects.remind),
    Task("show reviews that have waited", 60, profile_effects.show_reviews),
    Task("look at the levels of partners", 60, profile_effects.check_levels),
    Task("read calendars of members", 15, availability_effects.read_calendars),
    Task("tell who fits saved searches", 600, directory_effects.tell_who_fits),
    Task("forget old changes of the list", 3600, directory_effects.forget_changes),
    Task("release reserves", 300, payments_effects.release_reserves),
    Task("read Stripe's book", 3600, payments_effects.reconcile),
    Task("issue missing papers", 3600, papers_effects.issue_missing),
    Task("issue statements", 3600, papers_effects.issue_statements),
)
