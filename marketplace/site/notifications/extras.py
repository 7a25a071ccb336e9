"""Letters about extra work."""

from sqlalchemy.orm import Session

from marketplace.jobs import events, queries
from marketplace.jobs.models import ExtraWork
from marketplace.jobs.rules import ExtraStatus
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_money
from marketplace.site.notifications.post import page_of, request_of, tell, tell_workers
from marketplace.support_requests.models import SupportRequest


def extra_proposed(session: Session, event: events.ExtraProposed) -> None:
    """Ask the customer whether extra work is wanted."""
    support_request, extra = request_of(session, event.request_id), queries.extra_work(session, event.extra_id)

    def write() -> Letter:
        facts = _facts(support_request, extra)
        return Letter(
            _("Extra work for %(price)s? %(title)s") % facts,
            [
                _("%(name)s proposes extra work, beside what you have agreed, and asks %(price)s for it:") % facts,
                extra.description,
                _("You decide. If you approve, you pay it on top. If you decline, the work goes on as agreed."),
            ],
            (_("Approve or decline"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def extra_paid(session: Session, event: events.ExtraPaid) -> None:
    """Tell the partner that extra work is wanted and paid."""
    support_request, extra = request_of(session, event.request_id), queries.extra_work(session, event.extra_id)

    def write() -> Letter:
        facts = _facts(support_request, extra)
        return Letter(
            _("Your extra work is approved: %(title)s") % facts,
            [_("Your customer has approved and paid the extra work for %(price)s. You can begin with it.") % facts],
            (_("Go to the request"), page_of(support_request)),
        )

    tell_workers(session, support_request.provider_id, write, event.at)


def extra_ended(session: Session, event: events.ExtraEnded) -> None:
    """Tell whoever did not decide it that nothing comes of extra work; both, if it was not paid."""
    support_request, extra = request_of(session, event.request_id), queries.extra_work(session, event.extra_id)

    def write_customer() -> Letter:
        facts = _facts(support_request, extra)
        text = _("%(name)s has taken back the proposal of extra work for %(price)s.")
        if extra.status is ExtraStatus.LAPSED:
            text = _("The extra work for %(price)s was not paid, so it is not done. Nothing was taken for it.")
        if event.is_refused:
            text = _("The payment page for the extra work (%(price)s) could not be made, and nothing was taken for it.")
        return Letter(
            _("No extra work: %(title)s") % facts,
            [text % facts, _("The work that you have agreed goes on.")],
            (_("Look at your request"), page_of(support_request)),
        )

    def write_partner() -> Letter:
        facts = _facts(support_request, extra)
        text = _("Your customer has declined the extra work for %(price)s.")
        if extra.status is ExtraStatus.LAPSED:
            text = _("Your customer approved the extra work for %(price)s, but it was not paid. Please do not do it.")
        return Letter(
            _("No extra work: %(title)s") % facts,
            [text % facts, _("Go on with the work that you have agreed. You can propose extra work again.")],
            (_("Look at the request"), page_of(support_request)),
        )

    if extra.status is not ExtraStatus.DECLINED:
        tell(session, support_request.customer, write_customer, event.at)
    if extra.status is not ExtraStatus.WITHDRAWN:
        tell_workers(session, support_request.provider_id, write_partner, event.at)


def _facts(support_request: SupportRequest, extra: ExtraWork) -> dict[str, str]:
    return {
        "name": extra.job.provider.name,
        "title": support_request.title,
        "price": format_money(extra.price),
    }
