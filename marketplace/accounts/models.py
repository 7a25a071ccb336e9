"""Tables of people."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.rules import MAX_EMAIL_LENGTH, MAX_NAME_LENGTH, StaffRole, Tried
from marketplace.kernel.database import Currency, Model


class Person(Model):
    """Somebody with an account: a customer, a partner's member, one of the vendor's staff, or several at once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH))
    email_key: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    password_hash: Mapped[str | None] = mapped_column(String(255))  # None: can't sign in.
    language: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str | None] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(Currency)
    confirmed_at: Mapped[datetime | None]
    staff_role: Mapped[StaffRole | None]
    session_key: Mapped[str] = mapped_column(String(64), unique=True)  # A new one ends all sessions and links.
    created_at: Mapped[datetime]

    # What Flask-Login asks of whoever is signed in.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Give what the session's cookie remembers."""
        return self.session_key

    @property
    def is_staff(self) -> bool:
        """Tell whether the person works for the vendor."""
        return self.staff_role is not None


class EndedSession(Model):
    """A session that its owner has ended in one browser: a copy of its cookie opens nothing any more.

    It is kept for good, because whoever has a copy could renew it for ever by using it. Other sessions of the same
    person go on.
    """

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class ApiToken(Model):
    """A key for programs that act for a person; only its digest is kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Attempt(Model):
    """A try to sign in, to sign up or to get a letter, kept for as long as it counts."""

    __table_args__ = (
        Index("ix_attempt_email_key", "kind", "email_key", "at"),
        Index("ix_attempt_place", "kind", "place", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Tried]
    email_key: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH))
    place: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
