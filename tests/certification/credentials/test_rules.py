"""What our documents and status lists say, read by others as well."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, decode_encoded_list

from certification.credentials import rules
from certification.credentials.rules import Certified, Place, StatusEntry
from tests.factories import DAY, NOON

PLACE = Place("https://vendor.example")
DATABASE = Certified("db-2", "Database level 2", "Database", "Upgrades", 2)
SECRET = "a secret that only the tests know"
KEY = rules.key_pair()


def document(**overrides):
    facts = {
        "reference": "abcdefgh23456789",
        "holder": "Ana Ruiz",
        "vendor": "Lumentree",
        "valid": (NOON - DAY, NOON + timedelta(days=36500)),
        "awarded_at": NOON - 400 * DAY,
        "status": StatusEntry(1, 94567),
        **overrides,
    }
    return rules.credential(PLACE, DATABASE, **facts)


def token(**overrides):
    return rules.sign(rules.claims_of(document(**overrides)), KEY, PLACE.key("2026-03-abc"))


def test_somebody_else_accepts_what_we_sign():
    read = OB3Verifier(KEY.as_pem(private=False)).verify(token())
    assert read.issuer.id == "https://vendor.example/issuer"
    assert read.name == "Database level 2"


def test_the_header_has_what_readers_of_badges_know_and_nothing_more():
    header, payload = (json.loads(urlsafe_b64decode(part + "==")) for part in token().split(".")[:2])
    assert header == {"alg": "RS256", "kid": "https://vendor.example/keys/2026-03-abc", "typ": "JWT"}
    assert payload["awardedDate"] == "2025-02-03T12:00:00Z"
    assert (payload["iss"], payload["jti"], payload["sub"]) == (
        payload["issuer"]["id"],
        payload["id"],
        payload["credentialSubject"]["id"],
    )
    assert payload["nbf"] == int((NOON - DAY).timestamp())


@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_changed_letter_is_refused(part):
    parts = token().split(".")
    middle = len(parts[part]) // 2
    parts[part] = parts[part][:middle] + ("A" if parts[part][middle] != "A" else "B") + parts[part][middle + 1 :]
    with pytest.raises(OB3VerificationError):
        OB3Verifier(KEY.as_pem(private=False)).verify(".".join(parts))


def test_a_key_of_somebody_else_did_not_sign_it():
    with pytest.raises(OB3VerificationError):
        OB3Verifier(rules.key_pair().as_pem(private=False)).verify(token())


def test_the_same_is_signed_the_same_way():
    assert token() == token()


def test_a_sealed_key_opens_with_its_secret_only():
    sealed = rules.seal(KEY, SECRET)
    assert rules.unseal(sealed, SECRET).as_dict(private=True) == KEY.as_dict(private=True)
    assert KEY.as_dict(private=True)["d"] not in sealed
    with pytest.raises(rules.SealBroken):
        rules.unseal(sealed, SECRET + "!")


def test_what_is_published_has_no_private_half():
    assert rules.published(KEY.as_dict(private=False), "https://x.example/keys/1").keys() == {
        *("kty", "n", "e", "kid", "alg", "use")
    }


@given(st.sets(st.integers(0, rules.LIST_ENTRIES - 1), max_size=40))
def test_a_status_list_says_who_is_revoked_and_nobody_else(revoked):
    encoded = rules.encode_list(revoked)
    bits = decode_encoded_list(encoded)
    assert len(bits) * 8 == rules.LIST_ENTRIES
    theirs = {place * 8 + bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte & 0x80 >> bit}
    assert theirs == revoked
    for index in {*revoked, 0, 94567, rules.LIST_ENTRIES - 1}:
        assert rules.has_bit(encoded, index) is (index in revoked)


@pytest.mark.parametrize("encoded", ["", "u", "uAAAA", "xH4sI", "u====", "uH4sIAAAAAAAC_-3B", "ué"])
def test_what_is_no_status_list_says_nothing(encoded):
    with pytest.raises(ValueError, match=r"."):
        rules.has_bit(encoded, 7)


@pytest.mark.parametrize("index", [-1, rules.LIST_ENTRIES])
def test_a_status_list_has_no_place_beyond_its_end(index):
    with pytest.raises(ValueError, match="no such entry"):
        rules.has_bit(rules.encode_list([]), index)


def test_a_status_list_is_half_filled_at_most():
    assert [rules.list_for(number) for number in (0, rules.LIST_FILL - 1, rules.LIST_FILL)] == [1, 1, 2]


def test_a_status_list_is_the_same_for_some_minutes_and_is_not_believed_for_long():
    first, same, later = (
        rules.status_list(PLACE, 1, [7], vendor="Lumentree", now=NOON + timedelta(seconds=seconds))
        for seconds in (0, 299, 300)
    )
    assert first == same != later
    assert (first["validFrom"], first["validUntil"]) == ("2026-03-10T12:00:00Z", "2026-03-11T12:00:00Z")
    assert first["credentialSubject"]["ttl"] == 300_000
