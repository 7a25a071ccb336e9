"""What the state of an account at Stripe means: to its owner, who can mend it, and to the vendor. And ways to pay."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.kernel.translate import LazyText, _, _l, format_and, format_moment
from marketplace.payments.models import ConnectedAccount, SavedCard
from marketplace.payments.rules import AccountState, brand_name

# What happened, and what to do, as its owner reads it.
OWNER_EXPLANATIONS: dict[AccountState, tuple[LazyText, LazyText]] = {
    AccountState.NOT_STARTED: (
        _l("You have no account at Stripe yet, the company through which payments go here."),
        _l("Connect with Stripe: it takes a few minutes, and your shares come by themselves from then on."),
    ),
    AccountState.OPENING: (
        _l("Stripe is opening your account."),
        _l("This takes a moment. Look again in a minute; if nothing has changed, write to us."),
    ),
    AccountState.INCOMPLETE: (
        _l("Your account is open, but Stripe still needs something from you."),
        _l("Go on at Stripe where you left off."),
    ),
    AccountState.ENABLED: (
        _l("Your share is transferred to your account at Stripe as soon as a request is closed."),
        _l("There is nothing to do. At Stripe you see what has arrived and when your bank gets it."),
    ),
    AccountState.DUE: (
        _l("You are paid as usual, but Stripe asks for something that it will need."),
        _l("Give it to Stripe when you have a moment."),
    ),
    AccountState.DUE_SOON: (
        _l("You are paid as usual, but Stripe asks for something and has set a day."),
        _l("Give it to Stripe before that day. After it, no transfer reaches you."),
    ),
    AccountState.PENDING_VERIFICATION: (
        _l("Stripe is checking what you sent. Until it has finished, no transfer reaches you."),
        _l("There is nothing to do: this takes minutes, at times some days. You get a letter if something is missing."),
    ),
    AccountState.UNDER_REVIEW: (
        _l("Stripe is taking a closer look at your account. Until it has finished, no transfer reaches you."),
        _l("Only Stripe knows why. Look into your account there for a message, or ask us what is known."),
    ),
    AccountState.PAYOUTS_PAUSED: (
        _l("Money reaches your account at Stripe, but Stripe does not pass it on to your bank."),
        _l("Give Stripe what it asks for: most often it is a bank account that works."),
    ),
    AccountState.PAST_DUE: (
        _l("Stripe has stopped your account, because something that it asked for has not come."),
        _l("Give it to Stripe. As soon as it is checked, transfers reach you again."),
    ),
    AccountState.REFUSED: (
        _l("Stripe opened no account for you."),
        _l("If it is about your country or your address, mend that and try again. Or choose to be paid by hand."),
    ),
    AccountState.DEAUTHORISED: (
        _l("Your account at Stripe is not connected with us any more, so no transfer reaches it."),
        _l("If that was a mistake, connect again. Or choose to be paid by hand."),
    ),
    AccountState.REJECTED: (
        _l("Stripe has turned your account away for good, and we can not change that."),
        _l("Write to us. If we agree, you are paid by hand."),
    ),
}
# What it means to the vendor.
VENDOR_EXPLANATIONS: dict[AccountState, LazyText] = {
    AccountState.NOT_STARTED: _l("No account at Stripe. Shares are paid by hand."),
    AccountState.OPENING: _l("Stripe is opening the account. If that lasts, look at the outbox."),
    AccountState.INCOMPLETE: _l("The partner has not told Stripe everything. Shares are paid by hand until then."),
    AccountState.ENABLED: _l("Shares are transferred by themselves."),
    AccountState.DUE: _l("Shares are transferred. Stripe asks the partner for something, without a day."),
    AccountState.DUE_SOON: _l("Shares are transferred until the day that Stripe has set; remind the partner."),
    AccountState.PENDING_VERIFICATION: _l("Stripe is checking. Shares are paid by hand until it has finished."),
    AccountState.UNDER_REVIEW: _l(
        "Stripe is taking a closer look. Wait with payments by hand until you know why: ask Stripe."
    ),
    AccountState.PAYOUTS_PAUSED: _l("Shares reach the account at Stripe, but not the partner's bank."),
    AccountState.PAST_DUE: _l("The partner has missed Stripe's day. Shares are paid by hand until it is mended."),
    AccountState.REFUSED: _l("Stripe opened no account. The partner can mend it and try again, or be paid by hand."),
    AccountState.DEAUTHORISED: _l("The partner has left your platform at Stripe. Shares are paid by hand."),
    AccountState.REJECTED: _l(
        "Stripe has turned the partner away for good. Nothing is offered and nothing paid by hand unless you allow it."
    ),
}
# Stripe's reasons for turning somebody away: https://docs.stripe.com/api/accounts/object, `disabled_reason`.
REJECTIONS: dict[str, LazyText] = {
    "fraud": _l("Stripe suspects fraud or other unlawful activity."),
    "incomplete_verification": _l("Stripe could not make sure who you are, and the time for it is over."),
    "listed": _l("The name is on a list of people or businesses whom Stripe may not serve."),
    "terms_of_service": _l("Stripe says that its terms were broken."),
    "other": _l("Stripe gives no reason."),
}
PLATFORM_REJECTION = _l("It was rejected on our behalf.")
# What Stripe asks for, by parts of its names; the first that fits says it.
ASKED: tuple[tuple[str, LazyText], ...] = (
    ("external_account", _l("a bank account")),
    ("verification.additional_document", _l("a second document, such as a bill with your address")),
    ("verification.document", _l("an identity document")),
    ("verification.proof_of_liveness", _l("a picture of you")),
    ("tos_acceptance", _l("your agreement to Stripe's terms")),
    (".dob.", _l("the date of birth")),
    ("_name", _l("the name")),
    ("address", _l("the address")),
    ("id_number", _l("an identity or tax number")),
    ("ssn_last_4", _l("an identity or tax number")),
    ("tax_id", _l("an identity or tax number")),
    ("vat_id", _l("an identity or tax number")),
    ("phone", _l("a telephone number")),
    ("email", _l("an address for mail")),
    ("business_profile", _l("what your business does")),
    ("business_type", _l("what kind of business it is")),
    ("owners", _l("who owns the business")),
    ("directors", _l("who directs the business")),
    ("executives", _l("who directs the business")),
    ("representative", _l("who speaks for the business")),
    ("person_", _l("who speaks for the business")),
)
FURTHER = _l("further details")


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's account stands, in the words of a page."""

    state: AccountState
    happened: str
    to_do: str
    asked: str  # What Stripe asks for; empty if for nothing.
    due_by: str  # Until when; empty if there is no day.
    said: Sequence[str]  # What Stripe said itself: why not, or what was wrong.
    meaning: str  # To the vendor.


