"""Checking any badge: each check says what it found, and nothing is called valid that was not checked."""

import base64
import hashlib
import hmac
import io
import json
import socket

import pytest
import time_machine
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from certification.credentials import commands, issuing, queries, rules
from marketplace.kernel.database import reading, transaction
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.credentials import make_credential, make_signing_key

HEADER = {"alg": "RS256", "typ": "JWT"}


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def reference(app):
    with transaction() as session:
        make_signing_key(session)
        return make_credential(session, person=make_person(session, name="Ana Ruiz")).reference


@pytest.fixture
def token(client, reference):
    return client.get(f"/credentials/{reference}", headers={"Accept": "application/jwt"}).text


def check(client, badge):
    answer = client.post("/api/v1/verify", json={"badge": badge})
    assert answer.status_code == 200, answer.text
    return answer.json["verdict"], {one["name"]: one["outcome"] for one in answer.json["checks"]}


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def opened(token):
    return [json.loads(base64.urlsafe_b64decode(one + "==")) for one in token.split(".")[:2]]


def signed(claims, **header):
    """Sign with the key of the house, but for a mistake in what is signed."""
    key = queries.key_in_use(reading())
    pair = rules.unseal(key.sealed, issuing.secret())
    said = {**HEADER, "kid": issuing.issuer().place.key(key.kid), **header}
    return jws.serialize_compact(said, json.dumps(claims).encode(), pair, algorithms=["RS256"])


def test_ours_is_valid_in_every_form(client, reference, token):
    address = f"/credentials/{reference}"
    envelope = client.get(address, headers={"Accept": "application/vc+ld+json"}).text
    picture = "data:image/png;base64," + base64.b64encode(client.get(f"{address}.png").data).decode()
    for badge in (token, f"\n {token} \n", envelope, client.get(f"{address}.svg").text, picture):
        verdict, outcomes = check(client, badge)
        assert verdict == "valid", outcomes
        assert set(outcomes.values()) == {"passed"}
        assert list(outcomes) == ["form", "signature", "issuer", "pairs", "dates", "status"]


def test_what_an_old_key_has_signed_stays_valid(client, token):
    with transaction() as session:
        commands.rotate_key(session, secret=issuing.secret(), now=NOON + DAY)
    assert check(client, token)[0] == "valid"


def test_a_revoked_one_is_not(client, reference, token):
    with transaction() as session:
        found = queries.by_reference(session, reference)
        commands.revoke(session, found.id, reason="Copied.", by=make_staff(session).id, now=NOON)
    verdict, outcomes = check(client, token)
    assert (verdict, outcomes["status"], outcomes["signature"]) == ("invalid", "failed", "passed")


@pytest.mark.parametrize(("days", "text"), [(265, "expired"), (-101, "not come")])
def test_one_that_is_over_or_has_not_begun_is_not(client, token, days, text):
    with time_machine.travel(NOON + days * DAY, tick=False):
        answer = client.post("/api/v1/verify", json={"badge": token}).json
    assert answer["verdict"] == "invalid"
    assert text in {one["name"]: one["text"] for one in answer["checks"]}["dates"]


@pytest.mark.parametrize("place", [1, 2])
def test_one_changed_letter_is_seen(client, token, place):
    parts = token.split(".")
    if place == 1:
        said = opened(token)[1]
        parts[1] = part({**said, "name": said["name"] + "!"})
    else:
        parts[2] = ("A" if parts[2][0] != "A" else "B") + parts[2][1:]
    verdict, outcomes = check(client, ".".join(parts))
    assert (verdict, outcomes["signature"]) == ("invalid", "failed")


@pytest.mark.parametrize("name", ["iss", "jti", "sub", "nbf", "exp"])
def test_each_pair_is_looked_at(client, token, name):
    said = opened(token)[1]
    verdict, outcomes = check(client, signed({**said, name: 5 if name in {"nbf", "exp"} else "https://x.example"}))
    assert (verdict, outcomes["signature"], outcomes["pairs"]) == ("invalid", "passed", "failed")


def forgeries(token):
    """List tokens that say that they are ours, in all the ways that are known."""
    header, said = opened(token)
    key = queries.key_in_use(reading())
    public = RSAKey.import_key(key.public_jwk).as_pem(private=False)
    other = rules.key_pair()
    parts = token.split(".")
    by_hash = f"{part({**header, 'alg': 'HS256'})}.{parts[1]}"
    mac = base64.urlsafe_b64encode(hmac.digest(public, by_hash.encode(), hashlib.sha256)).rstrip(b"=").decode()
    carried = {**HEADER, "jwk": other.as_dict(private=False)}
    lax = type("Lax", (jws.JWSRegistry,), {"max_header_length": 9999})(algorithms=["RS256"])
    payload = json.dumps(said).encode()
    return {
        "no algorithm": f"{part({**header, 'alg': 'none'})}.{parts[1]}.AA",
        "a hash with the public key": f"{by_hash}.{mac}",
        "a key of its own": jws.serialize_compact(carried, payload, other, registry=lax),
        "our name for another key": rules.sign(said, other, header["kid"]),
        "a key elsewhere": rules.sign(said, other, "https://x.example/keys/1"),
        "no header": f"{part({})}.{parts[1]}.{parts[2]}",
        "odd kid": f"{part({**header, 'kid': ['x']})}.{parts[1]}.{parts[2]}",
        "half": token[:-20],
        "not signed": json.dumps(said),
        "with a proof": json.dumps({**said, "proof": [{"type": "DataIntegrityProof"}]}),
    }


