"""A credential as something to see: the certificate for the wall, the badge that carries it, the badge to embed."""

import io
import json
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import segno
from flask import render_template

from certification.credentials import issuing
from certification.credentials.models import Credential
from certification.credentials.rules import CredentialState
from marketplace.kernel.translate import _, format_day, localized, reader
from marketplace.kernel.typesetting import printable, set_pdf, set_picture

DATA = Path(str(files("certification.credentials") / "data"))
PIXELS_PER_INCH = 300  # The badge is 400 pixels wide.
TONES = {
    CredentialState.VALID: "#2c5a2f",
    CredentialState.EXPIRED: "#7a4a00",
    CredentialState.REVOKED: "#98231c",
}


def certificate(credential: Credential, now: datetime) -> bytes:
    """Set the certificate for the wall, in the reader's language, as PDF; its code leads to what is true later."""
    inputs = {"sheet": printable(json.dumps(_sheet(credential, now), ensure_ascii=False))}
    when = int(credential.issued_at.timestamp())
    return set_pdf(DATA / "certificate.typ", inputs, language=reader().language, when=when)


def _sheet(credential: Credential, now: datetime) -> dict[str, object]:
    track, address = credential.track, issuing.address(credential)
    release = credential.release
    facts = [
        (_("Product"), f"{track.product.name} {release.version}" if release else track.product.name),
        (_("Kind of work"), localized(track.niche.names)),
        (_("Level"), _("%(level)s of 3") % {"level": track.level}),
        (_("Issued"), format_day(credential.issued_at)),
        (_("Valid until"), format_day(credential.valid_until)),
        (_("Number"), credential.reference),
    ]
    state = credential.state(now)
    if state is not CredentialState.VALID:
        facts.append((_("State"), str(state.label)))
    return {
        "title": _("Certificate of %(name)s") % {"name": credential.person.name},
        "vendor": issuing.issuer().name,
        "certifies": _("This certifies that"),
        "holder": credential.person.name,
        "passed": _("has passed"),
        "track": localized(track.names),
        "facts": facts,
        "code": code(address),
        "code_alt": _("A code that leads to %(address)s") % {"address": address},
        "scan": _("Scan to check it"),
        "address": address,
    }


def code(address: str) -> str:
    """Draw the QR code of an address, as SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=4, light="white", xmldecl=False)
    return drawn.getvalue().decode()


@cache
def picture(level: int) -> bytes:
    """Draw the picture of a badge, as PNG."""
    return set_picture(DATA / "badge.typ", {"level": str(level)}, pixels_per_inch=PIXELS_PER_INCH)


def drawn_badge(credential: Credential) -> str:
    """Draw the badge that carries the credential, as SVG; it says nothing that can become wrong."""
    until = _("Valid until %(day)s") % {"day": format_day(credential.valid_until)}
    return _badge(credential, until, TONES[CredentialState.VALID])


def live_badge(credential: Credential, now: datetime) -> str:
    """Draw the badge to embed elsewhere: it tells how the credential stands at `now`."""
    state = credential.state(now)
    if state is CredentialState.VALID:
        return drawn_badge(credential)
    return _badge(credential, str(state.label), TONES[state])


def _badge(credential: Credential, standing: str, tone: str) -> str:
    return render_template(
        "credentials/badge.svg", credential=credential, standing=standing, tone=tone, vendor=issuing.issuer().name
    )
