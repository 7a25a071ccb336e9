"""Proofs inside badges of others, made here by our own signer: what fits, what was changed, what costs too much."""

import copy
import hashlib
import json
import socket

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.ob3.contexts import document_loader
from pyld import jsonld

from certification.credentials.rules import proofs
from tests.factories import DAY, NOON

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (7, 8))


def multibase(content):
    number, text = int.from_bytes(content), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "z" + text  # Nothing that is written here begins with a zero.


def name_of(key):
    """Write a public key as others do: its kind, then the key."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return multibase(b"\xed\x01" + raw)


def canonical_hash(document):
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": document_loader()}
    return hashlib.sha256(jsonld.normalize(document, options).encode()).digest()


def prove(document, key=KEY, **facts):
    """Make a proof for a document, as vc-di-eddsa says."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-03-01T00:00:00Z",
        "verificationMethod": f"did:key:{name_of(key)}#{name_of(key)}",
        "proofPurpose": "assertionMethod",
        **facts,
    }
    signed = canonical_hash({"@context": document["@context"], **proof}) + canonical_hash(document)
    return {**proof, "proofValue": multibase(key.sign(signed))}


def badge(**changes):
    """A badge of somebody else, without a proof."""
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "https://elsewhere.example/badges/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": f"did:key:{name_of(KEY)}", "type": ["Profile"], "name": "Elsewhere"},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00Z",
        "name": "Gardener",
        "credentialSubject": {
            "id": "https://elsewhere.example/people/1",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://elsewhere.example/achievements/1",
                "type": ["Achievement"],
                "name": "Gardener",
                "description": "Grows roses.",
                "criteria": {"narrative": "Has grown roses."},
            },
        },
        **changes,
    }


def proven(key=KEY, *, said=None, **facts):
    said = badge() if said is None else said
    return {**said, "proof": [prove(said, key, **facts)]}


@pytest.fixture
def check(client):
    """Give a function that brings a badge to the API, and tells verdict, outcome and words about its signature."""

    def bring(document, now=NOON):
        with time_machine.travel(now, tick=False):
            answer = client.post("/api/v1/verify", json={"badge": json.dumps(document)})
        assert answer.status_code == 200, answer.text
        [found] = [one for one in answer.json["checks"] if one["name"] == "signature"]
        return answer.json["verdict"], found["outcome"], found["text"]

    return bring


def test_a_proof_by_the_key_that_names_its_issuer_fits_and_the_issuer_stays_unknown(client, check):
    verdict, outcome, text = check(proven())
    assert (verdict, outcome) == ("unknown", "passed"), text
    page = client.post("/verify", data={"badge": json.dumps(proven())}).text
    assert "The proof fits the key that names its issuer" in page
    assert "It is not ours. Who made it, only its issuer can tell." in page


def test_a_proof_that_is_no_list_fits_as_well(check):
    said = badge()
    assert check({**said, "proof": prove(said)})[1] == "passed"


def test_a_key_behind_another_address_proves_nothing_about_who_made_it(check):
    issuer = {"id": "https://elsewhere.example/issuer", "type": ["Profile"], "name": "Elsewhere"}
    method = f"https://elsewhere.example/issuer#{name_of(KEY)}"
    verdict, outcome, text = check(proven(said=badge(issuer=issuer), verificationMethod=method))
    assert (verdict, outcome) == ("unknown", "unknown")
    assert "proves nothing about who made it" in text


def test_the_key_of_somebody_else_is_not_the_issuers(check):
    assert check(proven(OTHER))[1] == "unknown"
    mine = f"did:key:{name_of(KEY)}#{name_of(KEY)}"
    assert check(proven(OTHER, verificationMethod=mine))[:2] == ("invalid", "failed")


def spoil(text, at):
    """Change one letter."""
    return text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]


def changed(where):
    document = copy.deepcopy(proven())
    if where == "name":
        document["name"] = spoil(document["name"], 0)
    elif where == "inside":
        document["credentialSubject"]["achievement"]["description"] += "!"
    elif where == "dates":
        document["validUntil"] = "2037-01-01T00:00:00Z"
    elif where == "added":
        document["credentialSubject"]["identifier"] = [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Bo", "identityType": "name"}
        ]
    elif where == "not signed":
        document["unheardOf"] = "Told by nobody."
    elif where == "proof":
        document["proof"][0]["created"] = "2026-03-02T00:00:00Z"
    else:
        document["proof"][0]["proofValue"] = spoil(document["proof"][0]["proofValue"], 9)
    return document


