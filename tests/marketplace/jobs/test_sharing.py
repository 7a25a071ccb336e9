"""What is taken off a price is read from the vendor's tables when a job is agreed, and stays as it was then."""

import pytest

from marketplace.accounts.models import Person
from marketplace.jobs import queries
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.papers import commands as papers
from marketplace.payments import queries as money
from marketplace.payments.rules import AccountKind, PayoutKind
from marketplace.tariffs import commands as tariffs
from marketplace.tariffs.rules import NO_TAX, PartnerLevel, ReserveOrder, Taxed
from providers.profiles import commands as profiles
from providers.profiles.models import Provider
from providers.profiles.rules import Business
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_staff
from tests.factories.jobs import SOLUTION, Life, booked, choose
from tests.factories.tariffs import make_agreed_commission, make_tax


@pytest.fixture
def life(market, add_partner):
    """A request of somebody in Spain that was put to a partner in Spain, who costs 49 EUR."""
    with transaction() as session:
        session.get_one(Person, market.customer_id).country = "ES"
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900, commission_percent=20, country="ES")))
    life.pay()
    return life


def taxes(*rows):
    """Let some rates hold."""
    with transaction() as session:
        for row in rows:
            make_tax(session, **row)


COMMISSION = {"taxed": Taxed.COMMISSION, "names": {"en": "VAT"}, "rate": 2100}


def test_tax_and_commission_are_frozen_at_the_acceptance(life):
    taxes({}, COMMISSION)
    life.accept()
    job = queries.job_of(reading(), life.id)
    assert (job.terms.tax_rate, job.terms.commission_tax_rate) == (2100, 2100)
    assert (job.tax.name, job.tax.country, job.commission_tax.country) == ("VAT", "ES", "ES")
    assert not job.is_reverse_charge


def test_a_job_that_runs_is_shared_by_the_rates_of_its_day(life):
    taxes({"rate": 1000})
    life.accept()
    taxes({"valid_from": NOON.date()}, COMMISSION)
    life.resolve(SOLUTION)
    life.confirm()
    assert booked(AccountKind.TAX_PAYABLE) == 445  # 10 % of 44.55, and none on the commission.
    assert booked(AccountKind.COMMISSION) == 891


def test_what_is_shared_adds_up_to_the_price(life):
    taxes({}, COMMISSION)
    life.accept()
    life.resolve(SOLUTION)
    life.confirm()
    # 49.00 with 21 % of tax are 40.50 without; 20 % of that are 8.10, and 21 % of those 1.70.
    assert (booked(AccountKind.COMMISSION), booked(AccountKind.TAX_PAYABLE)) == (810, 850 + 170)


def test_the_rate_is_that_of_the_customers_country(life):
    taxes({"country": "FR", "rate": 2000})
    life.accept()
    assert queries.job_of(reading(), life.id).tax == NO_TAX


def test_who_is_billed_elsewhere_pays_the_tax_of_there(life):
    taxes({}, {"country": "FR", "rate": 2000})
    with transaction() as session:
        told = {"name": "Ada SARL", "address": "Rue 1", "country": "FR"}
        papers.set_billing_details(session, life.market.customer_id, **told, now=NOON)
    life.accept()
    assert queries.job_of(reading(), life.id).tax_rate == 2000


def test_the_partner_is_told_the_share_that_will_be_frozen(life):
    taxes({}, COMMISSION)
    offer = life.offer
    told = queries.sharing(reading(), offer, NOON).of(offer.price)
    life.accept()
    assert queries.job_of(reading(), life.id).shares == told
    assert told.payee == Money(4900 - 850 - 810 - 170, "EUR")


def test_a_rate_of_tomorrow_says_nothing_today(life):
    taxes({"valid_from": (NOON + DAY).date()})
    life.accept()
    assert queries.job_of(reading(), life.id).tax_rate == 0


def test_the_commission_is_the_one_that_the_offer_named(life):
    provider_id = life.offer.provider_id
    with transaction() as session:
        later = {"valid_from": (NOON + DAY).date(), "made_at": NOON}
        make_agreed_commission(session, session.get_one(Provider, provider_id), percent=50, **later)
    assert queries.sharing(reading(), life.offer, NOON + DAY).commission.percent == 20
    life.accept()
    assert queries.job_of(reading(), life.id).commission_percent == 20


