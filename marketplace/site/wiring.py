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
from marketplace.insurance import api as insurance_api
from marketplace.insurance import commands as insurance
from marketplace.insurance import effects as insurance_effects
from marketplace.insurance import events as insurance_events
from marketplace.insurance import selfchecks as insurance_selfchecks
from marketplace.insurance import views as insurance_views
from marketplace.jobs import api as jobs_api
from marketplace.jobs import commands as jobs
from marketplace.jobs import effects as jobs_effects
from marketplace.jobs import events as job_events
from marketplace.jobs import selfchecks as jobs_selfchecks
from marketplace.jobs import views as jobs_views
from marketplace.kernel import mail, outbox
from marketplace.kernel.events import Subscribers
from marketplace.kernel.outbox import Ending, Handler
from marketplace.kernel.panels import Panels
from marketplace.matching import commands as matching
from marketplace.papers import api as papers_api
from marketplace.papers import commands as papers
from marketplace.papers import effects as papers_effects
from marketplace.papers import events as paper_events
from marketplace.papers import panels as papers_panels
from marketplace.papers import selfchecks as papers_selfchecks
from marketplace.papers import views as papers_views
from marketplace.papers.seller import Seller
from marketplace.papers.seller import connect as connect_seller_to
from marketplace.payments import api as payments_api
from marketplace.payments import commands as payments
from marketplace.payments import effects as payments_effects
from marketplace.payments import gateway as payments_gateway
from marketplace.payments import selfchecks as payments_selfchecks
from marketplace.payments import views as payments_views
from marketplace.site import notifications as tell
from marketplace.site.settings import STRIPE_API, Settings, WrongSetting
from marketplace.tariffs import views as tariffs_views
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
    tariffs_views.blueprint,
    insurance_views.blueprint,
    profiles_views.blueprint,
    directory_views.blueprint,
    jobs_views.blueprint,
    papers_views.blueprint,
    insights_views.blueprint,
)

API_BLUEPRINTS: Sequence[ApiBlueprint] = (
    accounts_api.blueprint,
    catalogue_api.blueprint,
    payments_api.blueprint,
    insurance_api.blueprint,
    directory_api.blueprint,
    jobs_api.blueprint,
    papers_api.blueprint,
)

# Who hears what, in this order, in the transaction in which it happened. No step of a request's life is driven from
# here, but for the outcome of a payment, which wakes `jobs`.
SUBSCRIBERS: Subscribers = {
    accounts.PersonSignedUp: [tell.confirm_address],
    accounts.SignUpRepeated: [tell.address_is_known],
    accounts.ResetAsked: [tell.reset_password],
    credentials.CredentialRevoked: [jobs.credential_revoked],
    profiles.ProviderSuspended: [jobs.provider_suspended],
    payments.OutcomeKnown: [jobs.outcome_known, insurance.outcome_known],
    payments.HoldPlaced: [jobs.hold_placed],
    payments.HoldLapsed: [jobs.hold_lapsed, tell.page_refused],
    payments.HoldRenewed: [tell.hold_renewed],
    payments.RenewalAsked: [tell.renewal_asked],
    payments.RenewalRefused: [tell.renewal_refused],
    payments.CaptureFailed: [jobs.capture_failed],
    payments.PaymentTaken: [papers.payment_taken],
    payments.RefundDecided: [papers.refund_decided],
    payments.PaidOut: [tell.paid_out],
    payments.GoodwillGiven: [tell.goodwill_given],
    payments.PayeeChanged: [jobs.payee_changed, tell.payee_changed],
    payments.RefundFailed: [tell.refund_failed],
    payments.PeriodRefundFailed: [tell.period_refund_failed],
    payments.InquiryOpened: [tell.inquiry_opened],
    payments.ChargebackOpened: [insurance.chargeback_opened, tell.chargeback_opened],
    payments.ChargebackEnded: [insurance.chargeback_ended, tell.chargeback_ended, papers.chargeback_ended],
    payments.CoverMoved: [insurance.cover_moved],
    payments.PeriodPaid: [insurance.period_paid],
    payments.PeriodUnpaid: [insurance.period_unpaid],
    payments.SubscriptionLapsed: [insurance.subscription_lapsed],
    payments.SubscriptionEnded: [insurance.subscription_ended],
    payments.SubscriptionChanged: [insurance.subscription_changed],
    payments.SubscriptionChangeRefused: [insurance.change_refused],
    matching.OfferMade: [tell.offer_made],
    matching.QuoteDismissed: [tell.quote_dismissed],
    conversation.MessageWritten: [tell.message_written],
    conversation.PromiseMissed: [tell.promise_missed],
    job_events.MatchingStarted: [tell.matching_started],
    job_events.RequestUnmatched: [tell.request_unmatched],
    job_events.RequestAccepted: [tell.request_accepted],
    job_events.RequestResolved: [tell.request_resolved],
    job_events.RequestReopened: [tell.request_reopened],
    job_events.RequestClosed: [tell.request_closed],
    job_events.RequestCancelled: [tell.request_cancelled, tell.session_called_off],
    job_events.QuoteGiven: [tell.quote_given],
    job_events.QuoteWithdrawn: [tell.quote_withdrawn],
    job_events.QuoteUnpaid: [tell.quote_unpaid],
    job_events.QuoteAccepted: [tell.quote_accepted],
    job_events.QuotesRunOut: [tell.quotes_run_out],
    job_events.AnswerAwaited: [tell.answer_awaited],
    job_events.DisputeOpened: [tell.dispute_opened],
    job_events.DisputeAnswered: [tell.dispute_answered],
    job_events.DisputeWithdrawn: [tell.dispute_withdrawn],
    job_events.DisputeEnded: [tell.dispute_ended],
    job_events.ExtraProposed: [tell.extra_proposed],
    job_events.ExtraPaid: [tell.extra_paid],
    job_events.ExtraEnded: [tell.extra_ended],
    job_events.PaymentLapsed: [tell.payment_lapsed],
    job_events.PaymentFailed: [tell.payment_failed],
    insurance_events.PolicyBegan: [tell.policy_began],
    insurance_events.PolicyUnpaid: [tell.policy_unpaid],
    insurance_events.PolicySuspended: [tell.policy_suspended],
    insurance_events.PolicyDisputed: [tell.policy_disputed],
    insurance_events.PolicyRestored: [tell.policy_restored],
    insurance_events.PolicyEnded: [tell.policy_ended],
    insurance_events.AppealMade: [tell.appeal_made],
    insurance_events.AppealAnswered: [tell.appeal_answered],
    paper_events.PaperIssued: [tell.paper_issued],
}

