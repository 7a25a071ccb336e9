"""Letters about an account."""

from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.accounts.events import PersonSignedUp, ResetAsked, SignUpRepeated
from marketplace.accounts.rules import CONFIRM_WITHIN, RESET_WITHIN
from marketplace.kernel.mail import Letter
from marketplace.kernel.translate import _
from marketplace.site.notifications.post import page, tell, when


def confirm_address(session: Session, event: PersonSignedUp) -> None:
    """Ask whoever signed up to confirm the address."""

    def write() -> Letter:
        return Letter(
            _("Confirm your address"),
            [
                _("Somebody signed up with this address. If it was you, confirm it, and you can sign in."),
                _("The link works until %(moment)s.") % {"moment": when(event.at + CONFIRM_WITHIN)},
                _("If it was not you, do nothing. The account can not be used without this step."),
            ],
            (_("Confirm my address"), page(f"/confirm/{event.token}")),
        )

    tell(session, accounts.person(session, event.person_id), write, event.at)


def address_is_known(session: Session, event: SignUpRepeated) -> None:
    """Tell the owner of an account that somebody signed up with its address."""

    def write() -> Letter:
        return Letter(
            _("You have an account already"),
            [
                _("Somebody, probably you, signed up with this address. You have an account, and it is as it was."),
                _("Sign in with your password. If you have forgotten it, choose a new one on the sign-in page."),
            ],
            (_("Sign in"), page("/sign-in")),
        )

    tell(session, accounts.person(session, event.person_id), write, event.at)


def reset_password(session: Session, event: ResetAsked) -> None:
    """Let somebody choose a new password."""

    def write() -> Letter:
        return Letter(
            _("Choose a new password"),
            [
                _("Somebody, probably you, asked for a new password for this account."),
                _("The link works once, until %(moment)s.") % {"moment": when(event.at + RESET_WITHIN)},
                _("If it was not you, do nothing. Your password stays as it is."),
            ],
            (_("Choose a new password"), page(f"/reset/{event.token}")),
        )

    tell(session, accounts.person(session, event.person_id), write, event.at)
