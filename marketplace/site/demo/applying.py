"""Businesses that apply in the demo, by the same commands as on the pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from certification.credentials import commands as credentials
from marketplace.kernel.money import Money
from marketplace.payments import commands as payments
from marketplace.payments.rules import BankAccount
from marketplace.site.demo import rows
from marketplace.site.demo.content.applicants import APPLICANTS, ApplicantRow, ServiceRow
from marketplace.site.demo.plans import VALID_FOR
from marketplace.site.demo.rows import Vendor
from providers.applications import commands, queries
from providers.availability import commands as availability
from providers.availability.rules import Weekly
from providers.profiles import commands as profiles
from providers.profiles import queries as read_profiles
from providers.profiles.models import Member
from providers.profiles.rules import Profile
from providers.profiles.rules.speech import Speech
from providers.services import commands as services
from providers.services.commands import Place
from providers.services.rules import Terms

DAY = timedelta(days=1)
BEGAN_BEFORE = 2 * DAY  # It was sent,
ASKED_AFTER = 2 * DAY  # or before somebody asked,
ANSWERED_AFTER = DAY  # and was answered.
WORKDAYS = range(5)
CAPACITY = 3
LEVEL = 1


def apply_all(session: Session, vendor: Vendor, known: Mapping[str, int], *, by: int, now: datetime) -> None:
    """Let everybody apply who wants to; `known` are the ids of people who are there already, `by` is who asks."""
    missing = [one.person for one in APPLICANTS if one.person.key not in known]
    since = now - 30 * DAY
    made = rows.add_people(session, missing, password_hash="", since=since)  # They are of the story only.
    ids = {**known, **{key: person.id for key, person in made.items()}}
    for row in APPLICANTS:
        _apply(session, row, vendor, ids[row.person.key], by=by, now=now)


def _apply(session: Session, row: ApplicantRow, vendor: Vendor, person_id: int, *, by: int, now: datetime) -> None:
    sent_at = now - (row.sent_days_ago or 0) * DAY
    began_at = sent_at - BEGAN_BEFORE
    said = Profile(row.name, row.person.country, dict(row.abouts), CAPACITY)
    facts = {"currency": row.person.currency, "zone": row.person.zone}
    commands.begin(session, person_id, said, **facts, now=began_at)
    member = read_profiles.membership(session, person_id)
    assert member is not None, "who has begun is a member"
    _say(session, row, vendor, member, began_at)
    if row.certified_for is not None:
        track_id = vendor.tracks[row.certified_for, LEVEL]
        credentials.award(session, person_id=person_id, track_id=track_id, valid_for=VALID_FOR, now=began_at)
    if row.sent_days_ago is not None:
        commands.accept_conduct(session, member, now=sent_at)
        commands.submit(session, member, now=sent_at)
    if row.question and row.answer:
        _ask(session, row.question, row.answer, member, by=by, sent_at=sent_at)


def _say(session: Session, row: ApplicantRow, vendor: Vendor, member: Member, now: datetime) -> None:
    speeches = {code: Speech.both(level) for code, level in row.speech.items()}
    profiles.set_languages(session, member, speeches, now=now)
    start, end = (60 * hour for hour in row.hours)
    availability.set_week(session, member, [Weekly(day, start, end) for day in WORKDAYS], zone=row.person.zone, now=now)
    for one in row.services:
        place = Place(vendor.niches[one.niche], one.layer)
        services.add_service(session, member, place, _terms(one, row.person.currency), one.includes, now=now)
    if row.business is not None:
        profiles.describe_business(session, member, row.business, now=now)
        bank = BankAccount(row.person.name, f"{row.person.country} 0000 1234")
        payments.set_bank_account(session, member.provider_id, bank, by=member.person_id, now=now)


def _terms(row: ServiceRow, currency: str) -> Terms:
    return Terms(row.kind, Money.parse(str(row.price), currency), cap_minutes=row.cap_minutes)


def _ask(session: Session, question: str, answer: str, member: Member, *, by: int, sent_at: datetime) -> None:
    found = queries.lock_latest_application(session, member.provider_id)
    asked_at = sent_at + ASKED_AFTER
    commands.ask(session, found.id, question, by=by, now=asked_at)
    commands.answer(session, member, answer, now=asked_at + ANSWERED_AFTER)
