"""Letters: who gets one, in whose words and hours, and where it leads."""

import inspect
from gettext import NullTranslations
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, select

from marketplace.accounts.events import PersonSignedUp, ResetAsked, SignUpRepeated
from marketplace.accounts.models import Person
from marketplace.conversation import commands as conversation
from marketplace.conversation.commands import MessageWritten, PromiseMissed
from marketplace.conversation.rules import Side
from marketplace.jobs import events
from marketplace.jobs.disputes import DisputeStatus
from marketplace.jobs.rules import PURPOSE, ExtraStatus
from marketplace.kernel import mail, translate
from marketplace.kernel.outbox import OutboxMessage
from marketplace.matching.commands import OfferMade, QuoteDismissed
from marketplace.papers.events import PaperIssued
from marketplace.payments.commands import (
    ChargebackEnded,
    ChargebackOpened,
    GoodwillGiven,
    HoldRenewed,
    InquiryOpened,
    PaidOut,
    PayeeChanged,
    RefundFailed,
    RenewalAsked,
)
from marketplace.payments.rules import AccountState, HoldStatus, PayoutMethod, PayoutStatus
from marketplace.site import notifications as tell
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.catalogue import make_category
from tests.factories.conversation import make_message, make_promise
from tests.factories.matching import BOOKED, make_dispute, make_extra, make_job, make_offer, make_quote
from tests.factories.papers import make_credit_note, make_receipt, make_statement
from tests.factories.payees import make_account
from tests.factories.payments import make_chargeback, make_hold, make_payout, make_refund
from tests.factories.profiles import make_member, make_provider
from tests.factories.support_requests import make_request

PASSWORD = "a good long phrase"
INCLUDES = "A backup, the repair and a test."


@pytest.fixture
def ana(session):
    """The customer, in Kathmandu: 12:00 UTC is 17:45 there."""
    return make_person(session, name="Ana", email="ana@example.test", zone="Asia/Kathmandu", password=PASSWORD)


@pytest.fixture
def bo(session):
    """The partner's one member, in New York: 12:00 UTC is 8:00 there in March."""
    return make_person(session, name="Bo", email="bo@example.test", zone="America/New_York", password=PASSWORD)


@pytest.fixture
def provider(session, bo):
    return make_provider(session, name="Bo Helps", person=bo)


@pytest.fixture
def open_request(session, ana):
    return make_request(session, customer=ana)


@pytest.fixture
def job(session, ana, provider):
    return make_job(session, support_request=make_request(session, customer=ana, provider=provider))


@pytest.fixture
def taken(job):
    return job.support_request


def letters(session):
    """List what the site owes by mail."""
    owed = select(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id)
    return [message.payload for message in session.scalars(owed)]


def only_letter(session):
    (letter,) = letters(session)
    return letter


def recipients(session):
    return [letter["to"] for letter in letters(session)]


def text_of(letter):
    return "\n".join([letter["subject"], *letter["paragraphs"]]).replace("\u202f", " ")


# Accounts


def test_who_signed_up_is_asked_to_confirm_the_address(session, ana):
    tell.confirm_address(session, PersonSignedUp(ana.id, "the-token", NOON))
    letter = only_letter(session)
    assert letter["action"][1].endswith("/confirm/the-token")
    assert "Thursday, March 12, 2026, 5:45 PM (Kathmandu time)" in text_of(letter)


def test_the_owner_of_an_address_hears_of_a_second_sign_up(session, ana):
    tell.address_is_known(session, SignUpRepeated(ana.id, NOON))
    assert only_letter(session)["action"][1].endswith("/sign-in")


def test_a_new_password_is_chosen_within_half_an_hour(session, ana):
    tell.reset_password(session, ResetAsked(ana.id, "the-token", NOON))
    letter = only_letter(session)
    assert letter["action"][1].endswith("/reset/the-token")
    assert "6:15 PM (Kathmandu time)" in text_of(letter)


# Offers


def test_a_partner_is_asked_with_price_share_and_deadline(session, provider, open_request):
    offer = make_offer(session, support_request=open_request, provider=provider)
    tell.offer_made(session, OfferMade(offer.id, open_request.id, provider.id, NOON))
    letter = only_letter(session)
    assert letter["to"] == "bo@example.test"
    assert letter["action"][1].endswith(f"/work/offers/{offer.id}")
    assert "€49; your share of it is €41.65" in text_of(letter)
    assert "9:00 AM (New York time)" in text_of(letter)