@pytest.mark.parametrize("where", ["name", "inside", "dates", "added", "not signed", "proof", "signature"])
def test_one_change_is_seen(check, where):
    assert check(changed(where))[:2] == ("invalid", "failed")


def test_of_several_proofs_each_has_to_fit(check):
    said = badge()
    good, also_good = prove(said), prove(said, created="2026-03-02T00:00:00Z")
    wrong = changed("signature")["proof"][0]
    assert check({**said, "proof": [good, also_good]})[1] == "passed"
    assert check({**said, "proof": [good, wrong]})[1] == "failed"
    assert check({**said, "proof": [good, prove(said, OTHER)]})[1] == "unknown"
    assert check({**said, "proof": [good, {"type": "Ed25519Signature2020"}]})[1] == "unknown"
    assert check({**said, "proof": [good] * 4})[1] == "unknown"


@pytest.mark.parametrize("proof", [[], None, "signed", ["signed"], [[]], 7])
def test_what_is_no_proof_is_told_so(check, proof):
    assert check({**badge(), "proof": proof})[:2] == ("invalid", "failed")


@pytest.mark.parametrize(
    "facts",
    [
        {"verificationMethod": "https://elsewhere.example/keys/1"},
        {"verificationMethod": "did:web:elsewhere.example#key-1"},
        {"verificationMethod": ["did:key:z6Mk"]},
        {"cryptosuite": "ecdsa-sd-2023"},
    ],
)
def test_nobody_is_called_for_a_key(check, monkeypatch, facts):
    def refuse(*_arguments, **_options):
        raise AssertionError("somebody was called")

    document = proven()
    document["proof"][0] |= facts
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert check(document)[1] == "unknown"


def test_words_that_we_do_not_carry_are_not_fetched(check):
    for more in ("https://elsewhere.example/words.json", {"garden": "https://elsewhere.example/garden"}):
        verdict, outcome, text = check({**proven(), "@context": [*badge()["@context"], more]})
        assert (verdict, outcome) == ("unknown", "unknown")
        assert "vocabularies" in text


def test_what_is_over_is_invalid_though_its_proof_fits(check):
    verdict, outcome, _text = check(proven(), now=NOON + 900 * DAY)
    assert (verdict, outcome) == ("invalid", "passed")


@pytest.mark.parametrize("kind", ["long", "many"])
def test_what_holds_too_much_is_not_canonicalised(check, monkeypatch, kind):
    def refuse(*_arguments, **_options):
        raise AssertionError("it was worked on")

    monkeypatch.setattr(proofs, "_verify", refuse)
    more = {"long": "r" * proofs.MAX_PROVEN_BYTES, "many": [{}] * proofs.MAX_VALUES}[kind]
    assert check({**proven(), "description": more})[1] == "unknown"


def test_a_graph_that_would_take_for_ever_is_refused(check):
    """Nodes without names, each of which leads to all others: to tell them apart takes all their orders."""
    names = [f"_:node{number}" for number in range(12)]
    evidence = [{"id": one, "type": ["Evidence"], "evidence": [{"id": other} for other in names]} for one in names]
    document = {**badge(), "evidence": evidence}
    document["proof"] = [{**prove(badge())}]
    assert check(document)[1] == "failed"


def test_a_badge_of_ours_is_never_signed_so(client, check):
    with time_machine.travel(NOON, tick=False):
        ours = client.get("/issuer").json["id"]
    said = badge(issuer={"id": ours, "type": ["Profile"], "name": "The vendor"})
    assert check(proven(said=said))[:2] == ("invalid", "failed")


def test_the_page_takes_it_inside_a_picture(client):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">'
        f"<openbadges:credential><![CDATA[{json.dumps(proven())}]]></openbadges:credential></svg>"
    )
    with time_machine.travel(NOON, tick=False):
        assert "The proof fits the key" in client.post("/verify", data={"badge": svg}).text
