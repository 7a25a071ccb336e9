"""Providers, their members and their reviews."""

import itertools

from providers.profiles.models import Member, MemberLanguage, Provider
from providers.profiles.rules import Cefr, MemberRole
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.payees import make_bank_details
from tests.factories.tariffs import make_agreed_commission

_numbers = itertools.count(1)
ENGLISH = {"en": Cefr.C1}


def make_provider(
    session,
    *,
    person=None,
    languages=None,
    zone="Europe/Madrid",
    commission_percent=15,
    has_bank_account=True,
    **overrides,
):
    """Make a provider whose one member, `provider.members[0]`, speaks `languages` and works in `zone`."""
    number = next(_numbers)
    facts = {
        "slug": f"provider-{number}",
        "name": f"Provider {number}",
        "country": "ES",
        "abouts": {"en": "Helps."},
        "currency": "EUR",
        "capacity": 3,
        "created_at": NOON - 200 * DAY,
        **overrides,
    }
    provider = Provider(**facts)
    session.add(provider)
    session.flush()
    if has_bank_account:
        make_bank_details(session, provider.id)
    if commission_percent is not None:
        make_agreed_commission(session, provider, percent=commission_percent)
    make_member(session, provider, person=person, languages=languages, zone=zone, role=MemberRole.OWNER)
    return provider


def make_member(session, provider, *, person=None, languages=None, **overrides):
    """Make a member who speaks `languages`, such as `{"es": Cefr.B2}`; English if none are given."""
    facts = {
        "person_id": (person or make_person(session)).id,
        "role": MemberRole.MEMBER,
        "zone": "Europe/Madrid",
        "joined_at": NOON - 200 * DAY,
        **overrides,
    }
    spoken = [MemberLanguage(language=code, level=level) for code, level in (languages or ENGLISH).items()]
    member = Member(provider=provider, languages=spoken, **facts)
    session.add(member)
    session.flush()
    session.expire(member)
    return member
