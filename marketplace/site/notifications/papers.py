"""Letters that bring papers."""

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.kernel.mail import Letter
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, format_money, format_month
from marketplace.papers.events import PaperIssued
from marketplace.papers.models import Paper
from marketplace.papers.rules import PaperKind
from marketplace.site.notifications.post import members_of, page, tell, tell_all


def paper_issued(session: Session, event: PaperIssued) -> None:
    """Bring a customer the paper for a payment or for what goes back of it, and a partner the statement of a month."""
    paper = session.get_one(Paper, event.paper_id)
    if paper.person_id is None:
        tell_all(session, members_of(session, paper.provider_id), lambda: _write_statement(paper), event.at)
        return
    if paper.supersedes_id is not None:  # Whoever asked for it has it before them.
        return
    write = _write_credit_note if paper.kind is PaperKind.CREDIT_NOTE else _write_payment
    tell(session, accounts.person(session, paper.person_id), lambda: write(paper), event.at)


def _write_payment(paper: Paper) -> Letter:
    facts = _facts(paper, paper.total)
    return Letter(
        _("%(kind)s for %(amount)s: %(title)s") % facts,
        [_("We have taken %(amount)s from your card. Here is your %(kind)s, number %(number)s.") % facts],
        (_("See it, or save it as a PDF"), _address(paper)),
    )


def _write_credit_note(paper: Paper) -> Letter:
    facts = _facts(paper, Money(-paper.total_minor, paper.currency))
    return Letter(
        _("You get back %(amount)s: %(title)s") % facts,
        [
            _("%(amount)s goes back to your card. Banks take some days for that.") % facts,
            _("Here is the credit note, number %(number)s.") % facts,
        ],
        (_("See it, or save it as a PDF"), _address(paper)),
    )


def _write_statement(paper: Paper) -> Letter:
    assert paper.month is not None
    facts = {"month": format_month(paper.month), "number": paper.number}
    return Letter(
        _("Your statement for %(month)s") % facts,
        [_("What you have earned, and what became of it, stands in the statement number %(number)s.") % facts],
        (_("See it, or save it as a PDF"), _address(paper)),
    )


def _facts(paper: Paper, amount: Money) -> dict[str, str]:
    sold = paper.payment.subscription if paper.payment is not None else paper.hold
    assert sold is not None, "it is about a payment"
    return {
        "kind": str(paper.kind.label),
        "number": paper.number,
        "amount": format_money(amount),
        "title": sold.description,
    }


def _address(paper: Paper) -> str:
    return page(f"/papers/{paper.number}")
