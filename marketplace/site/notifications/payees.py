"""Letters about how partners are paid: when their account at Stripe stands worse than before."""

from sqlalchemy.orm import Session

from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _
from marketplace.payments import queries as payments
from marketplace.payments.commands import PayeeChanged
from marketplace.payments.rules import AccountState, is_worse
from marketplace.payments.wording import standing
from marketplace.site.notifications.post import finance_staff, members_of, page, tell_all, when

GRAVE = frozenset({AccountState.REJECTED, AccountState.DEAUTHORISED})


def payee_changed(session: Session, event: PayeeChanged) -> None:
    """Tell a partner what Stripe wants or has decided, and the vendor what is grave."""
    if not is_worse(event.before, event.after):
        return
    tell_all(session, members_of(session, event.payee_id), lambda: _to_owner(session, event), event.at)
    if event.after in GRAVE:
        tell_all(session, finance_staff(session), lambda: _to_vendor(session, event), event.at)


def _to_owner(session: Session, event: PayeeChanged) -> Letter:
    account = payments.connected_account(session, event.payee_id)
    stands = standing(account)
    paragraphs = [stands.happened, *stands.said]
    if stands.asked:
        paragraphs.append(_("Stripe asks for: %(asked)s") % {"asked": stands.asked})
    if account is not None and account.due_by is not None:
        paragraphs.append(_("It has time until %(moment)s.") % {"moment": when(account.due_by)})
    if not payments.can_be_paid(session, event.payee_id):
        paragraphs.append(_("Until there is a way to pay you, no paid request is offered to you."))
    return Letter(
        _("About how you are paid: %(state)s") % {"state": stands.state.label},
        [*paragraphs, stands.to_do],
        (_("See what to do"), page("/work/getting-paid")),
    )


def _to_vendor(session: Session, event: PayeeChanged) -> Letter:
    stands = standing(payments.connected_account(session, event.payee_id))
    named = {"name": payments.payee_name(session, event.payee_id), "state": stands.state.label}
    return Letter(
        _("%(name)s: %(state)s") % named,
        [stands.meaning, *stands.said],
        (_("Look at this partner"), page(f"/vendor/money/payees/{event.payee_id}")),
    )
