"""Letters about money: what was paid out, what came back, what banks take back."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs.rules import PURPOSE
from marketplace.jobs.wording_of_cover import where_it_goes
from marketplace.kernel.mail import Letter
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, format_money
from marketplace.payments import queries as payments
from marketplace.payments.commands import (
    ChargebackEnded,
    ChargebackOpened,
    GoodwillGiven,
    InquiryOpened,
    PaidOut,
    PeriodRefundFailed,
    RefundFailed,
)
from marketplace.payments.rules import Bearer, PayoutMethod
from marketplace.site.notifications.post import (
    finance_staff,
    members_of,
    page,
    page_of,
    request_of,
    tell,
    tell_all,
    tell_workers,
    when,
)


def paid_out(session: Session, event: PaidOut) -> None:
    """Tell a partner that the share of a job is paid."""
    if event.purpose != PURPOSE:
        return
    support_request = request_of(session, event.subject_id)
    payout = payments.payout(session, event.payout_id)

    def write() -> Letter:
        facts = {
            "amount": format_money(payout.amount),
            "title": support_request.title,
            "reference": payout.reference,
        }
        how = _("We paid it to your bank account. The statement says: %(reference)s") % facts
        if payout.method is PayoutMethod.TRANSFER:
            how = _("It is in your account at Stripe, which pays it out to your bank as you have chosen there.")
        return Letter(
            _("You are paid %(amount)s") % facts,
            [_("%(amount)s is your share for: %(title)s") % facts, how],
            (_("See how it adds up"), page(f"/work/payouts/{payout.id}")),
        )

    tell_all(session, members_of(session, payout.payee_id), write, event.at)


def goodwill_given(session: Session, event: GoodwillGiven) -> None:
    """Tell the customer that something goes back, and the partner what of the share it takes."""
    if event.purpose != PURPOSE:
        return
    support_request = request_of(session, event.subject_id)
    refund = payments.refund(session, event.refund_id)

    def write_customer() -> Letter:
        facts = {"amount": format_money(refund.amount), "title": support_request.title}
        return Letter(
            _("You get %(amount)s back") % facts,
            [
                _("We give you %(amount)s back, out of goodwill, for: %(title)s") % facts,
                where_it_goes(refund.amount, refund.cover),
            ],
            (_("Look at your request"), page_of(support_request)),
        )

    def write_partner() -> Letter:
        facts = {
            "amount": format_money(refund.amount),
            "title": support_request.title,
            "share": format_money(refund.shares.payee),
        }
        what = _("The price is lower by that much, and your share of it with it.")
        if refund.shares.payee:
            what = _("Your part of it is %(share)s. What you have got already is set off or taken back.") % facts
        return Letter(
            _("Your customer gets %(amount)s back") % facts,
            [_("The vendor gives the customer %(amount)s back, out of goodwill, for: %(title)s") % facts, what],
            (_("Look at the request"), page_of(support_request)),
        )

    tell(session, support_request.customer, write_customer, event.at)
    if refund.bearer is Bearer.SHARED:
        tell_workers(session, support_request.provider_id, write_partner, event.at)


def refund_failed(session: Session, event: RefundFailed) -> None:
    """Tell the vendor that a refund came back and is to be paid by hand."""
    refund = payments.refund(session, event.refund_id)
    _came_back(session, refund.left, refund.hold.description, event.at)


def period_refund_failed(session: Session, event: PeriodRefundFailed) -> None:
    """Tell the vendor that what was given back of a period came back and is to be paid by hand."""
    _subscription, payment, refund = payments.lock_period_refund(session, event.refund_id)
    _came_back(session, refund.left, payment.subscription.description, event.at)


def _came_back(session: Session, amount: Money, title: str, at: datetime) -> None:
    def write() -> Letter:
        facts = {"amount": format_money(amount), "title": title}
        return Letter(
            _("A refund of %(amount)s came back") % facts,
            [
                _("The bank could not pay it out. It was for: %(title)s") % facts,
                _("Ask the customer for another account, pay it from your bank, and note the reference."),
            ],
            (_("Look at the money"), page("/vendor/money")),
        )

    tell_all(session, finance_staff(session), write, at)


def inquiry_opened(session: Session, event: InquiryOpened) -> None:
    """Tell the vendor that a bank asks about a payment, and how to end that before the money is taken."""
    chargeback = payments.chargeback(session, event.chargeback_id)

    def write() -> Letter:
        facts = {"amount": format_money(chargeback.amount), "title": chargeback.about.description}
        paragraphs = [
            _("It was for: %(title)s") % facts,
            _("Nothing is taken yet. Answer the bank, or give the payment back: that ends the question for sure."),
        ]
        if chargeback.due_by is not None:
            moment = {"moment": when(chargeback.due_by)}
            paragraphs.append(_("Answer by %(moment)s, or the bank may take the payment back.") % moment)
        address = page(f"/vendor/money/chargebacks/{chargeback.id}")
        return Letter(
            _("A bank asks about a payment of %(amount)s") % facts, paragraphs, (_("Answer the bank"), address)
        )

    tell_all(session, finance_staff(session), write, event.at)


def chargeback_opened(session: Session, event: ChargebackOpened) -> None:
    """Tell the vendor that there is something to answer, and the partner that the share waits."""
    chargeback = payments.chargeback(session, event.chargeback_id)
    settlement = payments.settlement(session, chargeback.hold_id) if chargeback.hold_id else None

    def write_vendor() -> Letter:
        facts = {"amount": format_money(chargeback.amount), "title": chargeback.about.description}
        paragraphs = [_("The customer's bank takes the payment back. It was for: %(title)s") % facts]
        if chargeback.due_by is not None:
            moment = {"moment": when(chargeback.due_by)}
            paragraphs.append(_("Answer by %(moment)s, or the bank decides for the customer.") % moment)
        return Letter(
            _("A bank takes back %(amount)s") % facts, paragraphs, (_("Answer the bank"), page("/vendor/money"))
        )

    def write_partner() -> Letter:
        facts = {"title": chargeback.about.description}
        return Letter(
            _("A payment is disputed: %(title)s") % facts,
            [
                _("The customer's bank takes the payment back. What you have not got yet waits until it has decided."),
                _("The vendor answers the bank. If you can prove your work, write it to the vendor now."),
            ],
            (_("Look at your work"), page("/work")),
        )

    tell_all(session, finance_staff(session), write_vendor, event.at)
    if settlement is not None:
        tell_all(session, members_of(session, settlement.payee_id), write_partner, event.at)


def chargeback_ended(session: Session, event: ChargebackEnded) -> None:
    """Tell vendor and partner how the bank has decided."""
    chargeback = payments.chargeback(session, event.chargeback_id)
    settlement = payments.settlement(session, chargeback.hold_id) if chargeback.hold_id else None

    def write(address: str) -> Letter:
        facts = {"amount": format_money(chargeback.amount), "title": chargeback.about.description}
        if event.is_won:
            subject, text = _("%(amount)s stays with you"), _("The bank has decided against its customer.")
        else:
            subject, text = _("%(amount)s is lost"), _("The bank has decided for its customer, and keeps the money.")
        return Letter(
            subject % facts,
            [text, _("It was for: %(title)s") % facts],
            (_("Look at the money"), page(address)),
        )

    tell_all(session, finance_staff(session), lambda: write("/vendor/money"), event.at)
    if settlement is not None:
        tell_all(session, members_of(session, settlement.payee_id), lambda: write("/work"), event.at)
