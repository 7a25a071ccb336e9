"""Searches about which somebody wants to be told when somebody fits."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import _
from providers.directory import asking, commands, links, queries
from providers.directory.views.common import blueprint, known_of


@blueprint.post("/searches")
@open_to(Role.PERSON)
def save_search() -> ResponseReturnValue:
    """Save the search that the address asks for."""
    session, now, query = reading(), utcnow(), known_of(request.args)
    query.poplist("cursor")
    asked = asking.search_from(session, query)
    fit = queries.find_ids(session, asked, now).provider_ids
    with transaction() as session:
        commands.save_search(session, caller_id(), asking.kept_from(query, asked), fit, now=now)
    flash(_("Saved. You get a letter when somebody fits."))
    return redirect(url_for(".index", **query.to_dict(flat=False)))  # type: ignore[arg-type]


@blueprint.post("/searches/<int:search_id>/drop")
@open_to(Role.PERSON)
def drop_search(search_id: int) -> ResponseReturnValue:
    """Forget a search."""
    with transaction() as session:
        commands.drop_search(session, caller_id(), search_id)
    flash(_("Removed. You get no more letters about this search."))
    return redirect(url_for(".favourites"))


@blueprint.get("/searches/stop/<token>")
@open_to(Role.ANYONE)
def ask_to_stop(token: str) -> ResponseReturnValue:
    """Ask whoever has followed the link of a letter whether they want no more of them."""
    count = queries.count_searches(reading(), links.person_id_of(token))
    return render_template("directory/stop.html", token=token, count=count)


@blueprint.post("/searches/stop/<token>")
@open_to(Role.ANYONE)
def stop(token: str) -> ResponseReturnValue:
    """Forget all searches of the person who has got the letter."""
    person_id = links.person_id_of(token)
    with transaction() as session:
        commands.drop_searches(session, person_id)
    flash(_("Removed. You get no more letters about saved searches."))
    return redirect(url_for(".ask_to_stop", token=token))
