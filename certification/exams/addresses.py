"""From where candidates come, and where they find the images of their questions."""

import hashlib
import hmac

from flask import current_app, request, url_for

from certification.exams.commands import Traces
from certification.exams.models import AskedQuestion
from marketplace.accounts.rules import place_of


def traces() -> Traces:
    """Digest from where somebody comes, so that nobody can read it back."""
    browser = f"{request.user_agent.string} {request.accept_languages}"
    return Traces(_digest(place_of(request.remote_addr)), _digest(browser))


def _digest(text: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"exams {text}".encode(), hashlib.sha256).hexdigest()


def image_address(reference: str, asked: AskedQuestion, name: str) -> str:
    """Give the address of an image by its place among the others: its name could tell something."""
    names = sorted(asked.version.content.images)
    number = names.index(name) + 1 if name in names else 0
    return url_for("exams.image", reference=reference, position=asked.position, number=number)
