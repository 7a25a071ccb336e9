"""What people do with their accounts."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import commands, links, passwords, queries
from marketplace.accounts.events import PersonSignedUp, ResetAsked, SignUpRepeated
from marketplace.accounts.models import ApiToken, Attempt, Person
from marketplace.accounts.rules import MAX_TOKENS, EnoughTokens, LinkOver, NotConfirmed, Tried, WrongPassword
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import InvalidInput, NotFound, TooMany
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_rates

pytestmark = pytest.mark.usefixtures("announced", "quick_hashes")

GOOD = "a good long phrase"


def sign_up(session, **overrides):
    facts = {
        "email": "ana@example.test",
        "name": "Ana Ruiz",
        "password": GOOD,
        "language": "en",
        "zone": "America/Santiago",
        "currency": "EUR",
        "now": NOON,
        **overrides,
    }
    return commands.sign_up(session, **facts)


def sign_in(session, email, password, now=NOON):
    attempt = commands.count_attempt(session, Tried.SIGN_IN, email=email, place="203.0.113.7", now=now)
    proof = passwords.check(password, queries.password_hash(session, email))
    return commands.sign_in(session, attempt.id, proof=proof, now=now)


def actions(session, person):
    entries = select(AuditEntry).filter_by(subject_kind="person", subject_id=person.id).order_by(AuditEntry.id)
    return [entry.action for entry in session.scalars(entries)]


# Signing up


def test_who_signs_up_confirms_the_address_and_signs_in(session, announced):
    ana = sign_up(session)
    assert announced == [PersonSignedUp(ana.id, announced[0].token, at=NOON)]
    with pytest.raises(NotConfirmed):
        sign_in(session, "ana@example.test", GOOD)
    commands.confirm(session, announced[0].token, now=NOON + HOUR)
    assert sign_in(session, "Ana@Example.test", GOOD) is ana
    assert ana.confirmed_at == NOON + HOUR
    assert (ana.language, ana.zone, ana.currency) == ("en", "America/Santiago", "EUR")
    assert actions(session, ana) == ["sign_up", "confirm", "sign_in"]


def test_the_password_itself_is_not_kept(session):
    ana = sign_up(session)
    assert GOOD not in ana.password_hash
    assert ana.password_hash.startswith("$argon2id$")


def test_an_account_stays_as_it_is_when_somebody_signs_up_with_its_address(session, announced):
    ana = make_person(session, email="ana@example.test", name="Ana", password=GOOD)
    before = (ana.name, ana.password_hash, ana.session_key)
    sign_up(session, email="ANA@example.test", name="Mallory", password="another good phrase")
    assert (ana.name, ana.password_hash, ana.session_key) == before
    assert announced == [SignUpRepeated(ana.id, at=NOON)]


def test_until_an_address_is_confirmed_who_signs_up_last_has_it(session, announced):
    mallory = sign_up(session, name="Mallory", password="prepared by somebody else")
    ana = sign_up(session, name="Ana Ruiz", password=GOOD)
    assert ana.id == mallory.id
    first, last = announced
    with pytest.raises(LinkOver):
        commands.confirm(session, first.token, now=NOON)
    commands.confirm(session, last.token, now=NOON)
    assert sign_in(session, "ana@example.test", GOOD).name == "Ana Ruiz"
    with pytest.raises(WrongPassword):
        sign_in(session, "ana@example.test", "prepared by somebody else")


def test_two_who_sign_up_at_once_with_one_address_become_one_person(session, announced, monkeypatch):
    first = sign_up(session)
    answers = iter([None, first])  # The second looked before the first was there.
    monkeypatch.setattr(queries, "lock_person_by_email", lambda _session, _email: next(answers))
    assert sign_up(session).id == first.id
    assert len(announced) == 2


def test_a_password_that_is_easy_to_guess_is_refused(session):
    with pytest.raises(InvalidInput) as refusal:
        sign_up(session, password="password123")
    assert list(refusal.value.fields) == ["password"]
    assert queries.person_by_email(session, "ana@example.test") is None


def test_a_currency_without_a_rate_is_refused(session):
    make_rates(session, EUR=1_000_000, USD=1_080_000)
    assert sign_up(session, currency="USD").currency == "USD"
    with pytest.raises(InvalidInput) as refusal:
        sign_up(session, email="li@example.test", currency="XTS")
    assert list(refusal.value.fields) == ["currency"]


# Links in letters


def test_a_link_that_confirms_works_for_48_hours(session, announced):
    sign_up(session)
    token = announced[0].token
    with pytest.raises(LinkOver):
        commands.confirm(session, token, now=NOON + 48 * HOUR)
    assert commands.confirm(session, token, now=NOON + 48 * HOUR - MINUTE).confirmed_at


def test_confirming_again_changes_nothing(session, announced):
    ana = sign_up(session)
    for hours in (1, 2):
        commands.confirm(session, announced[0].token, now=NOON + hours * HOUR)
    assert ana.confirmed_at == NOON + HOUR


def test_the_letter_is_sent_again_while_there_is_something_to_confirm(session, announced):
    sign_up(session)
    commands.ask_for_confirmation(session, email="ana@example.test", now=NOON + 50 * HOUR)
    commands.confirm(session, announced[1].token, now=NOON + 51 * HOUR)
    commands.ask_for_confirmation(session, email="ana@example.test", now=NOON + 52 * HOUR)
    commands.ask_for_confirmation(session, email="nobody@example.test", now=NOON)
    assert len(announced) == 2


@pytest.mark.parametrize("purpose", list(links.Purpose))
def test_a_link_is_good_for_one_purpose(session, purpose):
    ana = make_person(session)
    token = links.make(purpose, ana, until=NOON + HOUR)
    for asked in links.Purpose:
        if asked is purpose:
            assert links.person_of(session, asked, token, now=NOON) is ana
        else:
            with pytest.raises(LinkOver):
                links.person_of(session, asked, token, now=NOON)


def test_a_link_that_is_not_ours_opens_nothing(session):
    token = links.make(links.Purpose.RESET, make_person(session), until=NOON + HOUR)
    for spoilt in (token[:-2], "x" + token, token.partition(".")[0], "", "é.ñ"):
        with pytest.raises(LinkOver):
            links.person_of(session, links.Purpose.RESET, spoilt, now=NOON)


def test_a_link_does_not_tell_the_session_key(session):
    ana = make_person(session)
    token = links.make(links.Purpose.RESET, ana, until=NOON + HOUR)
    payload = links._serializer(links.Purpose.RESET).loads(token)
    assert ana.session_key not in str(payload)


# Signing in


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@example.test", "a good long phrasE"), ("li@example.test", GOOD), ("bo@example.test", "")],
)
def test_a_wrong_password_an_unknown_address_and_no_password_read_the_same(session, email, password):
    make_person(session, email="ana@example.test", password=GOOD)
    make_person(session, email="bo@example.test")
    with pytest.raises(WrongPassword) as refusal:
        sign_in(session, email, password)
    assert refusal.value.fields == {
        "password": ["This is not the password of this address. Check both, then try again."]
    }


def test_a_password_changed_while_it_was_checked_no_longer_lets_in(session):
    ana = make_person(session, password=GOOD)
    attempt = commands.count_attempt(session, Tried.SIGN_IN, email=ana.email, place="203.0.113.7", now=NOON)
    proof = passwords.check(GOOD, ana.password_hash)
    commands.change_password(session, ana.id, current=GOOD, password="another good phrase", now=NOON)
    with pytest.raises(WrongPassword):
        commands.sign_in(session, attempt.id, proof=proof, now=NOON)


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(session):
    ana = make_person(session, email="ana@example.test", password=GOOD)  # The factory's hashes are quick to make.
    hashes = [ana.password_hash]
    for _time in range(2):
        sign_in(session, "ana@example.test", GOOD)
        hashes.append(ana.password_hash)
    assert hashes[0] != hashes[1] == hashes[2]


# How often something may be tried


@pytest.mark.parametrize(
    ("kind", "times", "within"), [(Tried.SIGN_IN, 10, 5 * MINUTE), (Tried.SIGN_UP, 5, HOUR), (Tried.LETTER, 5, HOUR)]
)
def test_one_address_can_be_tried_so_often(session, too_many, kind, times, within):
    for number in range(times):
        commands.count_attempt(session, kind, email="ana@example.test", place=f"place {number}", now=NOON)
    again = {"email": "ANA@example.test", "place": "elsewhere"}
    assert too_many(kind, **again, now=NOON) == within.total_seconds()
    assert too_many(kind, **again, now=NOON + within - MINUTE) == 60
    commands.count_attempt(session, kind, email="li@example.test", place="elsewhere", now=NOON)
    commands.count_attempt(session, kind, **again, now=NOON + within)


@pytest.mark.parametrize(("kind", "times"), [(Tried.SIGN_IN, 50), (Tried.SIGN_UP, 20), (Tried.LETTER, 20)])
def test_from_one_place_so_many_addresses_can_be_tried(session, too_many, kind, times):
    for number in range(times):
        commands.count_attempt(session, kind, email=f"{number}@example.test", place="203.0.113.7", now=NOON)
    assert too_many(kind, email="ana@example.test", place="203.0.113.7", now=NOON)
    commands.count_attempt(session, kind, email="ana@example.test", place="203.0.113.8", now=NOON)


@pytest.fixture
def too_many(session):
    """Try once too often, and tell how long one has to wait."""

    def refused(kind, **who):
        with pytest.raises(TooMany) as refusal:
            commands.count_attempt(session, kind, **who)
        return refusal.value.retry_after_s

    return refused


def test_a_right_password_is_not_counted(session):
    make_person(session, email="ana@example.test", password=GOOD)
    for _time in range(11):
        sign_in(session, "ana@example.test", GOOD)


def test_one_kind_of_try_does_not_count_for_another(session):
    for _time in range(5):
        commands.count_attempt(session, Tried.LETTER, email="ana@example.test", place="203.0.113.7", now=NOON)
    commands.count_attempt(session, Tried.SIGN_UP, email="ana@example.test", place="203.0.113.7", now=NOON)


def test_tries_are_forgotten_when_they_no_longer_count(session):
    for at in (NOON, NOON + MINUTE, NOON + HOUR):
        commands.count_attempt(session, Tried.LETTER, email="ana@example.test", place="203.0.113.7", now=at)
    assert list(session.scalars(select(Attempt.at).order_by(Attempt.at))) == [NOON + MINUTE, NOON + HOUR]


# Passwords


def test_a_new_password_ends_all_sessions(session):
    ana = make_person(session, email="ana@example.test", password=GOOD)
    old = ana.get_id()
    commands.change_password(session, ana.id, current=GOOD, password="another good phrase", now=NOON)
    session.flush()
    assert queries.person_by_session_key(session, old) is None
    assert queries.person_by_session_key(session, ana.get_id()) is ana
    assert sign_in(session, "ana@example.test", "another good phrase") is ana


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("not this one", "another good phrase", "current_password"), (GOOD, "ana@example.test", "password")],
)
def test_a_password_is_changed_only_rightly(session, current, new, field):
    ana = make_person(session, email="ana@example.test", password=GOOD)
    before = (ana.password_hash, ana.session_key)
    with pytest.raises(InvalidInput) as refusal:
        commands.change_password(session, ana.id, current=current, password=new, now=NOON)
    assert list(refusal.value.fields) == [field]
    assert (ana.password_hash, ana.session_key) == before


def test_a_forgotten_password_is_replaced_once_within_30_minutes(session, announced):
    ana = make_person(session, email="ana@example.test", password=GOOD, confirmed_at=None)
    old = ana.get_id()
    commands.ask_for_reset(session, email="Ana@Example.test", now=NOON)
    assert announced == [ResetAsked(ana.id, announced[0].token, at=NOON)]
    reset = {"password": "another good phrase"}
    with pytest.raises(LinkOver):
        commands.reset_password(session, announced[0].token, **reset, now=NOON + 30 * MINUTE)
    commands.reset_password(session, announced[0].token, **reset, now=NOON + 29 * MINUTE)
    assert ana.confirmed_at == NOON + 29 * MINUTE  # The letter arrived, so the address is right.
    assert ana.get_id() != old
    assert sign_in(session, "ana@example.test", "another good phrase") is ana
    with pytest.raises(LinkOver):
        commands.reset_password(session, announced[0].token, **reset, now=NOON + 29 * MINUTE)


def test_all_links_to_a_new_password_end_with_the_first_that_is_used(session, announced):
    make_person(session, email="ana@example.test")
    for _time in range(2):
        commands.ask_for_reset(session, email="ana@example.test", now=NOON)
    commands.reset_password(session, announced[1].token, password=GOOD, now=NOON)
    with pytest.raises(LinkOver):
        commands.reset_password(session, announced[0].token, password=GOOD, now=NOON)


def test_a_refused_password_leaves_the_link_as_it_was(session, announced):
    make_person(session, email="ana@example.test")
    commands.ask_for_reset(session, email="ana@example.test", now=NOON)
    with pytest.raises(InvalidInput):
        commands.reset_password(session, announced[0].token, password="short", now=NOON)
    commands.reset_password(session, announced[0].token, password=GOOD, now=NOON)


def test_no_letter_goes_to_an_address_that_nobody_has(session, announced):
    commands.ask_for_reset(session, email="nobody@example.test", now=NOON)
    assert announced == []


# Settings and tokens


def test_settings_are_changed(session):
    ana = make_person(session)
    facts = {"name": "Ana", "language": "es", "zone": "Asia/Tokyo", "country": "JP", "currency": "EUR"}
    commands.change_settings(session, ana.id, **facts, now=NOON)
    assert {name: getattr(ana, name) for name in facts} == facts
    commands.set_language(session, ana.id, "en")
    assert ana.language == "en"


def test_a_token_acts_for_its_person_until_it_is_revoked(session):
    ana = make_person(session)
    token = commands.issue_token(session, ana.id, name="backup", now=NOON)
    assert token.startswith("hr_")
    assert len(token) == len("hr_") + 40
    assert queries.person_by_token(session, token) is ana
    assert queries.person_by_token(session, token[:-1]) is None
    kept = queries.tokens(session, ana.id)[0]
    assert token not in {str(value) for value in vars(kept).values()}
    commands.revoke_token(session, ana.id, kept.id, now=NOON + DAY)
    commands.revoke_token(session, ana.id, kept.id, now=NOON + 2 * DAY)
    assert queries.person_by_token(session, token) is None
    assert queries.tokens(session, ana.id) == []
    assert kept.revoked_at == NOON + DAY


def test_two_tokens_are_never_the_same(session):
    ana = make_person(session)
    assert len({commands.issue_token(session, ana.id, name="backup", now=NOON) for _time in range(5)}) == 5


def test_nobody_revokes_the_token_of_another(session):
    ana, li = make_person(session), make_person(session)
    commands.issue_token(session, ana.id, name="backup", now=NOON)
    token_id = session.scalar(select(ApiToken.id))
    for wrong in ((li.id, token_id), (ana.id, token_id + 1)):
        with pytest.raises(NotFound):
            commands.revoke_token(session, *wrong, now=NOON)
    assert queries.tokens(session, ana.id)


def test_an_account_has_so_many_tokens(session):
    ana = make_person(session)
    for _time in range(MAX_TOKENS):
        commands.issue_token(session, ana.id, name="backup", now=NOON)
    with pytest.raises(EnoughTokens):
        commands.issue_token(session, ana.id, name="one more", now=NOON)
    commands.revoke_token(session, ana.id, queries.tokens(session, ana.id)[0].id, now=NOON)
    commands.issue_token(session, ana.id, name="one more", now=NOON)


def test_one_address_is_one_person(session):
    make_person(session, email="ana@example.test")
    with pytest.raises(IntegrityError), session.begin_nested():
        make_person(session, email="ANA@example.test")
    assert len(session.scalars(select(Person)).all()) == 1