def test_a_fault_of_the_product_has_no_price(session, provider, open_request):
    offer = make_offer(session, support_request=open_request, provider=provider, price_minor=0)
    tell.offer_made(session, OfferMade(offer.id, open_request.id, provider.id, NOON))
    assert "€" not in text_of(only_letter(session))


def test_every_member_who_can_sign_in_gets_the_letter(session, provider, open_request):
    make_member(session, provider, person=make_person(session, email="cy@example.test", password=PASSWORD))
    make_member(session, provider, person=make_person(session, email="never-signed-in@example.test"))
    unconfirmed = make_person(session, email="unconfirmed@example.test", password=PASSWORD, confirmed_at=None)
    make_member(session, provider, person=unconfirmed)
    offer = make_offer(session, support_request=open_request, provider=provider)
    tell.offer_made(session, OfferMade(offer.id, open_request.id, provider.id, NOON))
    assert recipients(session) == ["bo@example.test", "cy@example.test"]


# Messages and promises


def test_a_customers_message_goes_to_the_partner(session, taken):
    message = make_message(session, support_request=taken, body="It is back.\n\nSince this morning.")
    tell.message_written(session, MessageWritten(message.id, taken.id, Side.CUSTOMER, NOON))
    letter = only_letter(session)
    assert letter["to"] == "bo@example.test"
    assert letter["paragraphs"][-1] == "It is back. …"
    assert letter["action"][1].endswith(f"/requests/{taken.reference}")


def test_a_partners_message_goes_to_the_customer_with_the_next_update(session, taken, bo, provider):
    make_promise(session, support_request=taken)
    message = make_message(session, support_request=taken, author_id=bo.id, side=Side.PROVIDER, body="x" * 1000)
    tell.message_written(session, MessageWritten(message.id, taken.id, Side.PROVIDER, NOON))
    letter = only_letter(session)
    assert letter["to"] == "ana@example.test"
    assert "x" * 300 + " …" in letter["paragraphs"]
    assert "The next update comes by Tuesday, March 10, 2026, 6:45 PM (Kathmandu time)." in text_of(letter)


def test_a_promise_is_not_the_customers_to_tell(session, taken):
    make_promise(session, support_request=taken)
    message = make_message(session, support_request=taken)
    tell.message_written(session, MessageWritten(message.id, taken.id, Side.CUSTOMER, NOON))
    assert "next update" not in text_of(only_letter(session))


def test_nobody_is_told_of_their_own_message(session, bo, provider):
    """Bo is both: the customer of this request, and the partner who looks after it."""
    own = make_request(session, customer=bo, provider=provider)
    for side in (Side.CUSTOMER, Side.PROVIDER):
        message = make_message(session, support_request=own, author_id=bo.id, side=side)
        tell.message_written(session, MessageWritten(message.id, own.id, side, NOON))
    assert letters(session) == []


def test_what_the_house_notes_causes_no_letter(session, taken):
    message = make_message(session, support_request=taken, author_id=None, side=Side.HOUSE)
    tell.message_written(session, MessageWritten(message.id, taken.id, Side.HOUSE, NOON))
    assert letters(session) == []


def test_a_missed_promise_is_told_to_both_sides(session, taken):
    promise = make_promise(session, support_request=taken)
    tell.promise_missed(session, PromiseMissed(promise.id, taken.id, NOON + HOUR))
    assert recipients(session) == ["ana@example.test", "bo@example.test"]
    to_ana, to_bo = letters(session)
    assert "6:45 PM (Kathmandu time)" in text_of(to_ana)
    assert "9:00 AM (New York time)" in text_of(to_bo)


def test_writing_tells_the_other_side_through_the_table(session, taken):
    """The whole way: the command announces, the table knows who tells."""
    conversation.write(session, taken.id, author_id=taken.customer_id, side=Side.CUSTOMER, body="Any news?", now=NOON)
    assert recipients(session) == ["bo@example.test"]


# The life of a request


def test_the_search_says_what_is_set_aside_and_how_long_each_may_think(session, open_request):
    tell.matching_started(session, events.MatchingStarted(open_request.id, NOON))
    said = text_of(only_letter(session))
    assert "4 hours to answer" in said
    assert "€60 is set aside" in said


