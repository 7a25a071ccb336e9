"""The partners whom somebody has saved, and the searches."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import _
from marketplace.kernel.visits import own_path
from providers.directory import asking, commands, queries, wording
from providers.directory.views.common import blueprint, rows_of


@blueprint.get("/favourites")
@open_to(Role.PERSON)
def favourites() -> ResponseReturnValue:
    """Show whom the person has saved, and which searches, the latest first."""
    session, now = reading(), utcnow()
    asked = queries.search_for_anybody(asking.this_reader(session))
    saved = queries.favourites(session, caller_id())
    listed = [one for one in saved if one.is_listed]
    return render_template(
        "directory/favourites.html",
        rows=rows_of(session, queries.snapshots(session, listed, asked.reader, now), asked, now),
        gone=[one for one in saved if not one.is_listed],
        searches=[
            (one, wording.in_words(one.query, wording.labels(session, one.currency)))
            for one in queries.saved_searches(session, caller_id())
        ],
    )


@blueprint.post("/providers/<slug>/save")
@open_to(Role.PERSON)
def save(slug: str) -> ResponseReturnValue:
    """Save a partner."""
    with transaction() as session:
        name = commands.save_provider(session, caller_id(), slug, now=utcnow()).name
    flash(_("%(name)s is among your saved partners.") % {"name": name})
    return _back()


@blueprint.post("/providers/<slug>/drop")
@open_to(Role.PERSON)
def drop(slug: str) -> ResponseReturnValue:
    """Save a partner no longer, be it listed or not."""
    with transaction() as session:
        commands.drop_provider(session, caller_id(), slug)
    flash(_("Removed from your saved partners."))
    return _back()


def _back() -> ResponseReturnValue:
    """Lead back to the page on which the button stood."""
    return redirect(own_path(request.args.get("next") or url_for(".favourites")))
