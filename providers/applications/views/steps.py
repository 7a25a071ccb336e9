"""What a business says of itself: its profile and languages; the same pages before and after it is listed."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from certification.credentials.seals import seal_of
from certification.exams import queries as exams
from certification.tracks import queries as tracks
from marketplace.accounts import choices
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.pictures import FORMATS
from marketplace.kernel.storage import ENDINGS
from marketplace.kernel.translate import _
from providers.applications.schemas import ABOUT, LanguagesSchema, ProfileSchema
from providers.applications.spoken import language_options
from providers.applications.views.common import Errors, blueprint, in_languages, save
from providers.profiles import commands as profiles
from providers.profiles.callers import about_member, acting_member
from providers.profiles.rules import MAX_ABOUT_LENGTH, MAX_CAPACITY, MAX_LANGUAGES, Cefr
from providers.profiles.rules.speech import Medium, Speeches

PHOTO_ENDINGS = ",".join(sorted(ending for kind in FORMATS for ending in ENDINGS[kind]))
EMPTY_ROWS = 2  # Of languages, for those that are not named yet.


@blueprint.get("/work/profile")
@open_to(Role.MEMBER)
def profile() -> ResponseReturnValue:
    """Show what customers read about the business."""
    return profile_page({})


def profile_page(errors: Errors) -> ResponseReturnValue:
    """Show what customers read about the business, with what is wrong with what was sent."""
    member = acting_member()
    provider = member.provider
    known = {"name": provider.name, "country": provider.country, "capacity": provider.capacity}
    known["daily_capacity"] = provider.daily_capacity
    known["accepts_cover"] = "yes" if provider.accepts_cover else "no"
    known |= {f"{ABOUT}{code}": text for code, text in provider.abouts.items()}
    page = render_template(
        "applications/profile.html",
        **about_member(member),
        values=request.form or known,
        countries=choices.countries(),
        abouts=in_languages(ABOUT),
        max_about_length=MAX_ABOUT_LENGTH,
        max_capacity=MAX_CAPACITY,
        accepted=PHOTO_ENDINGS,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/profile")
@open_to(Role.MEMBER)
def describe() -> ResponseReturnValue:
    """Change what customers read about the business."""

    def perform(session: Session, values: dict[str, Any]) -> None:
        profiles.describe(session, acting_member(), **values, now=utcnow())

    return save(ProfileSchema(), profile_page, perform, told=_("Your profile is kept."))


@blueprint.get("/work/languages")
@open_to(Role.MEMBER)
def languages() -> ResponseReturnValue:
    """Show which languages the member speaks."""
    return _languages_page({})


def _languages_page(errors: Errors) -> ResponseReturnValue:
    member = acting_member()
    speech = member.speech
    known = {f"language_{number}": code for number, code in enumerate(speech)}
    for number, one in enumerate(speech.values()):
        known |= {f"{medium}_{number}": one.at(medium) or "" for medium in Medium}
    page = render_template(
        "applications/languages.html",
        **about_member(member),
        values=request.form or known,
        rows=range(min(len(speech) + EMPTY_ROWS, MAX_LANGUAGES)),
        options=language_options(frozenset(speech)),
        speech=speech,
        proofs=member.proofs,
        levels=[(one.value, _in_words(one)) for one in Cefr],
        errors=errors,
    )
    return page, 422 if errors else 200


def _in_words(level: Cefr) -> str:
    return _("%(level)s: %(meaning)s") % {"level": level.label, "meaning": level.meaning}


@blueprint.post("/work/languages")
@open_to(Role.MEMBER)
def set_languages() -> ResponseReturnValue:
    """Say which languages the member speaks."""

    def perform(session: Session, speeches: Speeches) -> None:
        profiles.set_languages(session, acting_member(), speeches, now=utcnow())

    return save(LanguagesSchema(), _languages_page, perform, told=_("Your languages are kept."))


@blueprint.get("/work/certificates")
@open_to(Role.MEMBER)
def certificates() -> ResponseReturnValue:
    """Show which certificates there are, and which of them somebody of the business holds."""
    member, now = acting_member(), utcnow()
    held = credentials.all_credentials(reading(), [one.person_id for one in member.provider.members])
    return render_template(
        "applications/certificates.html",
        **about_member(member),
        tracks=tracks.tracks(reading()),
        with_exam={one.track_id for one in exams.published_exams(reading())},
        seals=[
            (one.person.name, [seal_of(credential, now) for credential in held[one.person_id]])
            for one in member.provider.members
            if one.person_id in held
        ],
    )
