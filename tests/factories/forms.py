"""What people and programs send: for each route something that would be taken from whoever may send it."""

from io import BytesIO

from tests.factories.world import PASSWORD, PNG

REASON = {"reason": "Somebody must know why."}
REQUEST = {
    "title": "Uploads stop",
    "description": "No picture arrives.",
    "language": "en",
    "level": "B1",
    "timezone": "Europe/Madrid",
    "urgency_hours": "24",
    "currency": "EUR",
}
SETTINGS = {"name": "Ada Example", "language": "en", "zone": "Europe/Madrid", "currency": "EUR"}

# What is sent, by the end of the address; always something that would be taken from whoever may send it.
SENT = {
    "/language": {"language": "en"},
    "/theme": {"theme": "dark"},
    "/sign-up": {**SETTINGS, "email": "new@example.test", "password": PASSWORD},
    "/confirm": {"email": "customer@example.test"},
    "/forgot": {"email": "customer@example.test"},
    "/sign-in": {"email": "customer@example.test", "password": PASSWORD},
    "/reset/forged": {"password": PASSWORD},
    "/account": SETTINGS,
    "/account/password": {"current_password": PASSWORD, "password": "quite another sentence"},
    "/account/tokens": {"token_name": "A script"},
    "/requests/new/{category}": {**REQUEST, "field-method": "zip"},
    "/requests/new/{guided}": {**REQUEST, "starts_at": "2026-03-13T15:00"},
    "/requests/{draft}/edit": {**REQUEST, "field-method": "zip", "version": "1"},
    "/submit": {"mode": "best_fit", "ceiling": "60"},
    "/messages": {"body": "Any news?"},
    "/promise": {"next_update_minutes": "60"},
    "/resolve": {"cause": "The disk was full.", "fix": "Old previews were removed."},
    "/extras": {"description": "The thumbnails are broken as well.", "price": "30"},
    "/extras/2/decline": {},
    "/give-back": REASON,
    "/time": {"minutes": "20", "note": "Read the log."},
    "/cancel": REASON,
    "/reopen": REASON,
    "/suspend": REASON,
    "/reinstate": REASON,
    "/revoke": REASON,
    "/rating": {"stars": "5"},
    "/accept": {"first_answer_minutes": "60"},
    "/decline": {"reason": "no_time"},
    "/paid": {"reference": "HR-1"},
    "/vendor/money/chargebacks/{chargeback}": {"evidence": "The customer confirmed the solution."},
    "/vendor/money/debts/{debt}": REASON,
    "/api/v1/requests": {**REQUEST, "category": "uploads-stop", "fields": {"method": "zip"}},
    "/api/v1/requests/{draft}/submit": {},
    "/api/v1/requests/{resolved}/confirm": {},
}

# Numbers, which JSON writes as such.
NUMBERS = ("stars", "minutes", "next_update_minutes", "first_answer_minutes", "urgency_hours")

# Amounts, which JSON writes in minor units.
AMOUNTS = ("price",)


def sent_to(path):
    """Give the fields of a form, or of a call of the API."""
    ends = sorted((end for end in SENT if path.endswith(end)), key=len)
    found = SENT[ends[-1]] if ends else {}
    if not path.startswith("/api/"):
        return dict(found)
    return {name: _in_json(name, value) for name, value in found.items()}


def _in_json(name, value):
    if name in AMOUNTS:
        return {"amount": 100 * int(value), "currency": "EUR"}
    return int(value) if name in NUMBERS else value


def body_of(method, path):
    """Give what is sent to a route: a form, JSON, or a file."""
    if method == "GET":
        return {}
    if path.endswith("/files"):
        return {"data": {"files": (BytesIO(PNG), "window.png")}}
    fields = sent_to(path)
    return {"json" if path.startswith("/api/") else "data": fields} if fields else {}