def test_a_fault_of_the_product_costs_nothing(session, ana):
    defect = make_request(session, customer=ana, category=make_category(session, is_defect=True), ceiling_minor=None)
    tell.matching_started(session, events.MatchingStarted(defect.id, NOON))
    assert "It costs you nothing." in text_of(only_letter(session))


def test_when_nobody_is_left_the_customer_and_the_vendor_know(session, open_request):
    make_staff(session, email="admin@example.test")
    make_staff(session, "support", email="support@example.test")
    make_staff(session, "finance", email="finance@example.test")
    tell.request_unmatched(session, events.RequestUnmatched(open_request.id, NOON))
    assert recipients(session) == ["ana@example.test", "admin@example.test", "support@example.test"]
    assert all("The reason: nobody sells help with this layer." in text_of(letter) for letter in letters(session))


def test_acceptance_says_who_helps_by_when_and_for_how_much(session, taken, provider):
    make_promise(session, support_request=taken)
    tell.request_accepted(session, events.RequestAccepted(taken.id, provider.id, NOON))
    letter = only_letter(session)
    assert letter["subject"] == "Bo Helps helps you"
    assert "6:45 PM (Kathmandu time)" in text_of(letter)
    assert "The price is €49; the other €11 is released." in text_of(letter)


def test_a_price_at_the_limit_releases_nothing(session, ana, provider):
    taken = make_request(session, customer=ana, provider=provider, ceiling_minor=4900)
    make_job(session, support_request=taken)
    tell.request_accepted(session, events.RequestAccepted(taken.id, provider.id, NOON))
    assert "released" not in text_of(only_letter(session))


def test_the_customer_has_three_days_to_confirm(session, taken):
    tell.request_resolved(session, events.RequestResolved(taken.id, NOON))
    assert "Friday, March 13, 2026, 5:45 PM (Kathmandu time)" in text_of(only_letter(session))


def test_a_partner_hears_that_it_is_not_solved(session, taken):
    tell.request_reopened(session, events.RequestReopened(taken.id, NOON))
    letter = only_letter(session)
    assert letter["to"] == "bo@example.test"
    assert "Ana has tried your solution" in text_of(letter)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (PayoutMethod.TRANSFER, "being transferred to your account at Stripe"),
        (PayoutMethod.BY_HAND, "by bank transfer"),
    ],
)
def test_the_end_says_how_the_partner_is_paid(session, taken, method, words):
    make_payout(session, support_request=taken, method=method)
    tell.request_closed(session, events.RequestClosed(taken.id, NOON))
    to_ana, to_bo = letters(session)
    assert "Tuesday, March 24, 2026, 5:45 PM (Kathmandu time)" in text_of(to_ana)
    assert "€41.65" in text_of(to_bo)
    assert words in text_of(to_bo)


def test_help_that_was_free_is_not_paid(session, taken):
    tell.request_closed(session, events.RequestClosed(taken.id, NOON))
    assert "€" not in text_of(letters(session)[1])


@pytest.mark.parametrize("reason", ["nobody_in_time", "hold_lapsed"])
def test_a_search_without_success_costs_nothing(session, open_request, reason):
    make_hold(session, support_request=open_request, status=HoldStatus.RELEASING)
    tell.request_cancelled(session, events.RequestCancelled(open_request.id, reason, NOON))
    said = text_of(only_letter(session))
    assert "Nobody could take your request in time" in said
    assert "Nothing was taken" in said


def test_what_was_taken_goes_back_when_a_partner_gives_up(session, taken):
    facts = {"status": HoldStatus.REFUNDING, "captured_minor": 4900, "refunded_minor": 4900}
    make_hold(session, support_request=taken, **facts)
    tell.request_cancelled(session, events.RequestCancelled(taken.id, "I have no access.", NOON))
    said = text_of(only_letter(session))
    assert "Bo Helps can not go on with it, and says why: I have no access." in said
    assert "€49. It goes to the card" in said


def test_a_cancellation_is_confirmed(session, open_request):
    make_hold(session, support_request=open_request, status=HoldStatus.RELEASING, held_at=None)
    tell.request_cancelled(session, events.RequestCancelled(open_request.id, "Solved it myself", NOON))
    said = text_of(only_letter(session))
    assert "cancelled, as you asked" in said
    assert "It costs you nothing." in said


def test_a_draft_ends_without_a_letter(session, ana):
    draft = make_request(session, customer=ana, status="draft")
    tell.request_cancelled(session, events.RequestCancelled(draft.id, "Never mind", NOON))
    assert letters(session) == []


