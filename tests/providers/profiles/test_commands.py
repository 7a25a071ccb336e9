"""What can be done to providers, and what is counted of their work."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import events
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import IllegalMove, InvalidInput, NotFound
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles import commands, queries
from providers.profiles.commands import DeskStays
from providers.profiles.events import ProviderReinstated, ProviderSuspended
from providers.profiles.models import Provider
from providers.profiles.rules import Business, OnlyOwners, ProviderStatus
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.profiles import make_member, make_provider


@pytest.fixture
def heard(app):
    """Listen to what is announced of providers."""
    announced = []
    listener = [lambda _session, event: announced.append(event)]
    events.connect(app, {ProviderSuspended: listener, ProviderReinstated: listener})
    return announced


def test_suspending_takes_a_provider_off_the_list_and_says_so(session, heard):
    provider, staff = make_provider(session), make_staff(session)
    commands.suspend(session, provider.id, reason="Took money beside us.", by=staff.id, now=NOON)
    assert (provider.status, provider.suspended_reason) == (ProviderStatus.SUSPENDED, "Took money beside us.")
    assert queries.listed_providers(session) == []
    assert heard == [ProviderSuspended(provider.id, NOON)]
    entry = session.scalars(select(AuditEntry).filter_by(subject_kind="provider", subject_id=provider.id)).one()
    assert (entry.action, entry.by_person_id, entry.at) == ("suspend", staff.id, NOON)
    assert entry.facts == {"reason": "Took money beside us."}


def test_reinstating_puts_it_back(session, heard):
    provider, staff = make_provider(session), make_staff(session)
    commands.suspend(session, provider.id, reason="A complaint.", by=staff.id, now=NOON)
    commands.reinstate(session, provider.id, reason="It was a mistake.", by=staff.id, now=NOON)
    assert queries.listed_providers(session) == [provider]
    assert provider.suspended_reason is None
    assert heard[-1] == ProviderReinstated(provider.id, NOON)


def test_what_was_done_already_can_not_be_done_again(session):
    provider, staff = make_provider(session), make_staff(session)
    with pytest.raises(IllegalMove):
        commands.reinstate(session, provider.id, reason="For luck.", by=staff.id, now=NOON)
    commands.suspend(session, provider.id, reason="A complaint.", by=staff.id, now=NOON)
    with pytest.raises(IllegalMove):
        commands.suspend(session, provider.id, reason="Another one.", by=staff.id, now=NOON)


def test_the_vendors_own_desk_stays(session):
    desk, staff = make_provider(session, is_vendor_desk=True), make_staff(session)
    with pytest.raises(DeskStays):
        commands.suspend(session, desk.id, reason="Too slow.", by=staff.id, now=NOON)
    assert queries.listed_providers(session) == []
    assert queries.vendor_desk(session) is desk


def test_nobody_can_not_be_suspended(session):
    with pytest.raises(NotFound):
        commands.suspend(session, 404, reason="None.", by=1, now=NOON)


def test_figures_are_counted(session):
    provider = make_provider(session)
    commands.count_promise(session, provider.id, kept=True)
    commands.count_promise(session, provider.id, kept=False)
    commands.count_first_answer(session, provider.id, minutes=20)
    commands.count_first_answer(session, provider.id, minutes=10)
    commands.count_job(session, provider.id)
    session.refresh(provider)
    figures = provider.figures
    assert (figures.promises_due, figures.promises_kept, figures.jobs_done) == (2, 1, 1)
    assert (figures.first_answers, figures.first_answer_minutes_sum) == (2, 30)


@pytest.mark.parametrize(
    "wrong",
    [
        {"promises_due": 1, "promises_kept": 2},
        {"promises_kept": -1},
        {"ratings": 2, "stars_sum": 11},
        {"ratings": 2, "stars_sum": 1},
        {"first_answer_minutes_sum": 5},
        {"capacity": 0},
        {"status": ProviderStatus.SUSPENDED},
        {"suspended_reason": "Listed all the same."},
    ],
)
def test_the_table_refuses_what_can_not_be(session, wrong):
    with pytest.raises(IntegrityError):
        make_provider(session, **wrong)
    session.rollback()


def test_there_is_one_desk(session):
    make_provider(session, is_vendor_desk=True)
    with pytest.raises(IntegrityError):
        make_provider(session, is_vendor_desk=True)
    session.rollback()


def test_a_person_works_for_one_provider(session):
    provider, other = make_provider(session), make_provider(session)
    member = provider.members[0]
    assert queries.membership(session, member.person_id) is member
    with pytest.raises(IntegrityError):
        make_member(session, other, person=member.person)
    session.rollback()


def test_suspended_members_keep_their_door(session):
    provider = make_provider(session, status=ProviderStatus.SUSPENDED, suspended_reason="A complaint.")
    assert queries.membership(session, provider.members[0].person_id).provider is provider


def test_staff_find_providers_by_their_names_and_those_of_their_members(session):
    ana, _bo = make_provider(session, name="Ana 100%"), make_provider(session, name="Bo")
    member = make_member(session, ana)
    everybody = queries.search(session, limit=10)
    assert [one.name for one in everybody] == ["Ana 100%", "Bo"]
    assert queries.search(session, text="100%", limit=10) == [ana]
    assert queries.search(session, text="%", limit=10) == [ana]
    assert queries.search(session, text=member.person.email.upper(), limit=10) == [ana]
    assert queries.search(session, status=ProviderStatus.SUSPENDED, limit=10) == []
    assert queries.search(session, offset=1, limit=1) == everybody[1:]
    assert session.get(Provider, ana.id) is ana


# Business


BUSINESS = Business("Estudio Faro SL", "Calle del Mar 1\n08001 Barcelona", "ES", "b-12345674")


def test_an_owner_says_who_the_business_is(session):
    provider = make_provider(session, country="CL")
    assert (provider.tax_country, provider.vat_number) == ("CL", None)
    commands.describe_business(session, provider.members[0], BUSINESS, now=NOON)
    session.flush()
    session.expire(provider)
    assert (provider.tax_country, provider.vat_number) == ("ES", "ESB12345674")
    commands.describe_business(session, provider.members[0], replace(BUSINESS, vat_number=None), now=NOON)
    session.flush()
    session.expire(provider)
    assert provider.vat_number is None


def test_who_only_works_there_does_not(session):
    provider = make_provider(session)
    with pytest.raises(OnlyOwners):
        commands.describe_business(session, make_member(session, provider), BUSINESS, now=NOON)


@pytest.mark.parametrize(("wrong", "field"), [({"country": "XX"}, "country"), ({"country": "DE"}, "vat_number")])
def test_a_business_is_somewhere_and_has_the_number_of_its_country(session, wrong, field):
    provider = make_provider(session)
    with pytest.raises(InvalidInput) as refusal:
        commands.describe_business(session, provider.members[0], replace(BUSINESS, **wrong), now=NOON)
    assert refusal.value.fields.keys() == {field}


def test_staff_bring_a_provider_to_another_level(session):
    provider, clerk = make_provider(session), make_staff(session)
    commands.set_level(session, provider.id, PartnerLevel.LEADING, reason="A year of praise.", by=clerk.id, now=NOON)
    assert provider.level is PartnerLevel.LEADING
