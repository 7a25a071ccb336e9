"""Providers, their members and their reviews."""

import itertools

from providers.profiles.models import LanguageProof, Member, MemberLanguage, Provider
from providers.profiles.rules import Cefr, MemberRole
from providers.profiles.rules.speech import Speech
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.payees import make_bank_details
from tests.factories.tariffs import make_agreed_commission

_numbers = itertools.count(1)
ENGLISH = {"en": Cefr.C1}


def both(known):
    """Give a level as of somebody who speaks and writes equally well."""
    return Speech.both(known) if isinstance(known, Cefr) else known


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
    """Make a member who knows `languages`, such as `{"es": Cefr.B2}` or a `Speech`; English if none are given."""
    facts = {
        "person_id": (person or make_person(session)).id,
        "role": MemberRole.MEMBER,
        "zone": "Europe/Madrid",
        "joined_at": NOON - 200 * DAY,
        **overrides,
    }
    speeches = {code: both(known) for code, known in (languages or ENGLISH).items()}
    spoken = [MemberLanguage(language=code, spoken=one.spoken, written=one.written) for code, one in speeches.items()]
    member = Member(provider=provider, languages=spoken, **facts)
    session.add(member)
    session.flush()
    session.expire(member)
    return member


def make_proof(session, member, language, medium, level, **overrides):
    """Let the vendor's people have seen how well somebody knows a language."""
    facts = {"what": "A diploma", "proven_on": (NOON - DAY).date(), "noted_at": NOON - DAY}
    if "noted_by" not in overrides:
        facts["noted_by"] = make_staff(session).id
    proof = LanguageProof(member_id=member.id, language=language, medium=medium, level=level, **{**facts, **overrides})
    session.add(proof)
    session.flush()
    session.expire(member)
    return proof
