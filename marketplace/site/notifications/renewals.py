"""Letters about amounts that are set aside once more, because a bank lets go of them before a partner is found."""

from sqlalchemy.orm import Session

from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_money
from marketplace.payments import queries as payments
from marketplace.payments.commands import HoldRenewed, RenewalAsked, RenewalRefused
from marketplace.site.notifications.post import page, page_of, request_of, tell, when


def renewal_asked(session: Session, event: RenewalAsked) -> None:
    """Ask the customer to set the amount aside once more, and say until when."""
    if event.purpose != PURPOSE:
        return
    support_request, hold = request_of(session, event.subject_id), payments.hold(session, event.hold_id)

    def write() -> Letter:
        facts = {
            "amount": format_money(hold.asked),
            "title": support_request.title,
            "moment": when(event.answer_by),
        }
        return Letter(
            _("Set %(amount)s aside once more? %(title)s") % facts,
            [
                _("We still look for a partner for you, and your bank soon lets go of the amount for it."),
                _("If we are to go on looking, set it aside once more until %(moment)s. Nothing is taken by that.")
                % facts,
                _("If you do nothing, the search ends then, and nothing is charged."),
            ],
            (_("Go on looking"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def renewal_refused(session: Session, event: RenewalRefused) -> None:
    """Tell the customer that the amount can't be set aside once more, and until when the search goes on."""
    if event.purpose != PURPOSE:
        return
    support_request, hold = request_of(session, event.subject_id), payments.hold(session, event.hold_id)

    def write() -> Letter:
        facts = {"amount": format_money(hold.asked), "title": support_request.title, "moment": when(event.answer_by)}
        return Letter(
            _("We look on until %(moment)s: %(title)s") % facts,
            [
                _("Your bank soon lets go of %(amount)s, and the page to set it aside once more could not be made.")
                % facts,
                _("That is not your fault, and the vendor sees it. There is nothing that you need to do."),
                _("If nobody has taken your request by then, the search ends, and nothing is charged.")
                + " "
                + _("You can ask again at any time."),
            ],
            (_("Look at your request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)


def hold_renewed(session: Session, event: HoldRenewed) -> None:
    """Tell the customer that a saved card was used; whoever did it on a page knows."""
    if event.purpose != PURPOSE or not event.is_by_card:
        return
    support_request, hold = request_of(session, event.subject_id), payments.hold(session, event.hold_id)

    def write() -> Letter:
        facts = {"amount": format_money(hold.asked), "title": support_request.title, "page": page("/account/cards")}
        return Letter(
            _("%(amount)s is set aside once more: %(title)s") % facts,
            [
                _("We still look for a partner for you, and your bank was about to let go of the amount."),
                _("With the card that you allow for it, the same amount is set aside once more. Nothing was taken."),
                _("If you do not want to wait any longer, cancel your request: the amount is released at once."),
                _("You decide what your cards may be used for: %(page)s") % facts,
            ],
            (_("Look at your request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write, event.at)
