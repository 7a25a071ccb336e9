"""What the vendor reads about messages that did not get through."""

from marketplace.insights.queries import Undelivered
from marketplace.kernel import mail
from marketplace.kernel.translate import LazyText, _l
from marketplace.payments import commands as payments

_TITLES: dict[str, LazyText] = {
    mail.KIND: _l("Letter: %(detail)s"),
    payments.EVENT: _l("Take in what Stripe tells: %(detail)s"),
    payments.REFRESH: _l("Ask Stripe how a payment stands"),
    payments.CARDS: _l("Ask Stripe which cards are saved"),
    payments.SUBSCRIPTION_LOOK: _l("Ask Stripe how a subscription stands"),
    payments.DISPUTES_LOOK: _l("Ask Stripe what banks have taken back of a payment"),
}


def title(one: Undelivered) -> str:
    """Say what should have happened."""
    if one.call is not None:
        return str(one.call.kind.label)
    return str(_TITLES[one.message.kind] % {"detail": one.detail})


def about(one: Undelivered) -> str:
    """Say for whom, or for what."""
    return one.hold.description if one.hold else one.name