# What slices add to the pages of those below, by the place on the page.
PANELS: Panels = {
    "account": [papers_panels.on_account],
    "request": [papers_panels.on_request],
    "work": [papers_panels.on_work],
    "money": [papers_panels.on_money],
}

OUTBOX_HANDLERS: Mapping[str, Handler] = {
    mail.KIND: mail.deliver,
    payments.CALL: payments_effects.perform_call,
    payments.EVENT: payments_effects.apply_event,
    payments.REFRESH: payments_effects.refresh_hold,
    payments.CARDS: payments_effects.refresh_cards,
    payments.SUBSCRIPTION_LOOK: payments_effects.refresh_subscription,
}

# What comes of what waits for a message that somebody drops. Other kinds leave nothing waiting.
OUTBOX_ENDINGS: Mapping[str, Ending] = {payments.CALL: payments.drop_call}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that time makes due; `perform` may be called at any moment, any number of times."""

    name: str
    every_s: int
    perform: Callable[[datetime], None]


SCHEDULE: Sequence[Task] = (
    Task("expire offers", 5, jobs_effects.expire_offers),
    Task("miss promises", 15, conversation_effects.miss_promises),
    Task("suspend overdue policies", 60, insurance_effects.suspend_overdue),
    Task("confirm for silent customers", 60, jobs_effects.confirm_overdue),
    Task("renew holds before they lapse", 60, jobs_effects.renew_holds),
    Task("end searches before holds lapse", 60, jobs_effects.end_overdue_searches),
    Task("remind of what runs out", 60, jobs_effects.remind),
    Task("search again for what nobody took", 300, jobs_effects.search_again),
    Task("fetch events that never came", 600, payments_effects.catch_up),
    Task("ask about silent holds", 60, payments_effects.check_holds),
    Task("ask about silent subscriptions", 60, payments_effects.check_subscriptions),
    Task("earn what time has brought", 3600, payments_effects.earn),
    Task("release reserves", 300, payments_effects.release_reserves),
    Task("read Stripe's book", 3600, payments_effects.reconcile),
    Task("issue missing papers", 3600, papers_effects.issue_missing),
    Task("issue statements", 3600, papers_effects.issue_statements),
)

SelfCheck = Callable[[Session], list[str]]

SELF_CHECKS: Sequence[SelfCheck] = (
    *payments_selfchecks.CHECKS,
    *insurance_selfchecks.CHECKS,
    *profiles_selfchecks.CHECKS,
    *availability_selfchecks.CHECKS,
    *services_selfchecks.CHECKS,
    *jobs_selfchecks.CHECKS,
    *papers_selfchecks.CHECKS,
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


def connect_seller(app: Flask, settings: Settings) -> None:
    """Say who sells, on all papers."""
    seller = Seller(
        name=settings.vendor_legal_name or settings.vendor_name,
        address=[line.strip() for line in settings.vendor_address.split(";") if line.strip()],
        tax_number=settings.vendor_tax_number,
        email=settings.contact_email,
        is_real=not settings.is_sandbox,
    )
    connect_seller_to(app, seller)
