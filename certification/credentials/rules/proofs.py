"""Proofs that stand inside a badge of others (`DataIntegrityProof`, eddsa-rdfc-2022), as far as the badge lets us look.

A signature is looked at before anybody can know whose it is, so what that costs is bounded: by size and number here, by
work and time of the processor in openbadgeslib. It carries the vocabularies; nothing is fetched.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from openbadgeslib.ob3 import (
    OB3GuardUnavailable,
    OB3LdpVerifier,
    OB3VerificationError,
    resolve_verification_method,
    verify_data_integrity_proof,
)
from openbadgeslib.ob3.contexts import bundled_contexts

from certification.credentials.rules.checks import Brought, Check, Outcome, Subject, check_dates
from marketplace.kernel.translate import LazyText, _l

MAX_PROVEN_BYTES = 64 * 1024
MAX_VALUES = 2000
MAX_PROOFS = 3
SUITE = "eddsa-rdfc-2022"
_KEY = re.compile(r"(?:did:key:|.*#)(z6Mk[1-9A-HJ-NP-Za-km-z]{44})", re.DOTALL)  # An Ed25519 key in an address.


def _check(outcome: Outcome, text: LazyText) -> Check:
    return Check(Subject.SIGNATURE, outcome, text)


_OF_ISSUER = _check(Outcome.PASSED, _l("The proof fits the key that names its issuer, and nothing was changed since."))
_FITS = _check(Outcome.UNKNOWN, _l("The proof fits the key that it names. That proves nothing about who made it."))
_WRONG = _check(Outcome.FAILED, _l("The proof does not fit: the badge was changed, or another key has signed it."))
_NONE = _check(Outcome.FAILED, _l("What stands in the place of a proof is none."))
_ELSEWHERE = _check(Outcome.UNKNOWN, _l("Its key is elsewhere, and we never fetch what a badge names."))
_OTHER_KIND = _check(Outcome.UNKNOWN, _l("It has an embedded proof of a kind that we do not check."))
_OTHER_WORDS = _check(
    Outcome.UNKNOWN, _l("It uses vocabularies that we do not carry, and we never fetch what a badge names.")
)
_TOO_MUCH = _check(Outcome.UNKNOWN, _l("It holds too much for us to check its proof."))
_NOT_NOW = _check(Outcome.UNKNOWN, _l("We can not check embedded proofs at the moment."))


def check_proofs(brought: Brought, now: datetime) -> Check:
    """Look at the proofs inside a badge: of several, each has to fit."""
    given = brought.document["proof"]
    proofs = given if isinstance(given, list) else [given]
    if not proofs or not all(isinstance(one, dict) for one in proofs):
        return _NONE
    if len(proofs) > MAX_PROOFS or _holds_too_much(brought.document):
        return _TOO_MUCH
    if not _knows_all_words(brought.document):
        return _OTHER_WORDS
    is_within_dates = check_dates(brought, now).outcome is Outcome.PASSED
    found = [_check_one(brought, one, is_within_dates=is_within_dates) for one in proofs]
    severest = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)
    return min(found, key=lambda one: severest.index(one.outcome))


def _holds_too_much(document: Mapping[str, Any]) -> bool:
    waiting, seen = [document], 0
    while waiting:
        value = waiting.pop()
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        seen += 1
        if seen + len(inner) > MAX_VALUES:
            return True
        waiting.extend(inner)
    return len(json.dumps(document, ensure_ascii=False).encode(errors="replace")) > MAX_PROVEN_BYTES


def _knows_all_words(document: Mapping[str, Any]) -> bool:
    named = document.get("@context")
    return isinstance(named, list) and all(isinstance(one, str) and one in bundled_contexts() for one in named)


def _check_one(brought: Brought, proof: Mapping[str, Any], *, is_within_dates: bool) -> Check:
    if (proof.get("type"), proof.get("cryptosuite")) != ("DataIntegrityProof", SUITE):
        return _OTHER_KIND
    method = proof.get("verificationMethod")
    named = _KEY.fullmatch(method) if isinstance(method, str) else None
    if named is None:
        return _ELSEWHERE
    try:
        _verify({**brought.document, "proof": dict(proof)}, named[1], is_within_dates=is_within_dates)
    except OB3GuardUnavailable:
        return _NOT_NOW
    except OB3VerificationError:
        return _WRONG
    is_of_issuer = brought.issuer_id == f"did:key:{named[1]}" and method in {
        brought.issuer_id,
        f"{brought.issuer_id}#{named[1]}",
    }
    return _OF_ISSUER if is_of_issuer else _FITS


def _verify(document: dict[str, Any], key: str, *, is_within_dates: bool) -> None:
    """Verify the one proof of a document with a key.

    The verifier of whole badges also sees to it that nothing stands in the JSON that was not signed; but it refuses
    what is over. That is a check of its own here, and one that fails: then the signature alone is looked at.
    """
    pem = resolve_verification_method(f"did:key:{key}", download=_fetch_nothing)
    if is_within_dates:
        OB3LdpVerifier(pem).verify(document, download=_fetch_nothing)
    else:
        verify_data_integrity_proof(document, pem)


def _fetch_nothing(_address: str, *_more: object, **_options: object) -> bytes:
    raise OB3VerificationError("nothing is fetched")
