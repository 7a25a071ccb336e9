"""Letters about searches that somebody has saved."""

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_and
from marketplace.site.notifications.post import page, tell
from providers.directory import links, wording
from providers.directory.events import SomebodyFits
from providers.directory.models import SavedSearch
from providers.profiles import queries as profiles

NAMED = 5  # The list names all of them.


def somebody_fits(session: Session, event: SomebodyFits) -> None:
    """Tell somebody, in one letter, who fits the searches that they have saved."""
    searches = [(session.get_one(SavedSearch, search_id), ids) for search_id, ids in event.found]
    providers = profiles.providers_by_id(session, {one for _search, ids in searches for one in ids})

    def write() -> Letter:
        told = [
            _("For “%(search)s”: %(names)s.")
            % {
                "search": wording.in_words(one.query, wording.labels(session, one.currency)),
                "names": format_and([providers[provider_id].name for provider_id in ids[:NAMED]]),
            }
            for one, ids in searches
        ]
        stop = {"address": page(f"/searches/stop/{links.make(event.person_id)}")}
        return Letter(
            _("Somebody fits what you searched for"),
            [
                _("You wanted to be told. Now there is somebody:"),
                *told,
                _("To get no more letters about saved searches, open %(address)s") % stop,
            ],
            _action([one for one, _ids in searches]),
        )

    tell(session, accounts.person(session, event.person_id), write, event.at)


def _action(searches: list[SavedSearch]) -> tuple[str, str]:
    if len(searches) == 1:
        return _("See who fits"), page(f"/providers?{searches[0].whole_query}")
    return _("See your saved searches"), page("/favourites")
