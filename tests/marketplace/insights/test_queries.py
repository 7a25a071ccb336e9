"""Figures, each with its sample, and what needs a hand."""

from datetime import timedelta

from marketplace.conversation import commands as conversation
from marketplace.insights import queries
from marketplace.kernel.money import Money
from marketplace.matching.rules import OfferStatus, Unfit
from marketplace.payments.rules import PayoutMethod, PayoutStatus
from marketplace.support_requests.rules import Status
from providers.profiles import commands as profiles
from providers.profiles.rules import Cefr
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_staff
from tests.factories.availability import make_hours
from tests.factories.conversation import make_promise
from tests.factories.credentials import make_credential
from tests.factories.matching import make_job, make_offer
from tests.factories.payments import make_payout
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request
from tests.factories.tracks import make_track


def figures(session, now=NOON):
    return queries.public_figures(session, now)


# What visitors see


def test_an_empty_installation_has_no_figures(session):
    empty = figures(session)
    assert (empty.partners, empty.languages, empty.countries, empty.open_now) == (0, 0, 0, 0)
    assert empty.first_answer is None


def test_partners_languages_and_countries_are_counted_once(session):
    make_provider(session, country="ES", languages={"es": Cefr.NATIVE, "en": Cefr.B2})
    make_provider(session, country="ES", languages={"es": Cefr.C1})
    make_provider(session, country="CL", languages={"es": Cefr.NATIVE})
    found = figures(session)
    assert (found.partners, found.languages, found.countries) == (3, 2, 2)


def test_who_is_not_listed_does_not_count(session):
    make_provider(session, is_vendor_desk=True, country="DE", languages={"de": Cefr.NATIVE})
    make_provider(
        session, status="suspended", suspended_reason="No answer", country="FR", languages={"fr": Cefr.NATIVE}
    )
    found = figures(session)
    assert (found.partners, found.languages, found.countries, found.open_now) == (0, 0, 0, 0)


def test_open_now_is_computed_in_the_members_own_zone(session):
    """At 12:00 UTC it is 13:00 in Madrid and 21:00 in Tokyo."""
    for zone in ("Europe/Madrid", "Asia/Tokyo"):
        make_hours(session, make_provider(session, zone=zone).members[0])
    assert figures(session).open_now == 1
    assert figures(session, NOON + 14 * HOUR).open_now == 1  # Wednesday 11:00 in Tokyo.
    assert figures(session, NOON + 6 * HOUR).open_now == 0


def test_the_first_answer_is_a_median_with_its_sample(session):
    for minutes in (10, 20, 600):
        make_job(session, first_answer_at=NOON + minutes * MINUTE)
    make_job(session)  # Not answered yet.
    found = figures(session, NOON + DAY).first_answer
    assert (found.median, found.sample, found.days) == (20 * MINUTE, 3, 90)


def test_what_is_long_ago_says_nothing_about_today(session):
    make_job(session, first_answer_at=NOON + MINUTE)
    assert figures(session, NOON + timedelta(days=91)).first_answer is None


# What staff see


def today(session, now=NOON):
    return queries.today(session, now)


def test_a_quiet_day_needs_nothing(session):
    quiet = today(session)
    assert not any((quiet.gaps, quiet.missed, quiet.counts, quiet.due_by_hand, quiet.suspended, quiet.expiring))
    assert quiet.offers == queries.OpenOffers(0, None)


def test_what_nobody_takes_shows_the_gap(session):
    unmatched = make_request(session, status="unmatched")
    make_request(session, status="matching")
    (gap,) = today(session).gaps
    assert gap.request == unmatched
    assert gap.missing == [Unfit.LAYER]


def test_missed_promises_are_listed_until_there_is_news(session):
    promise = make_promise(session)
    conversation.miss_overdue(session, promise.request_id, now=NOON + HOUR)
    assert today(session).missed == [promise]
    conversation.bring_news(session, promise.request_id, now=NOON + 2 * HOUR)
    session.flush()
    assert today(session).missed == []


def test_open_offers_say_which_ends_first(session):
    make_offer(session, expires_at=NOON + 2 * HOUR)
    make_offer(session, expires_at=NOON + HOUR)
    make_offer(session, expires_at=NOON + MINUTE, status=OfferStatus.EXPIRED, answered_at=NOON + MINUTE)
    assert today(session).offers == queries.OpenOffers(2, NOON + HOUR)


def test_requests_are_counted_by_status(session):
    make_request(session)
    make_request(session)
    make_request(session, status="in_progress")
    assert today(session).counts == {Status.MATCHING: 2, Status.IN_PROGRESS: 1}


def test_what_is_due_by_hand_is_added_up_by_currency(session):
    make_payout(session, amount_minor=1000)
    make_payout(session, amount_minor=500)
    make_payout(session, amount_minor=7000, support_request=make_request(session, status="closed", currency="JPY"))
    make_payout(session, method=PayoutMethod.TRANSFER)
    make_payout(session, status=PayoutStatus.PAID)
    found = today(session)
    assert found.due_by_hand == [Money(1500, "EUR"), Money(7000, "JPY")]
    assert found.payouts_by_hand == 3


def test_a_suspension_is_news_for_a_week(session):
    staff, provider = make_staff(session), make_provider(session)
    profiles.suspend(session, provider.id, reason="No answer for days", by=staff.id, now=NOON)
    assert [(one.provider, one.at) for one in today(session).suspended] == [(provider, NOON)]
    assert today(session, NOON + 8 * DAY).suspended == []


def test_who_is_back_is_no_news(session):
    staff, provider = make_staff(session), make_provider(session)
    profiles.suspend(session, provider.id, reason="No answer for days", by=staff.id, now=NOON)
    profiles.reinstate(session, provider.id, reason="Answers again", by=staff.id, now=NOON + HOUR)
    assert today(session, NOON + DAY).suspended == []


def test_certificates_are_listed_a_month_before_they_end(session):
    provider = make_provider(session)
    holder = provider.members[0].person
    soon = make_credential(session, person=holder, valid_until=NOON + 29 * DAY)
    make_credential(session, person=holder, valid_until=NOON + 31 * DAY)
    make_credential(session, person=holder, valid_until=NOON)
    make_credential(session, person=holder, valid_until=NOON + DAY, revoked_at=NOON, revoked_reason="Cheated")
    make_credential(session, valid_until=NOON + DAY)  # Of somebody who works for nobody.
    assert [(one.credential, one.provider) for one in today(session).expiring] == [(soon, provider)]


def test_a_certificate_that_was_renewed_needs_nobody(session):
    holder, track = make_provider(session).members[0].person, make_track(session)
    make_credential(session, person=holder, track=track, valid_until=NOON + DAY)
    make_credential(session, person=holder, track=track, valid_until=NOON + 300 * DAY)
    assert today(session).expiring == []