@pytest.mark.parametrize(
    "kind",
    [
        *("no algorithm", "a hash with the public key", "a key of its own", "our name for another key"),
        *("a key elsewhere", "no header", "odd kid", "half", "not signed", "with a proof"),
    ],
)
def test_a_forgery_is_seen(client, token, kind):
    verdict, outcomes = check(client, forgeries(token)[kind])
    assert (verdict, outcomes["signature"]) == ("invalid", "failed")


def test_our_signature_under_something_that_we_never_issued_is_not_enough(client, token):
    said = opened(token)[1]
    unknown = said["id"][:-1] + "x"
    verdict, outcomes = check(client, signed({**said, "id": unknown, "jti": unknown}))
    assert (verdict, outcomes["signature"], outcomes["issuer"]) == ("invalid", "passed", "failed")
    verdict, outcomes = check(
        client, signed({**said, "issuer": {"id": "https://x.example"}, "iss": "https://x.example"})
    )
    assert (verdict, outcomes["issuer"]) == ("invalid", "failed")


def of_others(token, key, algorithm, **more):
    said = json.loads(json.dumps(opened(token)[1]).replace("http://localhost:8000", "https://elsewhere.example"))
    header = {"alg": algorithm, "typ": "JWT", "jwk": key.as_dict(private=False), **more}
    lax = type("Lax", (jws.JWSRegistry,), {"max_header_length": 9999})(algorithms=[algorithm])
    return jws.serialize_compact(header, json.dumps(said).encode(), key, registry=lax)


@pytest.mark.parametrize(("key", "algorithm"), [(rules.key_pair(), "RS256"), (ECKey.generate_key("P-256"), "ES256")])
def test_one_of_others_is_never_called_valid(client, token, key, algorithm):
    badge = of_others(token, key, algorithm)
    verdict, outcomes = check(client, badge)
    assert verdict == "unknown"
    assert outcomes == {
        "form": "passed",
        "signature": "unknown",
        "issuer": "unknown",
        "pairs": "passed",
        "dates": "passed",
        "status": "unknown",
    }
    wrong = badge[:-8] + ("A" if badge[-8] != "A" else "B") + badge[-7:]
    assert check(client, wrong)[1]["signature"] == "failed"


def test_no_address_that_a_stranger_chose_is_fetched(client, token, monkeypatch):
    def refuse(*_arguments, **_options):
        raise AssertionError("somebody was called")

    badge = of_others(token, rules.key_pair(), "RS256", kid="https://elsewhere.example/keys/1")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert check(client, badge)[0] == "unknown"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"x" * 2000,
        b"a.b.c",
        b"[" * 100_000,
        b"[]",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg>&e;</svg>',
        b"x" * 20_000_000,
        b"data:image/png;base64,AAAA",
    ],
    ids=lambda content: f"{content[:12]!r} {len(content)}",
)
def test_what_holds_no_badge_is_told_so(client, content):
    file = FileStorage(io.BytesIO(content), filename="badge.png")
    sent = encode_multipart({"badge": "", "file": file}, "part-of-a-form")[1]
    answer = client.post("/verify", data=sent, content_type="multipart/form-data; boundary=part-of-a-form")
    assert answer.status_code == 422
    assert 'href="#field-badge"' in answer.text


def test_the_page_says_what_it_found_and_keeps_what_was_pasted(client, reference, token):
    page = client.post("/verify", data={"badge": token}).text
    assert ">This badge is valid</h2>" in page
    assert f'href="/credentials/{reference}"' in page
    assert "Ana Ruiz: " in page
    assert token in page


def test_the_page_names_nobody_for_a_forgery(client, token):
    page = client.post("/verify", data={"badge": token[:-8] + "AAAAAAAA"}).text
    assert ">This badge is not valid</h2>" in page
    assert "Ana Ruiz" not in page


def test_a_picture_is_taken_too(client, reference):
    picture = client.get(f"/credentials/{reference}.png").data
    page = client.post("/verify", data={"badge": "", "file": (io.BytesIO(picture), "badge.png")}).text
    assert "This badge is valid" in page


def test_the_api_gives_a_certificate_as_it_stands(client, reference, token):
    told = client.get(f"/api/v1/credentials/{reference}").json
    assert (told["holder"], told["state"], told["jwt"]) == ("Ana Ruiz", "valid", token)
    assert client.get("/api/v1/credentials/none").status_code == 404
