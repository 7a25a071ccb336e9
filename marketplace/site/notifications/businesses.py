"""Letters among those who work together: what their owner has decided for all of them."""

from sqlalchemy.orm import Session

from marketplace.jobs.events import JobHandedOn
from marketplace.jobs.models import Job
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_day, language_name
from marketplace.site.notifications.post import members_of, owners_of, page, page_of, tell, tell_all, tell_member, when
from marketplace.site.notifications.sessions import invitation, taken_from
from providers.profiles.events import BreakTaken, BusinessHandedOver, LanguageProofChanged, MemberParted, RoleChanged
from providers.profiles.models import LanguageProof, Member, Provider


def break_taken(session: Session, event: BreakTaken) -> None:
    """Tell the other members of a provider that nothing is offered to them for a while."""
    provider = session.get_one(Provider, event.provider_id)
    until = provider.break_until
    assert until is not None, "it was just set"

    def write() -> Letter:
        return Letter(
            _("%(name)s takes a break") % {"name": provider.name},
            [
                _("Nothing is offered to you until %(moment)s.") % {"moment": when(until)},
                _("Jobs under way go on, and quotes that you have given stand."),
            ],
            (_("See the break"), page("/work/break")),
        )

    others = [one for one in members_of(session, event.provider_id) if one.id != event.by]
    tell_all(session, others, write, event.at)


def role_changed(session: Session, event: RoleChanged) -> None:
    """Tell a member what they may do from now on."""
    member = session.get_one(Member, event.member_id)

    def write() -> Letter:
        facts = {"name": member.provider.name, "role": member.role.label}
        return Letter(
            _("Your role at %(name)s: %(role)s") % facts,
            [_("Your role was changed. What goes with it:"), str(member.role.meaning)],
            (_("Your work"), page("/work")),
        )

    tell_member(session, member, write, event.at)


def language_proof_changed(session: Session, event: LanguageProofChanged) -> None:
    """Tell a member that it is proven how well they know a language, or not any more."""
    member = session.get_one(Member, event.member_id)
    proof = session.get(LanguageProof, (event.member_id, event.language, event.medium))

    def write() -> Letter:
        facts = {"language": language_name(event.language), "medium": event.medium.label}
        if proof is None:
            subject = _("Not proven any more: %(language)s, %(medium)s") % facts
            told = [_("We have taken the proof back. What you say of this language stands as your own word.")]
        else:
            facts |= {"level": proof.level.label, "what": proof.what, "day": format_day(proof.proven_on)}
            subject = _("Proven: %(language)s, %(medium)s, %(level)s") % facts
            told = [
                _("Proven by: %(what)s, on %(day)s. Customers see it beside the language.") % facts,
                _("It holds as long as you say no higher level."),
            ]
        return Letter(subject, told, (_("Your languages"), page("/work/languages")))

    tell_member(session, member, write, event.at)


def member_parted(session: Session, event: MemberParted) -> None:
    """Tell whoever must leave that it is so, or the owner that somebody has left."""
    gone = session.get_one(Member, event.member_id)
    facts = {"person": gone.person.name, "name": gone.provider.name}

    def write_to_them() -> Letter:
        return Letter(
            _("You do not work for %(name)s any more") % facts,
            [
                _("The owner of the business has decided so. You see nothing of it any more."),
                _("Your account, your certificates and your own requests stay yours."),
            ],
            (_("Your account"), page("/account")),
        )

    def write_to_owner() -> Letter:
        return Letter(
            _("%(person)s has left %(name)s") % facts,
            [_("They had no jobs under way. What they have done stays.")],
            (_("See your members"), page("/work/members")),
        )

    if event.by == gone.person_id:
        tell_all(session, owners_of(session, gone.provider_id), write_to_owner, event.at)
    else:
        tell_member(session, gone, write_to_them, event.at)


def business_handed_over(session: Session, event: BusinessHandedOver) -> None:
    """Tell everybody who works there, but who has decided it, whose the business is."""
    heir = session.get_one(Member, event.member_id)

    def write() -> Letter:
        return Letter(
            _("%(person)s owns %(name)s now") % {"person": heir.person.name, "name": heir.provider.name},
            [
                _("The business was handed over."),
                _("Its owner decides what it sells, how it is paid, and who works there."),
            ],
            (_("See your members"), page("/work/members")),
        )

    others = [one for one in members_of(session, heir.provider_id) if one.id != event.by]
    tell_all(session, others, write, event.at)


def job_handed_on(session: Session, event: JobHandedOn) -> None:
    """Tell the customer who goes on, and whoever does, unless they took it themselves."""
    job = session.get_one(Job, event.job_id)
    support_request, colleague = job.support_request, job.member

    def write_to_customer() -> Letter:
        return Letter(
            _("%(name)s goes on with your request") % {"name": colleague.person.name},
            [
                _("“%(title)s” was handed on to a colleague at %(name)s.")
                % {"title": support_request.title, "name": job.provider.name},
                _("What was agreed stays as it is, and so does what was promised."),
            ],
            (_("Open the request"), page_of(support_request)),
            invitation(session, job, support_request.customer, event.at),
        )

    def write_to_colleague() -> Letter:
        return Letter(
            _("You go on with “%(title)s”") % {"title": support_request.title},
            [_("A job was handed on to you. Read the thread, and keep what was promised in it.")],
            (_("Open the job"), page_of(support_request)),
            invitation(session, job, colleague.person, event.at),
        )

    tell(session, support_request.customer, write_to_customer, event.at)
    if colleague.person_id != event.by:
        tell_member(session, colleague, write_to_colleague, event.at)
    if event.from_id is not None:
        taken_from(session, job, session.get_one(Member, event.from_id), event.at)
