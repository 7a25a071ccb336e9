"""Letters about applications: to those who apply, to those who decide, and to those who are invited."""

from sqlalchemy.orm import Session

from marketplace.kernel import mail
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _, format_moment, use_reader
from marketplace.site.notifications.post import certification_staff, owners_of, page, tell_all, when
from providers.applications import queries
from providers.applications.events import (
    ApplicationAnswered,
    ApplicationApproved,
    ApplicationQuestioned,
    ApplicationRefused,
    ApplicationSubmitted,
    MemberInvited,
    MemberJoined,
)
from providers.applications.models import Application, ApplicationQuestion
from providers.profiles.rules import WORKING

MINE = "/work/application"


def application_submitted(session: Session, event: ApplicationSubmitted) -> None:
    """Tell the vendor's people that a business wants to be looked at."""
    sent = session.get_one(Application, event.application_id)

    def write() -> Letter:
        return Letter(
            _("%(name)s wants to become a partner") % {"name": sent.provider.name},
            [_("They have sent their application. The page shows what they say, and what is still missing.")],
            (_("Look at the application"), _desk(sent)),
        )

    tell_all(session, certification_staff(session), write, event.at)


def application_questioned(session: Session, event: ApplicationQuestioned) -> None:
    """Tell the owners of a business what the vendor's people want to know."""
    asked = session.get_one(ApplicationQuestion, event.question_id)

    def write() -> Letter:
        return Letter(
            _("A question about your application"),
            [_("Before we decide we would like to know this:"), asked.question, _("We go on as soon as you answer.")],
            (_("Answer"), page(MINE)),
        )

    tell_all(session, owners_of(session, asked.application.provider_id), write, event.at)


def application_answered(session: Session, event: ApplicationAnswered) -> None:
    """Tell the vendor's people what a business has answered."""
    asked = session.get_one(ApplicationQuestion, event.question_id)

    def write() -> Letter:
        assert asked.answer is not None, "answered with words"
        return Letter(
            _("%(name)s has answered") % {"name": asked.application.provider.name},
            [asked.answer],
            (_("Look at the application"), _desk(asked.application)),
        )

    tell_all(session, certification_staff(session), write, event.at)


def application_approved(session: Session, event: ApplicationApproved) -> None:
    """Tell the owners of a business that customers find it now."""
    approved = session.get_one(Application, event.application_id)

    def write() -> Letter:
        return Letter(
            _("You are in the directory"),
            [
                _("Your application is approved. From now on customers find you, and you may be offered work."),
                _("Each offer comes with a letter, and has a time by which you answer."),
                _("Keep your hours up to date: you are asked only for work in languages and hours that are yours."),
            ],
            (_("See your page"), page(f"/providers/{approved.provider.slug}")),
        )

    tell_all(session, owners_of(session, approved.provider_id), write, event.at)


def application_refused(session: Session, event: ApplicationRefused) -> None:
    """Tell the owners of a business why it does not get into the directory, and when it may try again."""
    refused = session.get_one(Application, event.application_id)

    def write() -> Letter:
        reason, again_at = refused.reason, refused.may_apply_again_at
        assert reason is not None, "refused with a reason"
        assert again_at is not None, "who is refused may try again"
        return Letter(
            _("Your application was refused"),
            [
                _("We have looked at what you sent, and can not put you on the list. This is the reason:"),
                reason,
                _("You may apply again from %(moment)s on. What you have written is kept.")
                % {"moment": when(again_at)},
            ],
            (_("See your application"), page(MINE)),
        )

    tell_all(session, owners_of(session, refused.provider_id), write, event.at)


def member_invited(session: Session, event: MemberInvited) -> None:
    """Ask somebody to join a business; whoever invites them knows best which language they read."""
    made = queries.invitation(session, event.invitation_id)
    with use_reader(made.maker.language, made.maker.zone):
        letter = Letter(
            _("%(name)s invites you to work with them") % {"name": made.provider.name},
            [
                _("Hello,"),
                _("%(person)s would like you to work for %(name)s here.")
                % {"person": made.maker.name, "name": made.provider.name},
                _("Your role: %(role)s. %(meaning)s") % {"role": made.role.label, "meaning": made.role.meaning},
                _("Follow the link, and sign in or sign up. Then you can accept, until %(moment)s.")
                % {"moment": format_moment(made.expires_at)},
                _("If you do not know them, do nothing."),
            ],
            (_("Look at the invitation"), page(f"/join/{event.token}")),
        )
        mail.send(session, letter, to=made.email, name=made.email, language=made.maker.language, now=event.at)


def member_joined(session: Session, event: MemberJoined) -> None:
    """Tell the owners of a business that somebody has joined it."""
    made = queries.invitation(session, event.invitation_id)

    def write() -> Letter:
        assert made.accepter is not None, "accepted by somebody"
        works = made.role in WORKING
        return Letter(
            _("%(name)s works with you now") % {"name": made.accepter.name},
            [
                _("They have accepted your invitation. Their role: %(role)s.") % {"role": made.role.label},
                *([_("Which languages they speak and when they work, they say themselves.")] if works else []),
            ],
            (_("See your members"), page("/work/members")),
        )

    tell_all(session, owners_of(session, made.provider_id), write, event.at)


def _desk(application: Application) -> str:
    return page(f"/vendor/applications/{application.id}")
