"""A revocation reaches offers in its own transaction; a certificate that is given back brings offers again."""

from certification.credentials import commands as credentials
from certification.credentials import queries as certificates
from certification.credentials.rules import AppealDecision
from marketplace.jobs import effects
from marketplace.kernel.database import reading, transaction
from marketplace.matching import queries as matching
from marketplace.matching.rules import OfferStatus
from marketplace.support_requests.rules import Status
from providers.profiles.models import Provider
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.credentials import make_credential
from tests.factories.jobs import Life, best_fit
from tests.factories.profiles import make_member


def revoke(provider_id):
    """Take back what somebody of a provider holds; tells its id."""
    with transaction() as session:
        [member, *_others] = session.get_one(Provider, provider_id).members
        [credential] = certificates.all_credentials(session, [member.person_id])[member.person_id]
        credentials.revoke(session, credential.id, reason="Copied.", by=make_staff(session).id, now=NOON)
        return credential.id


def give_back(credential_id):
    """Let the holder appeal, and a colleague agree."""
    with transaction() as session:
        held = certificates.credential(session, credential_id)
        appeal = credentials.appeal(session, held.reference, person_id=held.person_id, statement="It was me.", now=NOON)
        facts = {"decision": AppealDecision.GIVE_BACK, "answer": "It was.", "by": make_staff(session).id, "now": NOON}
        credentials.decide_appeal(session, appeal.id, **facts)


def offered_to(provider_id, *lives):
    """List the offers of these requests that are open at a partner."""
    reading().rollback()
    made = [one for life in lives for one in matching.offers_for(reading(), life.id)]
    return [one for one in made if one.provider_id == provider_id and one.status is OfferStatus.OPEN]


def submitted(market, minor=6000):
    life = Life(market)
    life.submit(best_fit(minor))
    life.pay()
    return life


def test_with_the_revocation_every_open_offer_is_gone_and_no_new_one_goes_out(market, add_partner):
    first_id = add_partner(price_minor=4000)
    lives = [submitted(market) for _number in range(2)]
    second_id = add_partner(price_minor=4500)
    assert len(offered_to(first_id, *lives)) == 2
    revoke(first_id)  # One transaction; nothing else runs between it and what is looked at here.
    assert offered_to(first_id, *lives) == []
    assert len(offered_to(second_id, *lives)) == 2
    later = submitted(market)
    effects.search_again(NOON)
    assert offered_to(first_id, *lives, later) == []
    assert matching.matches(reading(), later.request, NOON) == []


def test_it_stays_with_a_partner_where_somebody_else_is_certified_as_well(market, add_partner):
    partner_id = add_partner(price_minor=4000)
    with transaction() as session:
        provider = session.get_one(Provider, partner_id)
        colleague = make_member(session, provider)
        make_credential(session, person=colleague.person, track=certificate_of(session, provider).track)
    life = submitted(market)
    revoke(partner_id)
    assert len(offered_to(partner_id, life)) == 1


def certificate_of(session, provider):
    [member, *_others] = provider.members
    return certificates.all_credentials(session, [member.person_id])[member.person_id][0]


def test_what_is_given_back_brings_offers_again(market, add_partner):
    partner_id, other_id = add_partner(price_minor=4000), add_partner(price_minor=4500)
    credential_id = revoke(partner_id)
    life = submitted(market)
    life.decline(other_id)
    assert life.request.status is Status.UNMATCHED
    give_back(credential_id)
    effects.search_again(NOON)
    assert len(offered_to(partner_id, life)) == 1
