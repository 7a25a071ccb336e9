"""The steps of an application, which are the check list of whoever decides about it."""

from collections.abc import Collection
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import LazyText, _l, format_and


class Step(StrEnum):
    """What a business says or does before it can be in the directory, in the order in which it is asked."""

    PROFILE = "profile"
    DETAILS = "details"
    LANGUAGES = "languages"
    HOURS = "hours"
    SERVICES = "services"
    CERTIFICATES = "certificates"
    PAYMENT = "payment"
    CONDUCT = "conduct"

    @property
    def label(self) -> LazyText:
        """The step as its page is called."""
        return STEP_LABELS[self]

    @property
    def explanation(self) -> LazyText:
        """What it is about, in a sentence."""
        return STEP_EXPLANATIONS[self]


STEP_LABELS = {
    Step.PROFILE: _l("Your business"),
    Step.DETAILS: _l("Business details"),
    Step.LANGUAGES: _l("Languages"),
    Step.HOURS: _l("Working hours"),
    Step.SERVICES: _l("Services"),
    Step.CERTIFICATES: _l("Certificates"),
    Step.PAYMENT: _l("How you are paid"),
    Step.CONDUCT: _l("Statement of conduct"),
}
STEP_EXPLANATIONS = {
    Step.PROFILE: _l("The name, the country and a few words about you, as customers read them."),
    Step.DETAILS: _l("The legal name and the address that stand on statements and invoices."),
    Step.LANGUAGES: _l("What somebody of you speaks, and how well."),
    Step.HOURS: _l("When somebody of you works. Customers see it in their own hours."),
    Step.SERVICES: _l("What you do, and what it costs."),
    Step.CERTIFICATES: _l("Somebody of you holds at least one that counts."),
    Step.PAYMENT: _l("An account at Stripe, or a bank account that is paid by hand."),
    Step.CONDUCT: _l("What every partner promises."),
}

# Exams take their time, and so does opening an account: both may still be under way when people begin to look.
NEEDED_TO_SUBMIT = frozenset(Step) - {Step.CERTIFICATES, Step.PAYMENT}


class NotReady(Conflict):
    """Something is missing that is needed first."""

    message = _l("This is still missing: %(steps)s.")


def check_ready(done: Collection[Step], needed: Collection[Step]) -> None:
    """See that all that is needed is done.

    Raises:
        NotReady: names what is missing, in the order of the steps.
    """
    missing = [str(step.label) for step in Step if step in needed and step not in done]
    if missing:
        raise NotReady(steps=format_and(missing))