def test_a_payment_that_never_came_leaves_a_draft(session, open_request):
    tell.payment_lapsed(session, events.PaymentLapsed(open_request.id, NOON))
    assert "Nothing was taken, and nobody was asked." in text_of(only_letter(session))


def test_a_refused_payment_is_told_to_both_sides(session, taken):
    tell.payment_failed(session, events.PaymentFailed(taken.id, NOON))
    assert recipients(session) == ["ana@example.test", "bo@example.test"]


@pytest.mark.parametrize(
    ("method", "words"), [(PayoutMethod.TRANSFER, "in your account at Stripe"), (PayoutMethod.BY_HAND, "HR-2026-7")]
)
def test_a_partner_hears_of_the_money(session, taken, provider, method, words):
    payout = make_payout(
        session,
        support_request=taken,
        method=method,
        status=PayoutStatus.PAID,
        reference="HR-2026-7" if method is PayoutMethod.BY_HAND else None,
    )
    tell.paid_out(session, PaidOut(payout.id, PURPOSE, taken.id, NOON))
    letter = only_letter(session)
    assert letter["subject"] == "You are paid €41.65"
    assert words in text_of(letter)


def test_money_for_anything_else_is_told_elsewhere(session, taken):
    tell.paid_out(session, PaidOut(1, "policy", taken.id, NOON))
    assert letters(session) == []


# Extra work


def test_a_customer_decides_on_extra_work(session, job, taken):
    extra = make_extra(session, job=job)
    tell.extra_proposed(session, events.ExtraProposed(extra.id, taken.id, NOON))
    letter = only_letter(session)
    assert letter["to"] == "ana@example.test"
    assert "Bo Helps proposes extra work, beside what you have agreed, and asks €30 for it:" in text_of(letter)
    assert extra.description in letter["paragraphs"]


def test_a_partner_hears_that_extra_work_is_paid(session, job, taken):
    extra = make_extra(session, job=job, status=ExtraStatus.PAID, answered_at=NOON)
    tell.extra_paid(session, events.ExtraPaid(extra.id, taken.id, NOON))
    assert only_letter(session)["to"] == "bo@example.test"
    assert "paid the extra work for €30" in text_of(only_letter(session))


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (ExtraStatus.DECLINED, {"bo@example.test": "has declined"}),
        (ExtraStatus.WITHDRAWN, {"ana@example.test": "has taken back"}),
        (ExtraStatus.LAPSED, {"ana@example.test": "was not paid", "bo@example.test": "was not paid"}),
    ],
)
def test_whoever_did_not_decide_it_hears_that_there_is_no_extra_work(session, job, taken, status, told):
    extra = make_extra(session, job=job, status=status, answered_at=NOON)
    tell.extra_ended(session, events.ExtraEnded(extra.id, taken.id, NOON))
    assert recipients(session) == list(told)
    assert all(told[letter["to"]] in text_of(letter) for letter in letters(session))


def test_what_was_taken_for_extra_work_goes_back_too(session, taken):
    make_hold(session, support_request=taken, status=HoldStatus.REFUNDING, captured_minor=4900, refunded_minor=4900)
    make_hold(
        session, support_request=taken, part=2, status=HoldStatus.REFUNDING, captured_minor=3000, refunded_minor=3000
    )
    tell.request_cancelled(session, events.RequestCancelled(taken.id, "I have no access.", NOON))
    assert "€79. It goes to the card" in text_of(only_letter(session))


# All of them


def test_a_title_of_two_lines_makes_one_subject(session, ana):
    """A header with a line break would never be sent."""
    request = make_request(session, customer=ana, title="Uploads stop\r\nSubject: forged")
    tell.matching_started(session, events.MatchingStarted(request.id, NOON))
    assert only_letter(session)["subject"] == "We are looking for help: Uploads stop Subject: forged"


