"""Letters about payments that can't begin."""

from sqlalchemy.orm import Session

from marketplace.jobs.rules import FIRST_PART, PURPOSE
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_money
from marketplace.payments import queries as payments
from marketplace.payments.commands import HoldLapsed
from marketplace.site.notifications.post import page_of, request_of, tell
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status


def page_refused(session: Session, event: HoldLapsed) -> None:
    """Tell the customer that there is no page to pay on, and what to do; of extra work another letter tells."""
    if event.purpose != PURPOSE or event.part != FIRST_PART or not event.is_refused:
        return
    support_request, hold = request_of(session, event.subject_id), payments.hold(session, event.hold_id)

    def write() -> Letter:
        facts = {"amount": format_money(hold.asked), "title": support_request.title}
        return Letter(
            _("The payment page could not be made: %(title)s") % facts,
            [
                _("Stripe did not make the page on which you would have paid %(amount)s. Nothing was taken.") % facts,
                _("That is not your fault, and the vendor sees it. It may take a while until it is mended."),
                _what_to_do(support_request),
            ],
            (_("Go to your request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def _what_to_do(support_request: SupportRequest) -> str:
    if support_request.status is Status.AWAITING_PAYMENT:
        return _("Your partner waits for you. Pay later from the page of your request.")
    if support_request.status is Status.MATCHING:
        return _("The quote still stands. Choose it again later.")
    return _("Everything that you wrote is kept. Send your request again later.")
