"""What people and programs send: for each route something that would be taken from whoever may send it."""

from io import BytesIO

from certification.exams.rules import HONESTY_VERSION
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
QUOTE = {"includes": "A backup, the repair and a test.", "first_answer_minutes": "60", "valid_hours": "48"}
SETTINGS = {"name": "Ada Example", "language": "en", "zone": "Europe/Madrid", "currency": "EUR"}

PLAN = {
    "currency": "EUR",
    "interval": "year",
    "price": "119",
    "limit": "1000",
    "limit_hours": "10",
    "deductible": "25",
    "claim_limit": "400",
    "waiting_days": "14",
    "grace_days": "7",
    "layers": "application",
    "categories": "uploads-stop",
    "name_en": "Careful",
    "terms_en": "We pay what certified help costs.",
}

QUESTION = {"kind": "multichoice", "text": "Which?", "answer-1": "A", "grade-1": "100", "answer-2": "B"}
PROFILE = {"name": "Nia Helps", "country": "ES", "capacity": "4", "about_en": "Uploads are what I do best."}
HOURS = {"from_0_1": "08:15", "to_0_1": "16:45"}
SERVICE = {"price": "49.90", "includes_en": "One problem, solved and explained."}

# What is sent, by the end of the address; always something that would be taken from whoever may send it.
# What stands in the form of an exam's draft.
EXAM = {
    "topic_1": "Basics",
    "questions_1": "3",
    "minutes": "45",
    "pass_percent": "80",
    "valid_days": "365",
    "waits_days": "1, 14",
    "tries_max": "5",
    "window_days": "90",
}

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
    "/account/billing": {"billing_name": "Ada Example", "address": "Calle Mayor 1", "country": "ES"},
    "/requests/new/{category}": {**REQUEST, "field-method": "zip"},
    "/api/v1/requests/{booked}/call-link": {"call_link": "https://meet.example/room"},
    "/requests/{booked}/call-link": {"call_link": "https://meet.example/room"},
    "/requests/{wish}/times": {"starts_at": "2026-03-13T14:00Z"},
    "/requests/{booked}/move": {"starts_at": "2026-03-16T14:00Z"},
    "/api/v1/requests/{booked}/moves": {"starts_at": "2026-03-16T14:00Z"},
    "/requests/new/{guided}": {**REQUEST, "starts_at": "2026-03-13T15:00"},
    "/requests/{draft}/edit": {**REQUEST, "field-method": "zip", "version": "1"},
    "/submit": {"mode": "best_fit", "ceiling": "60"},
    "/messages": {"body": "Any news?"},
    "/promise": {"next_update_minutes": "60"},
    "/resolve": {"cause": "The disk was full.", "fix": "Old previews were removed."},
    "/extras": {"description": "The thumbnails are broken as well.", "price": "30"},
    "/extras/2/decline": {},
    "/moves/1/decline": {},
    "/api/v1/cards/{card}/renewals": {"allowed": False},
    "/give-back": REASON,
    "/time": {"minutes": "20", "note": "Read the log."},
    "/cancel": REASON,
    "/reopen": REASON,
    "/suspend": REASON,
    "/reinstate": REASON,
    "/revoke": REASON,
    "/rating": {"stars": "5"},
    "/work/reviews/{review}/answer": {"answer": "We have learned from it."},
    "/reviews/{review}/report": REASON,
    "/vendor/reviews/{review_report}": {"status": "hidden", "reason": "It names somebody."},
    "/customer-rating": {"stars": "4"},
    "/accept": {"first_answer_minutes": "60"},
    "/decline": {"reason": "no_time"},
    "/choose": {"quote": "1"},  # The first that there is.
    "/quote": {**QUOTE, "kind": "incident", "price": "45"},
    "/api/v1/offers/{quoting_offer}/quote": {**QUOTE, "terms": {"price": {"amount": 4500, "currency": "EUR"}}},
    "/paid": {"reference": "HR-1"},
    "/requests/{resolved}/dispute": {"why": "not_solved", "statement": "It broke again.", "asked": "20"},
    "/api/v1/requests/{resolved}/dispute": {"reason": "not_solved", "statement": "It broke again.", "asked": "20"},
    "/dispute/answer": {"answer": "It was another disk."},
    "/vendor/disputes/{disputed}": {"back": "20", "verdict": "Both are a little right."},
    "/dispute/decide": {"back": "20", "verdict": "Both are a little right."},
    "/vendor/money/chargebacks/{chargeback}": {"evidence": "The customer confirmed the solution."},
    "/vendor/money/debts/{debt}": REASON,
    "/work/getting-paid": {"holder": "Bo Helps", "number": "DE89370400440532013000"},
    "/work/business": {"legal_name": "Bo Helps GmbH", "address": "Am Markt 1", "country": "ES"},
    "/apply/begin": {**PROFILE, "currency": "EUR", "zone": "Europe/Madrid"},
    "/work/profile": PROFILE,
    "/work/profile/photo": {},  # The file is missing.
    "/work/break": {"day": "2026-03-20"},
    "/work/languages": {"language_0": "es", "spoken_0": "native", "written_0": "native"},
    "/work/hours": {"zone": "Europe/Madrid", **HOURS},
    "/work/hours/seasons/new": {"first_day": "2026-07-01", "last_day": "2026-08-31", **HOURS},
    "/work/hours/seasons/{season}": {"first_day": "2026-05-01", "last_day": "2026-05-31", **HOURS},
    "/work/hours/calendar": {"with_hours": "yes"},
    "/work/hours/sessions": {"pause_minutes": "15", "notice_hours": "24", "call_link": "https://meet.example/me"},
    "/work/hours/calendars/file": {"name": "Family"},  # The file is missing.
    "/work/hours/calendars/address": {"name": "Family", "address": "https://127.0.0.1/"},  # Kept, and never asked.
    "/work/hours/absences/new": {"first_day": "2026-08-01", "last_day": "2026-08-14", "note": "By the sea."},
    "/work/hours/absences/{absence}": {"first_day": "2026-08-01", "last_day": "2026-08-14"},
    "/work/hours/holidays": {"country": "DE"},
    "/work/hours/holidays/region": {"region": "CT"},
    "/work/hours/holidays/days": {"days": "2026-04-03"},  # Good Friday, in Spain.
    "/work/services/new": {**SERVICE, "niche": "uploads", "layer": "platform", "kind": "incident"},
    "/work/services/{partner_service}": SERVICE,
    "/work/members/{partner_mate}/role": {"role": "finance"},
    "/work/members/{partner_mate}/hand-over": {"sure": "yes"},
    "/work/members/{partner_owner}/jobs/{in_progress}": {"to": "2"},  # The partner's colleague.
    "/work/members": {"email": "new@example.test", "role": "finance"},
    "/api/v1/invitations": {"email": "new@example.test", "role": "finance"},
    "/vendor/members/{partner_owner}/languages": {
        "judged": "en:written:C1",
        "what": "A diploma, seen as paper",
        "proven_on": "2026-03-01",
    },
    "/work/application/conduct": {"accepted": "yes"},
    "/work/application/answer": {"answer": "In Cádiz, by the sea."},
    "/ask": {"question": "Where do you work?"},
    "/refuse": REASON,
    "/by-hand": REASON,
    "/vendor/undelivered/{letter}": REASON,
    "/vendor/undelivered/{call}": REASON,
    "/level": {"level": "leading", **REASON},
    "/vendor/certification/banks/{track}/move": {"questions": "1", "action": "put_live"},  # The first that there is.
    "/import": {"text": "What is 1 + 1? {=2 ~3}", "language": "en"},
    "/import/none": {"file_format": "gift", "language": "en"},
    "/questions/new": QUESTION,
    "/vendor/certification/questions/{question}": {**QUESTION, "seen": "1"},
    "/translations/es": {"seen": "1", "words-1": "¿Cuál?"},
    "/vendor/certification/questions/{question}/images": {"seen": "1", "alt": "A window"},  # The file is missing.
    "/images/window.png/remove": {"seen": "1"},
    "/images/none/remove": {"seen": "1"},
    "/vendor/certification/questions/{question}/move": {"action": "try"},
    "/vendor/certification/exams/{exam_draft}": EXAM,
    "/angoff/cut": {"seen": "70"},
    "/vendor/certification/signals/{signal}": {"note": "A colleague of mine saw them."},
    "/vendor/certification/allowances": {"email": "partner@example.test"},
    "/vendor/certification/allowances/{allowance}/end": REASON,
    "/vendor/certification/people/{examinee}": {"track": "taken", "extra_percent": "50", **REASON},
    "/regrade": {"versions": "1", "remedy": "full_marks", "fallback": "full_marks", "reason": "Nobody could know."},
    "/vendor/certification/doubts/{doubt}": {"decision": "keep", "answer": "They could not know."},
    "/vendor/certification/doubts/0": {"decision": "keep", "answer": "They could not know."},
    "/vendor/settings/tax": {"taxed": "sale", "rate": "21", "name_en": "VAT", "valid_from": "2026-03-11"},
    "/vendor/settings/commission": {"level": "new", "percent": "20", "valid_from": "2026-03-11"},
    "/vendor/settings/commission/{payee}": {"percent": "12", "valid_from": "2026-03-11"},
    "/vendor/settings/reserve": {"percent": "20", "days": "30", "jobs": "5", "valid_from": "2026-03-11"},
    "/vendor/cover/plans/new": {**PLAN, "slug": "careful"},
    "/vendor/cover/plans/{insured_plan}/versions": PLAN,
    "/vendor/cover/plans/{insured_plan}/place": {"is_earlier": "yes"},
    "/vendor/cover/plans/{insured_plan}/sale": {"is_on_sale": "no"},
    "/goodwill": {"amount": "10", "note": "They waited for two weeks."},
    "/cover/plans/{insured_plan}": {"version": "1"},  # The first that there is,
    "/cover/plans/{licensed_plan}": {"version": "3", "licence": "LT-2041"},  # and the third.
    "/cover/policies/{policy}/cancel": {"when": "end"},
    "/cover/policies/{policy}/change": {"version": "2"},
    "/verify": {"badge": "{}"},
    "/cover/policies/{policy}/appeal": {"about": "waiting", "statement": "The fault was there before."},
    "/credentials/{revoked_credential}/appeal": {"statement": "I wrote these answers myself."},
    "/vendor/certification/appeals/{revocation_appeal}": {"decision": "give_back", "answer": "You are right."},
    "/marks/1": {"percent-1": "50"},
    "/void": REASON,
    "/attempts": {"honesty": HONESTY_VERSION},
    "/attempts/{attempt}/submit": {},
    "/questions/1": {"sequence": "1", "then": "stay"},
    "/api/v1/attempts/{attempt}/answers/1": {"sequence": 1},
    "/vendor/cover/appeals/{appeal}": {"answer": "The terms say 14 days; we give you half of it back."},
    "/api/v1/policies": {"plan": "steady", "licence": "LT-2041"},
    "/api/v1/policies/{policy}/cancel": {"when": "end"},
    "/api/v1/requests": {**REQUEST, "category": "uploads-stop", "fields": {"method": "zip"}},
    "/api/v1/requests/{draft}/submit": {},
    "/api/v1/requests/{resolved}/confirm": {},
}

# Numbers, which JSON writes as such.
NUMBERS = ("stars", "minutes", "next_update_minutes", "first_answer_minutes", "valid_hours", "quote", "urgency_hours")

# Amounts, which JSON writes in minor units.
AMOUNTS = ("price", "asked", "back")


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