def standing(account: ConnectedAccount | None) -> Standing:
    """Put the state of an account into words."""
    state = account.state if account else AccountState.NOT_STARTED
    happened, to_do = OWNER_EXPLANATIONS[state]
    return Standing(
        state=state,
        happened=str(happened),
        to_do=str(to_do),
        asked=asked(account.due) if account else "",
        due_by=format_moment(account.due_by) if account and account.due_by else "",
        said=_said(account) if account else (),
        meaning=str(VENDOR_EXPLANATIONS[state]),
    )


def asked(names: Sequence[str]) -> str:
    """Say what Stripe asks for, in plain words and each once."""
    return format_and(list(dict.fromkeys(_name(one) for one in names))) if names else ""


def _name(requirement: str) -> str:
    return str(next((words for part, words in ASKED if part in requirement), FURTHER))


def _said(account: ConnectedAccount) -> list[str]:
    if account.state is AccountState.REJECTED:
        return [rejection(account.disabled_reason or "")]
    if account.refusal is not None:
        code, _colon, text = account.refusal.partition(": ")
        return [_("Stripe says: %(text)s") % {"text": text or code}]
    return [_("Stripe says: %(text)s") % {"text": one} for one in account.problems]


def rejection(reason: str) -> str:
    """Say why Stripe has turned somebody away."""
    name = reason.removeprefix("rejected.")
    if name.startswith("platform"):
        return str(PLATFORM_REJECTION)
    return str(REJECTIONS.get(name, REJECTIONS["other"]))


def ways_to_pay(cards: Sequence[SavedCard]) -> list[tuple[str, str]]:
    """Give the answers to how somebody pays, by what a form sends; none where there is no choice."""
    if not cards:
        return []
    saved = [(str(one.id), _("%(brand)s that ends in %(digits)s") % _known_by(one)) for one in cards]
    return [*saved, ("", _("Another card, on the payment page"))]


def _known_by(card: SavedCard) -> dict[str, str]:
    return {"brand": str(brand_name(card.brand)), "digits": card.last4}