@pytest.fixture
def causes(session, taken, provider, job):
    """List an event for every function of the folder, with the function."""
    make_staff(session, email="admin@example.test")
    offer = make_offer(session, support_request=make_request(session, customer=taken.customer), provider=provider)
    message = make_message(session, support_request=taken)
    promise = make_promise(session, support_request=taken)
    payout = make_payout(session, support_request=taken)
    extra = make_extra(session, job=job, status=ExtraStatus.LAPSED, answered_at=NOON)
    ended = {"status": DisputeStatus.CONCEDED, "back_minor": 2000, "stake_minor": 4900, "ended_at": NOON}
    dispute = make_dispute(session, job=job, answer="It was another disk.", answered_at=NOON, **ended)
    refund, chargeback = make_refund(session, hold=payout.hold), make_chargeback(session, hold=payout.hold)
    customer, quoted = taken.customer_id, make_quote(session, offer=offer).offer_id
    papers = _papers(session, payout.hold, provider)
    make_account(session, provider.id, state=AccountState.REJECTED, may_receive=False)
    session_ = make_request(session, customer=taken.customer, provider=provider, starts_at=NOON + DAY)
    make_job(session, support_request=session_, **BOOKED, starts_at=session_.starts_at)
    return [
        (PersonSignedUp(customer, "token", NOON), tell.confirm_address),
        (SignUpRepeated(customer, NOON), tell.address_is_known),
        (ResetAsked(customer, "token", NOON), tell.reset_password),
        (OfferMade(offer.id, offer.request_id, provider.id, NOON), tell.offer_made),
        (MessageWritten(message.id, taken.id, Side.CUSTOMER, NOON), tell.message_written),
        (PromiseMissed(promise.id, taken.id, NOON), tell.promise_missed),
        (PaidOut(payout.id, PURPOSE, taken.id, NOON), tell.paid_out),
        (RefundFailed(PURPOSE, taken.id, refund.id, NOON), tell.refund_failed),
        (GoodwillGiven(PURPOSE, taken.id, refund.id, NOON), tell.goodwill_given),
        (InquiryOpened(PURPOSE, taken.id, chargeback.id, NOON), tell.inquiry_opened),
        (ChargebackOpened(PURPOSE, taken.id, chargeback.id, NOON), tell.chargeback_opened),
        (ChargebackEnded(PURPOSE, taken.id, chargeback.id, is_won=False, at=NOON), tell.chargeback_ended),
        (HoldRenewed(PURPOSE, taken.id, payout.hold_id, NOON, is_by_card=True), tell.hold_renewed),
        (RenewalAsked(PURPOSE, taken.id, payout.hold_id, NOON + DAY, NOON), tell.renewal_asked),
        (PayeeChanged(provider.id, AccountState.ENABLED, AccountState.REJECTED, NOON), tell.payee_changed),
        *[(PaperIssued(paper.id, NOON), tell.paper_issued) for paper in papers],
        (events.MatchingStarted(taken.id, NOON), tell.matching_started),
        (events.RequestUnmatched(taken.id, NOON), tell.request_unmatched),
        (events.RequestAccepted(taken.id, provider.id, NOON), tell.request_accepted),
        (events.RequestResolved(taken.id, NOON), tell.request_resolved),
        (events.RequestReopened(taken.id, NOON), tell.request_reopened),
        (events.RequestClosed(taken.id, NOON), tell.request_closed),
        (events.RequestCancelled(taken.id, "why", NOON), tell.request_cancelled),
        (events.RequestCancelled(session_.id, "why", NOON, customer), tell.session_called_off),
        (events.PaymentLapsed(taken.id, NOON), tell.payment_lapsed),
        (events.PaymentFailed(taken.id, NOON), tell.payment_failed),
        (events.DisputeOpened(dispute.id, taken.id, NOON), tell.dispute_opened),
        (events.DisputeAnswered(dispute.id, taken.id, NOON), tell.dispute_answered),
        (events.DisputeWithdrawn(dispute.id, taken.id, NOON), tell.dispute_withdrawn),
        (events.DisputeEnded(dispute.id, taken.id, NOON), tell.dispute_ended),
        (events.ExtraProposed(extra.id, taken.id, NOON), tell.extra_proposed),
        (events.ExtraPaid(extra.id, taken.id, NOON), tell.extra_paid),
        (events.ExtraEnded(extra.id, taken.id, NOON), tell.extra_ended),
        (events.QuoteGiven(quoted, taken.id, NOON), tell.quote_given),
        (events.QuoteWithdrawn(quoted, taken.id, was_chosen=True, at=NOON), tell.quote_withdrawn),
        (events.QuoteUnpaid(quoted, taken.id, NOON), tell.quote_unpaid),
        (events.QuoteAccepted(quoted, taken.id, NOON), tell.quote_accepted),
        (QuoteDismissed(quoted, taken.id, provider.id, had_quoted=True, at=NOON), tell.quote_dismissed),
    ]


