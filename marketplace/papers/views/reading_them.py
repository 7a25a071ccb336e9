"""A paper as a page and as a PDF, and a customer's own papers."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import choices
from marketplace.kernel.access import Role, caller_id, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import MAX_ID, reading, row_id, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, text_direction
from marketplace.papers import commands, queries, typesetting
from marketplace.papers.models import Paper
from marketplace.papers.rules import PaperKind, may_be_invoiced
from marketplace.papers.schemas import BillingSchema
from marketplace.papers.views import blueprint
from providers.profiles import queries as profiles

PAGE = 30
Errors = dict[str, list[str]]


@blueprint.get("/papers/<number>")
@open_to(Role.PERSON)
def show(number: str) -> ResponseReturnValue:
    """Show a paper, word for word as it was issued."""
    paper = _paper(number)
    return render_template(
        "papers/paper.html",
        paper=paper,
        paper_direction=text_direction(paper.language),
        corrections=queries.corrections_of(reading(), paper),
        invoice=queries.superseded_by(reading(), paper),
        is_own=paper.person_id == caller_id(),
        may_be_invoiced=_may_be_invoiced(paper),
        has_details=queries.billing_details(reading(), caller_id()) is not None,
    )


def _may_be_invoiced(paper: Paper) -> bool:
    is_receipt = paper.kind is PaperKind.RECEIPT and paper.person_id == caller_id()
    is_last = queries.superseded_by(reading(), paper) is None
    return is_receipt and is_last and may_be_invoiced(paper.issued_at, utcnow())


@blueprint.post("/papers/<number>/invoice")
@open_to(Role.PERSON)
def ask_for_invoice(number: str) -> ResponseReturnValue:
    """Issue an invoice in place of a receipt."""
    with transaction() as session:
        commands.ask_for_invoice(session, number, person_id=caller_id(), now=utcnow())
    made = queries.superseded_by(reading(), queries.own_receipt(reading(), number, caller_id()))
    assert made is not None, number
    flash(_("Here is your invoice. It takes the place of the receipt."))
    return redirect(url_for(".show", number=made.number))


@blueprint.get("/papers/<number>.pdf")
@open_to(Role.PERSON)
def pdf(number: str) -> ResponseReturnValue:
    """Give a paper as a PDF, to keep or to print."""
    paper = _paper(number)
    answer = Response(typesetting.pdf_of(paper), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename={paper.number}.pdf"
    return answer


def _paper(number: str) -> Paper:
    session, person_id = reading(), caller_id()
    member = profiles.membership(session, person_id)
    return queries.paper_for(
        session,
        number,
        person_id=person_id,
        provider_id=member.provider_id if member else None,
        is_finance=Role.FINANCE in caller_roles(),
    )


@blueprint.get("/account/papers")
@open_to(Role.PERSON)
def own() -> ResponseReturnValue:
    """List one's own papers, the newest first."""
    before = request.args.get("before", type=row_id, default=MAX_ID)
    found = queries.papers_of(reading(), person_id=caller_id(), before_id=before, limit=PAGE + 1)
    older = url_for(".own", before=found[PAGE - 1].id) if len(found) > PAGE else None
    details = queries.billing_details(reading(), caller_id())
    return render_template("papers/own.html", papers=found[:PAGE], older=older, details=details)


@blueprint.get("/account/billing")
@open_to(Role.PERSON)
def billing() -> ResponseReturnValue:
    """Ask whom the papers are for."""
    details = queries.billing_details(reading(), caller_id())
    values = (
        {name: getattr(details, field.attribute or name) or "" for name, field in BillingSchema().fields.items()}
        if details
        else {}
    )
    return _billing_page(values, {}, is_set=details is not None)


def _billing_page(values: dict[str, str], errors: Errors, *, is_set: bool) -> ResponseReturnValue:
    page = render_template(
        "papers/billing.html", values=values, errors=errors, countries=choices.countries(), is_set=is_set
    )
    return page, 422 if errors else 200


@blueprint.post("/account/billing")
@open_to(Role.PERSON)
def set_billing() -> ResponseReturnValue:
    """Name whom the papers are for."""
    try:
        typed = load_form(BillingSchema())
        with transaction() as session:
            commands.set_billing_details(session, caller_id(), **typed, now=utcnow())
    except InvalidInput as error:
        is_set = queries.billing_details(reading(), caller_id()) is not None
        return _billing_page(request.form.to_dict(), error.fields, is_set=is_set)
    flash(_("Saved. You get invoices with these details now. To turn a receipt into one, open it."))
    return redirect(url_for(".own"))


@blueprint.post("/account/billing/drop")
@open_to(Role.PERSON)
def drop_billing() -> ResponseReturnValue:
    """Name nobody any more."""
    with transaction() as session:
        commands.drop_billing_details(session, caller_id())
    flash(_("Removed. From your next payment on you get receipts."))
    return redirect(url_for(".own"))
