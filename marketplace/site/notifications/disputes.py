"""Letters about disputes: what the customer wants, what the partner says, and what was decided and why."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from marketplace.jobs import events, queries
from marketplace.jobs.disputes import DisputeStatus
from marketplace.jobs.models import Dispute
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import LazyText, _, _l, format_money
from marketplace.site.notifications.post import (
    decision_staff,
    page,
    page_of,
    request_of,
    tell,
    tell_all,
    tell_workers,
    when,
)
from marketplace.support_requests.models import SupportRequest


def dispute_opened(session: Session, event: events.DisputeOpened) -> None:
    """Ask the partner how it was, and tell the staff what is to be decided."""
    support_request, dispute = request_of(session, event.request_id), queries.dispute(session, event.dispute_id)

    def write_partner() -> Letter:
        facts = _facts(support_request, dispute)
        return Letter(
            _("Your customer wants %(asked)s back: %(title)s") % facts,
            [
                _("%(customer)s says why: %(why)s") % facts,
                dispute.statement,
                _("Say by %(moment)s how it was, or give way. After that the vendor decides without you.") % facts,
                _("Until it is decided nothing of it is paid out."),
            ],
            (_("Answer"), page_of(support_request)),
        )

    def write_staff() -> Letter:
        facts = _facts(support_request, dispute)
        return Letter(
            _("A dispute about %(asked)s: %(title)s") % facts,
            [
                _("%(customer)s says why: %(why)s") % facts,
                dispute.statement,
                _("%(partner)s may answer until %(moment)s. Decide when the answer is there, or after that.") % facts,
            ],
            (_("Look at the dispute"), _case(support_request)),
        )

    tell_workers(session, support_request.provider_id, write_partner, event.at)
    tell_all(session, decision_staff(session), write_staff, event.at)


def answer_awaited(session: Session, event: events.AnswerAwaited) -> None:
    """Remind the partner that an answer is awaited; once its time is over, tell those who decide that they can."""
    support_request, dispute = request_of(session, event.request_id), queries.dispute(session, event.dispute_id)

    def write_partner() -> Letter:
        facts = _facts(support_request, dispute)
        subject = _("Please answer by tomorrow: %(title)s")
        text = _("Say by %(moment)s how it was, or give way. After that the vendor decides without you.")
        if event.is_due:
            subject = _("Your time to answer is over: %(title)s")
            text = _("You could say until %(moment)s how it was. The vendor decides now; until then you still can.")
        wanted = _("%(customer)s wants %(asked)s back, and you have not said how it was.")
        return Letter(subject % facts, [wanted % facts, text % facts], (_("Answer"), page_of(support_request)))

    def write_staff() -> Letter:
        facts = _facts(support_request, dispute)
        return Letter(
            _("Please decide: %(title)s") % facts,
            [
                _("%(customer)s wants %(asked)s back. %(partner)s had time to answer until %(moment)s, and has not.")
                % facts,
                _("Both sides had their time, so you can decide now."),
            ],
            (_("Look at the dispute"), _case(support_request)),
        )

    tell_workers(session, support_request.provider_id, write_partner, event.at)
    if event.is_due:
        tell_all(session, decision_staff(session), write_staff, event.at)


def dispute_answered(session: Session, event: events.DisputeAnswered) -> None:
    """Bring the partner's answer to the customer and to those who decide."""
    support_request, dispute = request_of(session, event.request_id), queries.dispute(session, event.dispute_id)

    def write_customer() -> Letter:
        facts = _facts(support_request, dispute)
        return Letter(
            _("%(partner)s has answered: %(title)s") % facts,
            [
                _("You want %(asked)s back. %(partner)s says:") % facts,
                dispute.answer or "",
                _("The vendor looks at what both of you say, and decides. You get a letter that says why."),
            ],
            (_("Look at your request"), page_of(support_request)),
        )

    def write_staff() -> Letter:
        facts = _facts(support_request, dispute)
        return Letter(
            _("Please decide: %(title)s") % facts,
            [_("%(customer)s wants %(asked)s back. %(partner)s says:") % facts, dispute.answer or ""],
            (_("Look at the dispute"), _case(support_request)),
        )

    tell(session, support_request.customer, write_customer, event.at)
    tell_all(session, decision_staff(session), write_staff, event.at)


def dispute_withdrawn(session: Session, event: events.DisputeWithdrawn) -> None:
    """Tell the partner and those who would have decided that all goes on as before."""
    support_request, dispute = request_of(session, event.request_id), queries.dispute(session, event.dispute_id)

    def write() -> Letter:
        facts = _facts(support_request, dispute)
        return Letter(
            _("The dispute is over: %(title)s") % facts,
            [_("%(customer)s has taken it back. All goes on as before.") % facts],
            (_("Look at the request"), page_of(support_request)),
        )

    tell_workers(session, support_request.provider_id, write, event.at)
    tell_all(session, decision_staff(session), write, event.at)


def dispute_ended(session: Session, event: events.DisputeEnded) -> None:
    """Tell both sides what goes back, and why."""
    support_request, dispute = request_of(session, event.request_id), queries.dispute(session, event.dispute_id)

    def letter(back: LazyText, nothing: LazyText, end: LazyText, look: LazyText) -> Callable[[], Letter]:
        def write() -> Letter:
            facts = _facts(support_request, dispute)
            money = str((back if dispute.back_minor else nothing) % facts)
            title = _("It is decided: %(title)s") % facts
            return Letter(title, [*_why(dispute, facts), money, str(end)], (str(look), page_of(support_request)))

        return write

    for_customer = letter(
        _l("%(back)s goes back to the card that it came from, within 5 to 10 days."),
        _l("Nothing goes back."),
        _l("The request is closed for good. Thank you for your patience."),
        _l("Look at your request"),
    )
    for_partner = letter(
        _l("%(back)s goes back to the customer. What is left is shared as you have agreed."),
        _l("Nothing goes back to the customer. Your share is paid."),
        _l("The request is closed for good."),
        _l("Look at the request"),
    )
    tell(session, support_request.customer, for_customer, event.at)
    tell_workers(session, support_request.provider_id, for_partner, event.at, but=[dispute.by_person_id])


def _why(dispute: Dispute, facts: dict[str, str]) -> list[str]:
    if dispute.status is DisputeStatus.CONCEDED:
        return [_("%(partner)s gave way.") % facts]
    return [_("The vendor has heard both sides, and decided. The reason:"), dispute.verdict or ""]


def _case(support_request: SupportRequest) -> str:
    return page(f"/vendor/disputes/{support_request.reference}")


def _facts(support_request: SupportRequest, dispute: Dispute) -> dict[str, str]:
    return {
        "title": support_request.title,
        "customer": support_request.customer.name,
        "partner": dispute.job.provider.name,
        "why": str(dispute.reason.label),
        "asked": format_money(dispute.asked),
        "back": format_money(dispute.back),
        "moment": when(dispute.answer_by),
    }
