"""How well members know languages: what has shown it to the vendor's people."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, language_name
from providers.applications.schemas import ProofSchema
from providers.applications.views.common import Errors, blueprint
from providers.profiles import commands as profiles_commands
from providers.profiles import queries as profiles
from providers.profiles.models import Member
from providers.profiles.rules.speech import MAX_PROOF_LENGTH, Medium


@blueprint.get("/vendor/members/<int:member_id>/languages")
@open_to(Role.CERTIFICATION)
def proofs(member_id: int) -> ResponseReturnValue:
    """Show what of somebody's languages is proven, and how."""
    return _page(member_id, {})


def _page(member_id: int, errors: Errors) -> ResponseReturnValue:
    member = profiles.anybodys_member(reading(), member_id)
    page = render_template(
        "applications/proofs.html",
        member=member,
        provider=member.provider,
        speech=member.speech,
        judged=_levels(member),
        is_own=caller_id() in {one.person_id for one in member.provider.members},
        today=utcnow().date(),
        typed=request.form,
        errors=errors,
        max_proof_length=MAX_PROOF_LENGTH,
    )
    return page, 422 if errors else 200


def _levels(member: Member) -> list[tuple[str, str]]:
    """List the levels that somebody tells, for one of them to be proven."""
    facts = [
        (language, medium, level)
        for language, speech in member.speech.items()
        for medium in Medium
        if (level := speech.at(medium)) is not None
    ]
    return [
        (
            f"{language}:{medium}:{level}",
            _("%(language)s, %(medium)s: %(level)s")
            % {"language": language_name(language), "medium": medium.label, "level": level.label},
        )
        for language, medium, level in facts
    ]


@blueprint.post("/vendor/members/<int:member_id>/languages")
@open_to(Role.CERTIFICATION)
def prove(member_id: int) -> ResponseReturnValue:
    """Note what has shown how well somebody knows a language."""
    try:
        proof = load_form(ProofSchema())
        with transaction() as session:
            profiles_commands.prove_language(session, member_id, proof, by=caller_id(), now=utcnow())
    except InvalidInput as error:
        return _page(member_id, error.fields)
    flash(_("It is proven. They get a letter, and customers see it."))
    return redirect(url_for(".proofs", member_id=member_id))


@blueprint.post("/vendor/members/<int:member_id>/languages/<language>/<medium>/take-back")
@open_to(Role.CERTIFICATION)
def take_back_proof(member_id: int, language: str, medium: str) -> ResponseReturnValue:
    """Let it be somebody's own word again."""
    if medium not in set(Medium):
        raise NotFound(medium=medium)
    with transaction() as session:
        profiles_commands.take_back_proof(session, member_id, language, Medium(medium), by=caller_id(), now=utcnow())
    flash(_("It is taken back. They get a letter."))
    return redirect(url_for(".proofs", member_id=member_id))
