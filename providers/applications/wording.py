"""What a business has said in each step, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from marketplace.catalogue.rules import LAYER_LABELS
from marketplace.kernel.translate import (
    _,
    country_name,
    format_and,
    format_day,
    format_moment,
    language_name,
    localized,
    zone_city,
)
from marketplace.payments import queries as payments
from marketplace.payments.wording import standing
from providers.applications.models import Application
from providers.applications.rules import Step
from providers.availability import queries as availability
from providers.availability.wording import week_lines
from providers.profiles.models import Member, Provider
from providers.services import queries as services

# Where each step is done. Those of money belong to the partner's work.
PAGES: Mapping[Step, str] = {
    Step.PROFILE: "applications.profile",
    Step.DETAILS: "jobs.business",
    Step.LANGUAGES: "applications.languages",
    Step.HOURS: "availability.hours",
    Step.SERVICES: "applications.services",
    Step.CERTIFICATES: "applications.certificates",
    Step.PAYMENT: "jobs.getting_paid",
    Step.CONDUCT: "applications.conduct",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in a step, line by line, and whether that is enough."""

    step: Step
    lines: Sequence[str]
    is_done: bool

    @property
    def url(self) -> str:
        """Where it is changed."""
        return url_for(PAGES[self.step])


def said(session: Session, application: Application, done: set[Step], now: datetime) -> list[Said]:
    """List what a business has said in each step."""
    provider = application.provider
    lines = {
        Step.PROFILE: [provider.name, country_name(provider.country), localized(provider.abouts)],
        Step.DETAILS: _details(provider),
        Step.LANGUAGES: [_languages(member) for member in provider.members if member.languages],
        Step.HOURS: _hours(session, provider),
        Step.SERVICES: _services(session, provider),
        Step.CERTIFICATES: _certificates(session, provider, now),
        Step.PAYMENT: [_payment(session, provider)],
        Step.CONDUCT: _conduct(application),
    }
    return [Said(step, lines[step], step in done) for step in Step]


def _details(provider: Provider) -> list[str]:
    known = provider.business
    if known is None:
        return []
    number = [_("VAT number %(number)s") % {"number": known.vat_number}] if known.vat_number else []
    return [known.legal_name, *known.address.splitlines(), country_name(known.country), *number]


def _of(member: Member, text: str) -> str:
    return _("%(name)s: %(text)s") % {"name": member.person.name, "text": text}


def _languages(member: Member) -> str:
    spoken = [
        _("%(language)s (%(level)s)") % {"language": language_name(language), "level": speech.text}
        for language, speech in member.speech.items()
    ]
    return _of(member, format_and(spoken))


def _hours(session: Session, provider: Provider) -> list[str]:
    weekly = availability.weekly_by_member(session, [member.id for member in provider.members])
    lines: list[str] = []
    for member in provider.members:
        if weekly[member.id]:
            lines.append(_of(member, _("hours in %(city)s") % {"city": zone_city(member.zone)}))
            lines += week_lines(weekly[member.id])
    return lines


def _services(session: Session, provider: Provider) -> list[str]:
    return [
        _("%(niche)s, %(layer)s: %(terms)s")
        % {"niche": localized(one.niche.names), "layer": LAYER_LABELS[one.layer], "terms": one.terms.text}
        for one in services.services_by_provider(session, [provider.id]).get(provider.id, [])
    ]


def _certificates(session: Session, provider: Provider, now: datetime) -> list[str]:
    held = credentials.valid_credentials(session, [member.person_id for member in provider.members], now)
    return [
        _of(member, _("%(track)s, until %(day)s") % {"track": localized(one.track.names), "day": until})
        for member in provider.members
        for one in held.get(member.person_id, [])
        for until in [format_day(one.valid_until)]
    ]


def _payment(session: Session, provider: Provider) -> str:
    state = standing(payments.connected_account(session, provider.id)).state.label
    if payments.bank_account(session, provider.id) is None:
        return _("Stripe: %(state)s") % {"state": state}
    return _("Stripe: %(state)s. By hand: the bank account is known.") % {"state": state}


def _conduct(application: Application) -> list[str]:
    if application.conduct_accepted_at is None:
        return []
    facts = {"number": application.conduct_version, "moment": format_moment(application.conduct_accepted_at)}
    return [_("Version %(number)s, accepted on %(moment)s") % facts]
