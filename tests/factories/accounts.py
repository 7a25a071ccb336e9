"""People."""

import itertools
import secrets

from argon2 import PasswordHasher

from marketplace.accounts.models import Person
from marketplace.accounts.rules import StaffRole, canonical_password, email_key
from tests.factories import DAY, NOON

_numbers = itertools.count(1)
_quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # Hashing is not what most tests are about.


def make_person(session, *, password=None, **overrides):
    """Make a person with a confirmed address; without a `password` nobody can sign in by the form."""
    number = next(_numbers)
    facts = {
        "email": f"person-{number}@example.test",
        "name": f"Person {number}",
        "password_hash": _quick.hash(canonical_password(password)) if password else None,
        "language": "en",
        "zone": "Europe/Madrid",
        "country": None,
        "currency": "EUR",
        "confirmed_at": NOON - DAY,
        "staff_role": None,
        "session_key": secrets.token_urlsafe(32),
        "created_at": NOON - DAY,
        **overrides,
    }
    person = Person(email_key=email_key(facts["email"]), **facts)
    session.add(person)
    session.flush()
    return person


def make_staff(session, role=StaffRole.ADMIN, **overrides):
    """Make one of the vendor's people."""
    return make_person(session, staff_role=role, **overrides)
