"""A partner's statements, and what the next one says so far."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotFound
from marketplace.papers import queries, wording_of_statements
from marketplace.papers.seller import seller
from marketplace.papers.views import blueprint
from marketplace.payments import queries as payments
from providers.profiles import queries as profiles
from providers.profiles.models import Provider


@blueprint.get("/work/statements")
@open_to(Role.PARTNER)
def statements() -> ResponseReturnValue:
    """List the statements of one's provider, the newest first."""
    provider = _provider()
    return render_template("papers/statements.html", papers=queries.statements_of(reading(), provider.id))


@blueprint.get("/work/statements/next")
@open_to(Role.PARTNER)
def next_statement() -> ResponseReturnValue:
    """Show what the next statement says so far, in each currency in which there is something to say."""
    provider = _provider()
    found = [
        queries.statement(reading(), provider.id, currency)
        for currency in queries.currencies_of(reading(), provider.id)
    ]
    sheets = [
        wording_of_statements.so_far(one, provider, seller(), utcnow()).as_json() for one in found if one.says_something
    ]
    return render_template("papers/next_statement.html", sheets=sheets)


@blueprint.get("/work/payouts/<int:payout_id>")
@open_to(Role.PARTNER)
def of_payout(payout_id: int) -> ResponseReturnValue:
    """Lead to where a payout is itemised: its statement, or before the month is over what the next one says so far."""
    payout = payments.payout_to(reading(), payout_id, _provider().id)
    paper = queries.statement_of_payout(reading(), payout)
    if paper is None:
        return redirect(url_for(".next_statement"))
    return redirect(url_for(".show", number=paper.number))


def _provider() -> Provider:
    member = profiles.membership(reading(), caller_id())
    if member is None:
        raise NotFound
    return member.provider
