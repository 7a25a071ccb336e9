"""What pages and API of requests share: who calls, and what was sent."""

import re
import secrets

from flask import request
from flask_login import current_user

from marketplace.kernel.access import caller_id
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.storage import Upload, check_upload
from marketplace.kernel.translate import _
from marketplace.payments import queries as payments
from marketplace.payments import wording as wording_of_payments
from marketplace.support_requests.rules import MAX_FILES
from providers.profiles import queries as profiles
from providers.profiles.models import Member


def acting_member() -> Member:
    """Find the membership of whoever calls; the door has let in members only."""
    member = profiles.membership(reading(), caller_id())
    if member is None:
        raise NotFound
    return member


def form_key() -> str:
    """Give the key with which a form was shown, so that sending it twice has one effect; a new one if it has none."""
    key = request.form.get("form_key", "")
    return key if re.fullmatch("[0-9a-f]{32}", key) else new_form_key()


def new_form_key() -> str:
    """Make the key of a form that is shown now."""
    return secrets.token_hex(16)


def is_staff() -> bool:
    """Tell whether the caller works for the vendor."""
    return bool(current_user.is_staff)


def ways_to_pay() -> list[tuple[str, str]]:
    """Give the answers to how the caller pays; none where no card is saved."""
    return wording_of_payments.ways_to_pay(payments.cards_to_pay_with(reading(), caller_id(), utcnow()))


def sent_files(field: str = "files") -> list[Upload]:
    """Check the files that came with a form.

    Raises:
        InvalidInput: a file is not taken, or there are too many; names the field.
    """
    sent = [one for one in request.files.getlist(field) if one.filename]
    if len(sent) > MAX_FILES:
        raise InvalidInput({field: [_("Send at most %(n)d files at once.") % {"n": MAX_FILES}]})
    return [check_upload(one, field=field) for one in sent]
