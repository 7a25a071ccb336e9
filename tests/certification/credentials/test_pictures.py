"""Badges that carry their credential, the certificate for the wall, and the badge to embed."""

import io
import re
import zlib

import pypdf
import pypdfium2
import pytest
import time_machine
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from openbadgeslib.ob3 import OB3Verifier
from PIL import Image

from certification.credentials import rules
from marketplace.kernel.database import transaction
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.credentials import make_credential

TOKENS = st.from_regex(r"[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_-]{1,60}", fullmatch=True)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>A seal</title></svg>'
STATES = {
    "valid": ({}, "Valid until"),
    "expired": ({"valid_until": NOON - DAY}, "Expired"),
    "revoked": ({"revoked_at": NOON - DAY, "revoked_reason": "Copied."}, "Revoked"),
}


def png(**how):
    drawn = io.BytesIO()
    Image.new("RGBA", (8, 8)).save(drawn, "PNG", **how)
    return drawn.getvalue()


def chunk(kind, data):
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


END = chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def made(app):
    """A function that makes a credential and gives its address."""

    def make(**facts):
        with transaction() as session:
            person = make_person(session, name="Ana <Ruiz> & Söhne")
            return f"/credentials/{make_credential(session, person=person, **facts).reference}"

    return make


@given(TOKENS)
def test_what_is_baked_is_read_again(token):
    baked = rules.bake_png(png(), token)
    assert rules.read_png(baked) == token
    assert rules.read_png(rules.bake_png(baked, "a.b.c")) == "a.b.c", "a second takes the place of the first"
    assert Image.open(io.BytesIO(baked)).text == {"openbadgecredential": token}
    drawn = rules.bake_svg(SVG, token).encode()
    assert rules.read_svg(drawn) == token
    assert drawn.startswith(b"<svg"), drawn


@given(st.binary(max_size=200), st.integers(0, 200))
def test_half_a_picture_and_noise_carry_nothing(noise, cut):
    baked = rules.bake_png(png(), "a.b.c")
    for picture in (noise, baked[: min(cut, len(baked) - 1)], rules.PNG + noise):
        with pytest.raises(rules.NotBaked):
            rules.read_png(picture)
    with pytest.raises(rules.NotBaked):
        rules.read_svg(noise)


def test_a_packed_credential_is_read_unless_it_is_a_bomb():
    head = b"openbadgecredential\x00\x01\x00\x00\x00"
    small, bomb = (
        png()[:-12] + chunk(b"iTXt", head + zlib.compress(text)) + END for text in (b"a.b.c", b"x" * 50_000_000)
    )
    assert rules.read_png(small) == "a.b.c"
    with pytest.raises(rules.NotBaked):
        rules.read_png(bomb)


def test_two_credentials_in_one_picture_are_none():
    twice = chunk(b"iTXt", b"openbadgecredential\x00\x00\x00\x00\x00a.b.c") * 2
    with pytest.raises(rules.NotBaked):
        rules.read_png(png()[:-12] + twice + END)
    second = '<openbadges:credential verify="d"/><title>'
    with pytest.raises(rules.NotBaked):
        rules.read_svg(rules.bake_svg(SVG, "a.b.c").replace("<title>", second).encode())


@pytest.mark.parametrize(
    "svg",
    [
        '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SVG,
        '<!DOCTYPE svg SYSTEM "http://elsewhere.example/x.dtd">' + SVG,
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + SVG,
        '<?xml version="1.0" encoding="klingon"?>' + SVG,
        SVG,
        SVG[:-4],
    ],
)
def test_an_svg_that_defines_things_or_holds_nothing_carries_nothing(svg):
    with pytest.raises(rules.NotBaked):
        rules.read_svg(svg.encode())


def test_the_badges_of_a_page_carry_what_the_page_gives(client, made):
    address = made()
    token = client.get(address, headers={"Accept": "application/jwt"}).text
    picture, drawn = client.get(f"{address}.png"), client.get(f"{address}.svg")
    assert OB3Verifier.extract_token_from_png(picture.data) == token
    assert OB3Verifier.extract_token_from_svg(drawn.data) == token
    assert (rules.read_png(picture.data), rules.read_svg(drawn.data)) == (token, token)
    assert Image.open(io.BytesIO(picture.data)).size == (400, 400)
    assert all(one.headers["Content-Disposition"].startswith("attachment") for one in (picture, drawn))


@pytest.mark.parametrize("state", STATES)
def test_the_badge_to_embed_tells_how_it_stands(client, made, state):
    facts, words = STATES[state]
    answer = client.get(f"{made(**facts)}/badge.svg")
    assert words in answer.text
    assert "Ana &lt;Ruiz&gt; &amp; Söhne" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_the_badge_to_embed_is_drawn_from_the_right_too(client, made):
    drawn = client.get(f"{made()}/badge.svg", headers={"Accept-Language": "ar"}).text
    assert 'direction="rtl"' in drawn


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("state", STATES)
def test_the_certificate_for_the_wall_leads_to_its_page(client, made, state, language):
    address = made(**STATES[state][0])
    answer = client.get(f"{address}.pdf", headers={"Accept-Language": language})
    assert answer.mimetype == "application/pdf"
    [page] = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert "Ana <Ruiz> & Söhne" in page.extract_text()
    shown = pypdfium2.PdfDocument(answer.data)[0].render(scale=3).to_pil()
    [code] = zxingcpp.read_barcodes(shown)
    assert code.text == f"http://localhost:8000{address}"


def test_a_certificate_that_counts_no_more_says_so(client, made):
    pdf = client.get(f"{made(**STATES['revoked'][0])}.pdf")
    assert "Revoked" in pypdf.PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()


def test_only_the_holder_sees_how_to_embed_it(client):
    with transaction() as session:
        holder, other = make_person(session, name='Ana "Ax" Ruiz'), make_person(session)
        address = f"/credentials/{make_credential(session, person=holder).reference}"
    assert "badge.svg" not in client.get(address).text
    client.sign_in(other)
    assert "badge.svg" not in client.get(address).text
    client.sign_in(holder)
    [snippet] = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", client.get(address).text, re.DOTALL)
    assert 'alt="Ana &amp;#34;Ax&amp;#34; Ruiz: ' in snippet
    assert f'&lt;img src="http://localhost:8000{address}/badge.svg"' in snippet