@pytest.mark.parametrize(("home", "frozen"), [("DE", (0, True)), ("ES", (COMMISSION["rate"], False))])
def test_a_reverse_charge_is_frozen_with_the_job_unless_the_vendor_is_at_home_there(
    app, life, monkeypatch, home, frozen
):
    monkeypatch.setitem(app.config, "VENDOR_COUNTRY", home)
    taxes({**COMMISSION, "may_be_reversed": True})
    provider_id = life.offer.provider_id
    with transaction() as session:
        owner = session.get_one(Provider, provider_id).members[0]
        business = Business("Faro SL", "Calle 1\nMadrid", "ES", "B12345674")
        profiles.describe_business(session, owner, business, now=NOON)
    life.accept()
    job = queries.job_of(reading(), life.id)
    assert (job.commission_tax_rate, job.is_reverse_charge) == frozen


# The reserve


def reserve(jobs):
    """Keep 20 % of the shares of each partner's first jobs for 30 days."""
    with transaction() as session:
        order, clerk = ReserveOrder(20, 30, jobs), make_staff(session)
        tariffs.set_reserve(session, order, valid_from=NOON.date(), by=clerk.id, now=NOON)


def kept_back(provider_id):
    """List what is kept in reserve of a partner."""
    reading().rollback()
    return [one for one in money.payouts_of(reading(), provider_id) if one.kind is PayoutKind.RESERVE]


def test_a_part_of_the_first_shares_is_kept_back(market, add_partner):
    partner_id = add_partner(price_minor=5000, commission_percent=20)
    reserve(jobs=1)
    for _number in range(2):
        life = Life(market)
        life.submit(choose(partner_id))
        life.pay()
        life.accept()
        life.resolve(SOLUTION)
        life.confirm()
    [one] = kept_back(partner_id)  # The second job is not of a new partner any more.
    assert one.amount == Money(800, "EUR")
    assert one.falls_due_at == NOON + 30 * DAY


def test_what_was_agreed_before_the_rule_is_paid_in_full(life):
    provider_id = life.offer.provider_id
    life.accept()
    life.resolve(SOLUTION)
    with transaction() as session:
        order, clerk = ReserveOrder(20, 30, 9), make_staff(session)
        tariffs.set_reserve(session, order, valid_from=(NOON + DAY).date(), by=clerk.id, now=NOON)
    life.now = NOON + DAY
    life.confirm()
    assert kept_back(provider_id) == []


def level_of_the_partner(life, level, *, now):
    with transaction() as session:
        provider_id, clerk = life.offer.provider_id, make_staff(session)
        profiles.set_level(session, provider_id, level, reason="They have changed.", by=clerk.id, now=now)


@pytest.fixture
def by_level(market, add_partner):
    """A function that puts a request to a partner who pays the commission of the level: as new 20, as leading 10."""
    with transaction() as session:
        clerk = make_staff(session).id
        for level, percent in ((PartnerLevel.NEW, 20), (PartnerLevel.LEADING, 10)):
            tariffs.set_commission(session, level, percent, valid_from=NOON.date(), by=clerk, now=NOON)
    partner_id = add_partner(price_minor=4900, commission_percent=None)

    def ask():
        life = Life(market)
        life.submit(choose(partner_id))
        life.pay()
        return life

    return ask


def test_what_was_offered_keeps_the_commission_of_the_level_of_then(by_level):
    life = by_level()
    level_of_the_partner(life, PartnerLevel.LEADING, now=NOON + HOUR)
    assert queries.sharing(reading(), life.offer, NOON + HOUR).commission.percent == 20
    life.accept()
    assert queries.job_of(reading(), life.id).commission_percent == 20


def test_what_is_offered_afterwards_has_that_of_the_new_level(by_level):
    level_of_the_partner(by_level(), PartnerLevel.LEADING, now=NOON - HOUR)
    life = by_level()
    life.accept()
    assert queries.job_of(reading(), life.id).commission_percent == 10
