"""Credentials."""

import itertools
from functools import cache

from flask import current_app

from certification.credentials import commands, queries
from certification.credentials.models import Credential, CredentialAppeal, SigningKey
from certification.credentials.rules import ALGORITHM, key_pair, seal
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.tracks import make_track

_numbers = itertools.count(1)


def make_credential(session, *, person=None, track=None, niche=None, **overrides):
    """Make a credential that is valid at `NOON`, for a new track in `niche` unless `track` is given."""
    number = next(_numbers)
    issued_at = overrides.get("issued_at", NOON - 100 * DAY)
    facts = {
        "reference": f"ref{number:013}",
        "person_id": (person or make_person(session)).id,
        "track_id": (track or make_track(session, niche=niche)).id,
        "issued_at": issued_at,
        "awarded_at": issued_at,
        "status_list": 1,
        "status_index": number,
        "valid_until": NOON + 265 * DAY,
        **overrides,
    }
    _have_a_key(session)
    credential = Credential(**facts)
    session.add(credential)
    session.flush()
    return credential


def make_appeal(session, credential=None, **overrides):
    """Make an appeal against the revocation of a credential; of one that was revoked a day ago unless it is given."""
    revoked = {"revoked_at": NOON - DAY, "revoked_reason": "Copied answers."}
    credential = credential or make_credential(session, **revoked)
    facts = {
        "credential_id": credential.id,
        "revoked_at": credential.revoked_at,
        "revoked_reason": credential.revoked_reason,
        "revoked_by": credential.revoked_by,
        "statement": "I wrote these answers myself.",
        "made_at": NOON,
        **overrides,
    }
    appeal = CredentialAppeal(**facts)
    session.add(appeal)
    session.flush()
    return appeal


@cache
def _sealed(secret):
    """Make one key for all tests: it takes a while."""
    pair = key_pair()
    return pair.as_dict(private=False), seal(pair, secret)


def _have_a_key(session):
    """Put a key in use unless there is one, as giving a credential does."""
    if queries.key_in_use(session) is None:
        public, sealed = _sealed(current_app.config["SECRET_KEY"])
        facts = {"algorithm": ALGORITHM, "public_jwk": public, "sealed": sealed, "made_at": NOON - 100 * DAY}
        session.add(SigningKey(kid=f"2025-11-test{next(_numbers)}", **facts))


def make_signing_key(session, *, now=NOON):
    """Make the key that signs, sealed with the secret of the application of the tests."""
    return commands.make_key(session, secret=current_app.config["SECRET_KEY"], now=now)


def make_certificates(session, holder):
    """Make a key, and two revoked certificates, against one of which its holder has appealed; gives their names."""
    revoked = {"person": holder, "revoked_at": NOON - DAY, "revoked_reason": "Copied answers."}
    one, other = make_credential(session, **revoked), make_credential(session, **revoked)
    return {
        "key": make_signing_key(session).kid,
        "revoked_credential": one.reference,
        "revocation_appeal": make_appeal(session, other).id,
    }
