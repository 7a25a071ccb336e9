"""Who hears what, who does what: tables only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask
from flask_smorest import Blueprint as ApiBlueprint
from sqlalchemy.orm import Session

from certification.credentials import commands as credentials
from certification.credentials import views as credentials_views
from marketplace.accounts import api as accounts_api
from marketplace.accounts import events as accounts
from marketplace.accounts import views as accounts_views
from marketplace.catalogue import api as catalogue_api
from marketplace.conversation import commands as conversation
from marketplace.conversation import effects as conversation_effects
from marketplace.insights import views as insights_views
from marketplace.jobs import api as jobs_api
from marketplace.jobs import commands as jobs
from marketplace.jobs import effects as jobs_effects
from marketplace.jobs import events as job_events
from marketplace.jobs import selfchecks as jobs_selfchecks
from marketplace.jobs import views as jobs_views
from marketplace.kernel import mail, outbox
from marketplace.kernel.events import Subscribers
from marketplace.kernel.outbox import Handler
from marketplace.matching import commands as matching
from marketplace.payments import commands as payments
from marketplace.payments import effects as payments_effects
from marketplace.payments import gateway as payments_gateway
from marketplace.payments import selfchecks as payments_selfchecks
from marketplace.payments import views as payments_views
from marketplace.site import notifications as tell
from marketplace.site.settings import STRIPE_API, Settings, WrongSetting
from providers.availability import selfchecks as availability_selfchecks
from providers.directory import api as directory_api
from providers.directory import views as directory_views
from providers.profiles import commands as profiles
from providers.profiles import selfchecks as profiles_selfchecks
from providers.profiles import views as profiles_views
from providers.services import selfchecks as services_selfchecks

BLUEPRINTS: Sequence[Blueprint] = (
    accounts_views.blueprint,
    credentials_views.blueprint,
    payments_views.blueprint,
    profiles_views.blueprint,
    directory_views.blueprint,
    jobs_views.blueprint,
    insights_views.blueprint,
)

API_BLUEPRINTS: Sequence[ApiBlueprint] = (
    accounts_api.blueprint,
    catalogue_api.blueprint,
    directory_api.blueprint,
    jobs_api.blueprint,
)

# Who hears what, in this order, in the transaction in which it happened. No step of a request's life is driven from
# here, but for the outcome of a payment, which wakes `jobs`.
SUBSCRIBERS: Subscribers = {
    accounts.PersonSignedUp: [tell.confirm_address],
    accounts.SignUpRepeated: [tell.address_is_known],
    accounts.ResetAsked: [tell.reset_password],
    credentials.CredentialRevoked: [jobs.credential_revoked],
    profiles.ProviderSuspended: [jobs.provider_suspended],
    payments.HoldPlaced: [jobs.hold_placed],
    payments.HoldLapsed: [jobs.hold_lapsed],
    payments.CaptureFailed: [jobs.capture_failed],
    payments.PaidOut: [tell.paid_out],
    payments.RefundFailed: [tell.refund_failed],
    payments.ChargebackOpened: [tell.chargeback_opened],
    payments.ChargebackEnded: [tell.chargeback_ended],
    matching.OfferMade: [tell.offer_made],
    conversation.MessageWritten: [tell.message_written],
    conversation.PromiseMissed: [tell.promise_missed],
    job_events.MatchingStarted: [tell.matching_started],
    job_events.RequestUnmatched: [tell.request_unmatched],
    job_events.RequestAccepted: [tell.request_accepted],
    job_events.RequestResolved: [tell.request_resolved],
    job_events.RequestReopened: [tell.request_reopened],
    job_events.RequestClosed: [tell.request_closed],
    job_events.RequestCancelled: [tell.request_cancelled, tell.session_called_off],
    job_events.ExtraProposed: [tell.extra_proposed],
    job_events.ExtraPaid: [tell.extra_paid],
    job_events.ExtraEnded: [tell.extra_ended],
    job_events.PaymentLapsed: [tell.payment_lapsed],
    job_events.PaymentFailed: [tell.payment_failed],
}

OUTBOX_HANDLERS: Mapping[str, Handler] = {
    mail.KIND: mail.deliver,
    payments.CALL: payments_effects.perform_call,
    payments.EVENT: payments_effects.apply_event,
    payments.REFRESH: payments_effects.refresh_hold,
    payments.ACCOUNT: payments_effects.open_account,
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that time makes due; `perform` may be called at any moment, any number of times."""

    name: str
    every_s: int
    perform: Callable[[datetime], None]


SCHEDULE: Sequence[Task] = (
    Task("expire offers", 5, jobs_effects.expire_offers),
    Task("miss promises", 15, conversation_effects.miss_promises),
    Task("confirm for silent customers", 60, jobs_effects.confirm_overdue),
    Task("end searches before holds lapse", 60, jobs_effects.end_overdue_searches),
    Task("search again for what nobody took", 300, jobs_effects.search_again),
    Task("ask about silent holds", 60, payments_effects.check_holds),
    Task("release reserves", 300, payments_effects.release_reserves),
    Task("read Stripe's book", 3600, payments_effects.reconcile),
)

SelfCheck = Callable[[Session], list[str]]

SELF_CHECKS: Sequence[SelfCheck] = (
    *payments_selfchecks.CHECKS,
    *profiles_selfchecks.CHECKS,
    *availability_selfchecks.CHECKS,
    *services_selfchecks.CHECKS,
    *jobs_selfchecks.CHECKS,
    outbox.dead_messages,
)


def connect_payments(app: Flask, settings: Settings) -> None:
    """Open the door to Stripe.

    Raises:
        WrongSetting: there is no key, or a key for real money is to be sent to a stand-in.
    """
    key = settings.stripe_secret_key
    if not key:
        raise WrongSetting("HANDRAIL_STRIPE_SECRET_KEY is missing: it looks like sk_live_… or sk_test_…")
    if settings.stripe_api_base != STRIPE_API and "_live_" in key:
        raise WrongSetting("HANDRAIL_STRIPE_SECRET_KEY is for real money, but HANDRAIL_STRIPE_API_BASE is not Stripe's")
    payments_gateway.connect(app, payments_gateway.Gateway(key, settings.stripe_api_base))