def _papers(session, hold, provider):
    """Make a paper of each sort; the letters that they have caused are forgotten."""
    receipt = make_receipt(session, hold=hold)
    made = [receipt, make_credit_note(session, receipt), make_statement(session, provider)]
    session.execute(delete(OutboxMessage))
    return made


@pytest.fixture
def every_letter(session, causes):
    """List the letters that all of them write."""
    for event, function in causes:
        function(session, event)
    return letters(session)


# Letters that have their own tests, where what they need is made anyway.
CAUSED_ELSEWHERE = {
    *("policy_began", "policy_unpaid", "policy_suspended", "policy_ended"),
    *("policy_disputed", "policy_restored"),  # test_letters_of_cover
    *("appeal_made", "appeal_answered"),  # tests/marketplace/insurance/test_appeals
    *("page_refused", "renewal_refused"),  # test_letters_of_refusals
    *("session_booked", "session_is_off", "session_near", "call_link_changed"),  # tests/marketplace/jobs/test_meeting
    *("session_moved", "move_proposed", "move_ended"),  # tests/marketplace/jobs/test_moving
    *("answer_awaited", "quotes_run_out"),  # tests/marketplace/jobs/test_reminders
    *("application_submitted", "application_questioned", "application_answered"),
    *("application_approved", "application_refused"),
    *("member_invited", "member_joined"),  # test_letters_of_applications
    *("break_taken", "role_changed", "member_parted", "business_handed_over"),  # test_letters_of_businesses
    "calendar_lost",  # tests/providers/availability/test_calendars
    "language_proof_changed",  # test_letters_of_businesses
    *("stand_in_named", "stand_in_freed", "stand_in_away"),  # tests/providers/availability/test_absences
    *("review_reported", "review_decided"),  # tests/marketplace/jobs/test_review_reports
    *("provider_suspended", "provider_reinstated", "level_decided"),  # test_letters_of_standing
    "job_handed_on",  # tests/marketplace/jobs/test_people
    *("exam_passed", "exam_failed"),  # tests/certification/exams/test_letters
    "attempt_improved",  # tests/certification/exams/test_regrading
    "certificate_revoked",  # tests/certification/credentials/test_letters
    *("certificate_ending", "grace_began"),  # tests/certification/credentials: test_reminders, test_releases
    *("certificate_appeal_made", "certificate_appeal_decided"),  # tests/certification/credentials/test_letters
    "somebody_fits",  # tests/providers/directory/test_saved_searches
    "period_refund_failed",  # tests/marketplace/payments/test_subscriptions_told
}


def test_every_letter_is_caused_here(causes):
    """Keeps the tests below honest: a new function must be added to the causes."""
    functions = {name for name, _function in inspect.getmembers(tell, inspect.isfunction)}
    assert {function.__name__ for _event, function in causes} == functions - CAUSED_ELSEWHERE


def test_every_letter_leads_to_a_page(app, every_letter):
    pages = app.url_map.bind("localhost")
    for letter in every_letter:
        label, address = letter["action"]
        assert label
        assert address.startswith(app.config["BASE_URL"])
        assert pages.match(urlsplit(address).path, method="GET")


class Bracketed(NullTranslations):
    """Translates a text by putting it in brackets, so that one that is not translated stands out."""

    def gettext(self, message):
        return f"⟦{message}⟧"


def test_every_letter_is_written_in_the_readers_language(session, causes, monkeypatch):
    catalogues = {"en": NullTranslations(), "es": Bracketed()}
    monkeypatch.setattr(translate, "_catalogue", catalogues.__getitem__)
    for person in session.scalars(select(Person)):
        person.language = "es"
    for event, function in causes:
        function(session, event)
    for letter in letters(session):
        assert letter["language"] == "es"
        said_by_others = {"Any news?", "The thumbnails are broken as well.", INCLUDES}
        said_by_others |= {"It broke again the next day.", "It was another disk."}
        ours = {letter["subject"], letter["action"][0], *letter["paragraphs"]} - said_by_others
        assert all(text.startswith("⟦") for text in ours)


def test_every_letter_can_be_sent(every_letter):
    for number, letter in enumerate(every_letter):
        message = mail.compose(letter, number=number, now=NOON)
        assert message["Subject"] == letter["subject"]
        assert letter["action"][1] in message.get_body(("html",)).get_content()
        assert letter["action"][1] in message.get_body(("plain",)).get_content()
