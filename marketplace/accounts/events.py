"""What happens to accounts, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonSignedUp:
    """Somebody signed up, or asked for the letter again; `token` confirms the address."""

    person_id: int
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SignUpRepeated:
    """Somebody signed up with the address of a person who has an account."""

    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ResetAsked:
    """Somebody forgot their password; `token` lets its owner choose a new one."""

    person_id: int
    token: str
    at: datetime
