"""What pages and API of requests share: who calls, and what was sent."""

import re
import secrets
from collections.abc import Mapping

from flask import request
from flask_login import current_user

from marketplace.insurance.rules import Need
from marketplace.jobs import queries, wording_of_cover
from marketplace.jobs.covering import cover_price
from marketplace.jobs.wording_of_cover import WaysToPay
from marketplace.kernel.access import caller_id
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.storage import Upload, check_upload
from marketplace.kernel.translate import _
from marketplace.payments import queries as payments
from marketplace.payments import wording as wording_of_payments
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import MAX_FILES


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


def ways_to_pay(support_request: SupportRequest, needs: Mapping[str, Need]) -> dict[str, WaysToPay]:
    """Tell how the caller, whose request it is, can pay some prices, by the names under which they are given."""
    if not needs:
        return {}
    now = utcnow()
    ways = queries.ways_to_cover(reading(), support_request, now)
    cards = wording_of_payments.ways_to_pay(payments.cards_to_pay_with(reading(), caller_id(), now))
    return {
        name: wording_of_cover.ways_to_pay(cover_price(ways, need, now), need.price, cards, now)
        for name, need in needs.items()
    }


def sent_files(field: str = "files") -> list[Upload]:
    """Check the files that came with a form.

    Raises:
        InvalidInput: a file is not taken, or there are too many; names the field.
    """
    sent = [one for one in request.files.getlist(field) if one.filename]
    if len(sent) > MAX_FILES:
        raise InvalidInput({field: [_("Send at most %(n)d files at once.") % {"n": MAX_FILES}]})
    return [check_upload(one, field=field) for one in sent]
