"""What letters say of the terms of a job: what it costs, when a session starts, and what becomes of it when it ends."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import events, queries
from marketplace.jobs.models import Job
from marketplace.jobs.rules import PURPOSE
from marketplace.jobs.wording_of_cover import where_all_goes
from marketplace.kernel.mail import Letter
from marketplace.kernel.money import total
from marketplace.kernel.translate import _, format_minutes, format_money
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold
from marketplace.site.notifications.post import page_of, request_of, tell_workers, when
from marketplace.support_requests.models import SupportRequest


def what_it_costs(support_request: SupportRequest, job: Job) -> list[str]:
    """Tell a customer when it starts, what is paid, and what is released."""
    if not job.price:
        return []
    limit = support_request.ceiling
    facts = {"name": job.provider.name, "price": format_money(job.price)}
    if job.kind is ServiceKind.HOURLY:
        return [*_rest(support_request, job), _by_the_hour(job)]
    if job.starts_at is not None:
        return [_start(job), *_rest(support_request, job), _("The price is %(price)s.") % facts]
    if limit is not None and job.price < limit:
        facts["rest"] = format_money(limit - job.price)
        text = _("The price is %(price)s; the other %(rest)s is released. %(name)s is paid when it is solved.")
    else:
        text = _("The price is %(price)s. %(name)s is paid when you say that it is solved.")
    return [text % facts]


def _rest(support_request: SupportRequest, job: Job) -> list[str]:
    limit = support_request.ceiling
    if limit is None or job.price == limit:
        return []
    return [_("%(rest)s of what was set aside is released.") % {"rest": format_money(limit - job.price)}]


def _by_the_hour(job: Job) -> str:
    text = _("You agreed on %(terms)s. You see the minutes on the page of your request; what is not used goes back.")
    return text % {"terms": job.agreed.text}


def _start(job: Job) -> str:
    assert job.starts_at is not None
    return _("Your session starts on %(moment)s, and lasts %(duration)s.") % {
        "moment": when(job.starts_at),
        "duration": format_minutes(job.session_minutes or 0),
    }


def what_was_paid(job: Job | None, holds: Sequence[Hold]) -> list[str]:
    """Tell a customer what was paid in the end, where that was not known before."""
    if job is None or job.kind is not ServiceKind.HOURLY:
        return []
    facts = {"time": format_minutes(job.minutes_worked), "amount": format_money(job.due)}
    if job.due == job.price:
        return [_("%(time)s of work cost %(amount)s.") % facts]
    facts["rest"] = format_money(job.price - job.due)
    where = where_all_goes(holds, job.currency)
    return [_("%(time)s of work cost %(amount)s, and %(rest)s goes back.") % facts + " " + where]


def what_of_the_money(support_request: SupportRequest, holds: Sequence[Hold]) -> str:
    """Tell a customer what becomes of the money when a request ends without a solution."""
    if not any(hold.held_at for hold in holds):
        return _("It costs you nothing.")
    taken = total((hold.captured for hold in holds), support_request.currency)
    if not taken:
        return _("Nothing was taken. What was set aside is released; some banks show this only after a few days.")
    kept = total((hold.kept for hold in holds), support_request.currency)
    facts = {"amount": format_money(taken - kept), "fee": format_money(kept)}
    if kept == taken:
        return _("By the rules for sessions that are called off, nothing goes back: %(fee)s was paid.") % facts
    if kept:
        said = _("By the rules for calling it off, %(amount)s goes back and %(fee)s was paid.") % facts
    else:
        said = _("You get all of it back: %(amount)s.") % facts
    return f"{said} {where_all_goes(holds, support_request.currency)}"


def session_called_off(session: Session, event: events.RequestCancelled) -> None:
    """Tell the partner that a customer has called a session off, and what is paid for it."""
    support_request = request_of(session, event.request_id)
    job = queries.job_of(session, event.request_id)
    if job is None or job.starts_at is None or event.by != support_request.customer_id:
        return
    starts_at = job.starts_at
    hold = payments.latest_hold(session, PURPOSE, event.request_id)

    def write() -> Letter:
        facts = {"title": support_request.title, "moment": when(starts_at), "reason": event.reason}
        paragraphs = [_("The session on %(moment)s does not take place. Your time is free again.") % facts]
        paragraphs.append(_("The customer says why: %(reason)s") % facts)
        if hold is not None and hold.captured and hold.kept:
            paragraphs.append(_("You are paid your share of %(fee)s for it.") % {"fee": format_money(hold.kept)})
        return Letter(
            _("Called off: %(title)s") % facts, paragraphs, (_("Look at the request"), page_of(support_request))
        )

    tell_workers(session, support_request.provider_id, write, event.at)
