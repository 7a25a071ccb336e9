"""Who hears what, who does what: tables only."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint
from flask_smorest import Blueprint as ApiBlueprint
from sqlalchemy.orm import Session

from certification.banks import selfchecks as banks_selfchecks
from certification.banks import views as banks_views
from certification.credentials import api as credentials_api
from certification.credentials import commands as credentials
from certification.credentials import events as credential_events
from certification.credentials import panels as credentials_panels
from certification.credentials import selfchecks as credentials_selfchecks
from certification.credentials import views as credentials_views
from certification.exams import api as exams_api
from certification.exams import events as exam_events
from certification.exams import panels as exams_panels
from certification.exams import selfchecks as exams_selfchecks
from certification.exams import views as exams_views
from certification.tracks import events as track_events
from marketplace.accounts import api as accounts_api
from marketplace.accounts import events as accounts
from marketplace.accounts import views as accounts_views
from marketplace.catalogue import api as catalogue_api
from marketplace.conversation import commands as conversation
from marketplace.insights import views as insights_views
from marketplace.insurance import api as insurance_api
from marketplace.insurance import commands as insurance
from marketplace.insurance import events as insurance_events
from marketplace.insurance import selfchecks as insurance_selfchecks
from marketplace.insurance import views as insurance_views
from marketplace.jobs import api as jobs_api
from marketplace.jobs import commands as jobs
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
from marketplace.papers import events as paper_events
from marketplace.papers import panels as papers_panels
from marketplace.papers import selfchecks as papers_selfchecks
from marketplace.papers import views as papers_views
from marketplace.payments import api as payments_api
from marketplace.payments import commands as payments
from marketplace.payments import effects as payments_effects
from marketplace.payments import selfchecks as payments_selfchecks
from marketplace.payments import views as payments_views
from marketplace.site import notifications as tell
from marketplace.tariffs import views as tariffs_views
from providers.applications import api as applications_api
from providers.applications import events as application_events
from providers.applications import selfchecks as applications_selfchecks
from providers.applications import views as applications_views
from providers.availability import events as availability_events
from providers.availability import panels as availability_panels
from providers.availability import selfchecks as availability_selfchecks
from providers.availability import views as availability_views
from providers.directory import api as directory_api
from providers.directory import events as directory_events
from providers.directory import selfchecks as directory_selfchecks
from providers.directory import views as directory_views
from providers.profiles import events as profile_events
from providers.profiles import selfchecks as profiles_selfchecks
from providers.profiles import views as profiles_views
from providers.services import selfchecks as services_selfchecks

BLUEPRINTS: Sequence[Blueprint] = (
    accounts_views.blueprint,
    banks_views.blueprint,
    exams_views.blueprint,
    credentials_views.blueprint,
    payments_views.blueprint,
    tariffs_views.blueprint,
    insurance_views.blueprint,
    profiles_views.blueprint,
    availability_views.blueprint,
    applications_views.blueprint,
    directory_views.blueprint,
    jobs_views.blueprint,
    papers_views.blueprint,
    insights_views.blueprint,
)

API_BLUEPRINTS: Sequence[ApiBlueprint] = (
    *(accounts_api.blueprint, catalogue_api.blueprint),
    *(exams_api.blueprint, credentials_api.blueprint),
    payments_api.blueprint,
    insurance_api.blueprint,
    directory_api.blueprint,
    jobs_api.blueprint,
    applications_api.blueprint,
    papers_api.blueprint,
)

SUBSCRIBERS: Subscribers = {  # In this order, in one transaction; only outcomes of payments drive requests from here.
    accounts.PersonSignedUp: [tell.confirm_address],
    accounts.SignUpRepeated: [tell.address_is_known],
    accounts.ResetAsked: [tell.reset_password],
    exam_events.ExamPublished: [credentials.exam_published],
    exam_events.ExamPassed: [credentials.exam_passed, tell.exam_passed],
    exam_events.ExamFailed: [tell.exam_failed],
    exam_events.AttemptImproved: [tell.attempt_improved],
    credential_events.CredentialRevoked: [jobs.credential_revoked, tell.certificate_revoked],
    credential_events.CredentialEnding: [tell.certificate_ending],
    track_events.TrackMovedOn: [tell.grace_began],
    credential_events.CredentialAppealed: [tell.certificate_appeal_made],
    credential_events.CredentialAppealDecided: [tell.certificate_appeal_decided],
    profile_events.ProviderSuspended: [jobs.provider_suspended, tell.provider_suspended],
    profile_events.ProviderReinstated: [tell.provider_reinstated],
    profile_events.LevelDecided: [tell.level_decided],
    profile_events.ReviewReported: [tell.review_reported],
    profile_events.ReviewDecided: [tell.review_decided],
    profile_events.BreakTaken: [jobs.break_taken, tell.break_taken],
    profile_events.RoleChanged: [tell.role_changed],
    profile_events.LanguageProofChanged: [tell.language_proof_changed],
    profile_events.MemberParted: [tell.member_parted],
    profile_events.BusinessHandedOver: [tell.business_handed_over],
    application_events.ApplicationSubmitted: [tell.application_submitted],
    application_events.ApplicationQuestioned: [tell.application_questioned],
    application_events.ApplicationAnswered: [tell.application_answered],
    application_events.ApplicationApproved: [tell.application_approved],
    application_events.ApplicationRefused: [tell.application_refused],
    application_events.MemberInvited: [tell.member_invited],
    application_events.MemberJoined: [tell.member_joined],
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
    payments.ChargebackEnded: [
        insurance.chargeback_ended,
        tell.chargeback_ended,
        papers.chargeback_ended,
        papers.premium_chargeback_ended,
    ],
    payments.CoverMoved: [insurance.cover_moved],
    payments.PeriodLost: [insurance.period_lost],
    payments.PeriodPaid: [insurance.period_paid, papers.premium_paid],
    payments.PeriodRefundDecided: [papers.premium_refund_decided],
    payments.PeriodUnpaid: [insurance.period_unpaid],
    payments.SubscriptionLapsed: [insurance.subscription_lapsed],
    payments.SubscriptionEnded: [insurance.subscription_ended],
    payments.SubscriptionChanged: [insurance.subscription_changed],
    payments.SubscriptionChangeRefused: [insurance.change_refused],
    availability_events.StandInNamed: [tell.stand_in_named],
    availability_events.StandInFreed: [tell.stand_in_freed],
    availability_events.StandInAway: [tell.stand_in_away],
    availability_events.CalendarLost: [tell.calendar_lost],
    directory_events.SomebodyFits: [tell.somebody_fits],
    matching.OfferMade: [tell.offer_made],
    matching.QuoteDismissed: [tell.quote_dismissed],
    conversation.MessageWritten: [tell.message_written],
    conversation.PromiseMissed: [tell.promise_missed],
    job_events.MatchingStarted: [tell.matching_started],
    job_events.RequestUnmatched: [tell.request_unmatched],
    job_events.JobHandedOn: [tell.job_handed_on],
    job_events.RequestAccepted: [tell.request_accepted, tell.session_booked],
    job_events.CallLinkChanged: [tell.call_link_changed],
    job_events.MoveProposed: [tell.move_proposed],
    job_events.MoveEnded: [tell.move_ended],
    job_events.SessionMoved: [tell.session_moved],
    job_events.SessionNear: [tell.session_near],
    job_events.RequestResolved: [tell.request_resolved],
    job_events.RequestReopened: [tell.request_reopened],
    job_events.RequestClosed: [tell.request_closed],
    job_events.RequestCancelled: [tell.request_cancelled, tell.session_called_off, tell.session_is_off],
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

PANELS: Panels = {  # What slices add to the pages of those below, by the place on the page.
    "certification": [exams_panels.on_certification, credentials_panels.on_certification],
    "bank": [exams_panels.on_bank],
    "question": [exams_panels.on_question, exams_panels.regrades_on_question],
    "attempt": [credentials_panels.on_attempt],
    "account": [papers_panels.on_account],
    "request": [papers_panels.on_request],
    "policy": [papers_panels.on_policy],
    "work": [papers_panels.on_work],
    "money": [papers_panels.on_money],
    "member": [availability_panels.on_member],
}

OUTBOX_HANDLERS: Mapping[str, Handler] = {
    mail.KIND: mail.deliver,
    payments.CALL: payments_effects.perform_call,
    payments.EVENT: payments_effects.apply_event,
    payments.REFRESH: payments_effects.refresh_hold,
    payments.CARDS: payments_effects.refresh_cards,
    payments.SUBSCRIPTION_LOOK: payments_effects.refresh_subscription,
    payments.DISPUTES_LOOK: payments_effects.refresh_disputes,
}

# What comes of what waits for a message that somebody drops. Other kinds leave nothing waiting.
OUTBOX_ENDINGS: Mapping[str, Ending] = {payments.CALL: payments.drop_call}


SelfCheck = Callable[[Session], list[str]]

SELF_CHECKS: Sequence[SelfCheck] = (
    *banks_selfchecks.CHECKS,
    *exams_selfchecks.CHECKS,
    *credentials_selfchecks.CHECKS,
    *payments_selfchecks.CHECKS,
    *insurance_selfchecks.CHECKS,
    *profiles_selfchecks.CHECKS,
    *availability_selfchecks.CHECKS,
    *services_selfchecks.CHECKS,
    *applications_selfchecks.CHECKS,
    *directory_selfchecks.CHECKS,
    *jobs_selfchecks.CHECKS,
    *papers_selfchecks.CHECKS,
    outbox.dead_messages,
)
