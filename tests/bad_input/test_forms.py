"""Every form with bad input: it is shown again, says what is wrong, keeps what was typed, and changes nothing."""

import re
from html import unescape

import pytest

from marketplace.accounts import links
from marketplace.accounts.models import Person
from marketplace.kernel.database import reading
from tests.factories import HOUR
from tests.factories.forms import sent_to
from tests.plugins.world import NOW

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Bad input does not come as far as a database.

# Each form, who sends it, and what may not be left out of it.
FORMS = """
visitor       /sign-up                                     name email password language zone currency
visitor       /sign-in                                     email password
visitor       /forgot                                      email
visitor       /verify                                      badge
visitor       /reset/{link}                                password
customer      /account                                     name language zone currency
customer      /account/password                            current_password password
customer      /account/tokens                              token_name
customer      /requests/new/{category}                     title description language field-method
customer      /requests/new/{guided}                       title description language
customer      /requests/{wish}/times                       starts_at
customer      /requests/{booked}/move                      starts_at
customer      /requests/{draft}/edit                       title description language field-method
customer      /requests/{in_progress}/messages             body
partner       /requests/{in_progress}/messages             body
partner       /requests/{booked}/call-link
partner       /requests/{in_progress}/promise              next_update_minutes
partner       /requests/{in_progress}/resolve              cause fix
partner       /requests/{in_progress}/give-back            reason
partner       /requests/{in_progress}/extras               description price
partner       /requests/{capped}/time                      minutes note
customer      /requests/{matching}/cancel                  reason
customer      /requests/{resolved}/reopen                  reason
customer      /requests/{resolved}/dispute                 why statement asked
partner       /requests/{disputed}/dispute/answer          answer
support       /vendor/disputes/{disputed}                  back verdict
support       /vendor/money/payments/{in_progress_hold}/goodwill amount note
customer      /requests/{closed}/rating                    stars
partner       /requests/{closed}/customer-rating           stars
partner       /work/offers/{quoting_offer}/quote           kind price includes
partner       /work/offers/{quoting_offer}/decline         reason
partner       /work/offers/{offer}/accept
partner       /work/offers/{offer}/decline                 reason
partner       /work/getting-paid                           holder number
partner       /work/business                               legal_name address country
stranger      /apply/begin                                 name country capacity currency zone about_en
partner       /work/profile                                name country capacity about_en
partner       /work/break                                  day
partner       /work/languages                              language_0
partner       /work/hours                                  zone
partner       /work/hours/seasons/new                      first_day last_day
partner       /work/hours/seasons/{season}                 first_day last_day
partner       /work/hours/calendar
partner       /work/hours/calendars/address                name address
partner       /work/hours/absences/new                     first_day last_day
partner       /work/hours/absences/{absence}               first_day last_day
partner       /work/hours/holidays                         country
partner       /work/hours/holidays/region
partner       /work/hours/holidays/days
partner       /work/hours/sessions                         pause_minutes notice_hours
partner       /work/services/new                           niche layer kind price includes_en
partner       /work/services/{partner_service}             price includes_en
partner       /work/members                                email
partner       /work/members/{partner_mate}/role            role
partner       /work/members/{partner_mate}/hand-over       sure
partner       /work/members/{partner_owner}/jobs/{in_progress} to
rival         /work/application/conduct                    accepted
rival         /work/application/answer                     answer
certification /vendor/members/{partner_owner}/languages    judged what proven_on
certification /vendor/applications/{application}/ask       question
certification /vendor/applications/{application}/refuse    reason
finance       /vendor/money/payees/{barred}/by-hand        reason
customer      /cover/plans/{licensed_plan}                 licence
customer      /cover/policies/{policy}/cancel              when
customer      /cover/policies/{policy}/appeal              about statement
support       /vendor/cover/appeals/{appeal}               answer
support       /vendor/undelivered/{letter}                 reason
support       /vendor/providers/{partner}/suspend          reason
support       /vendor/providers/suspended/reinstate        reason
customer      /reviews/{review}/report                     reason
partner       /work/reviews/{review}/answer                answer
support       /vendor/reviews/{review_report}              status reason
support       /vendor/providers/{partner}/level            level reason
certification /vendor/certification/credentials/{partner_credential}/revoke reason
certification /vendor/certification/appeals/{revocation_appeal} decision answer
certification /vendor/certification/reviews/{reviewed}/void reason
certification /vendor/certification/signals/{signal}       note
certification /vendor/certification/allowances             email
certification /vendor/certification/allowances/{allowance}/end reason
certification /vendor/certification/people/{examinee}      track reason
certification /vendor/certification/questions/{graded_question}/regrade versions remedy reason
certification /vendor/certification/doubts/{doubt}          decision answer
certification /vendor/certification/exams/{exam_draft}     minutes pass_percent valid_days tries_max window_days
partner       /credentials/{revoked_credential}/appeal     statement
finance       /vendor/money/payouts/{payout}/paid          reference
finance       /vendor/money/refunds/{refund}/paid          reference
finance       /vendor/money/period-refunds/{period_refund}/paid  reference
finance       /vendor/money/chargebacks/{chargeback}       evidence
finance       /vendor/money/debts/{debt}                   reason
finance       /vendor/settings/tax                         taxed rate valid_from
finance       /vendor/settings/commission                  level percent valid_from
finance       /vendor/settings/commission/{payee}          valid_from
finance       /vendor/settings/reserve                     percent days jobs valid_from
certification /vendor/certification/banks/{track}/questions/new kind text
certification /vendor/certification/questions/{question}   text
finance       /vendor/cover/plans/new                      slug {promises}
finance       /vendor/cover/plans/{insured_plan}/versions  {promises}
"""
PROMISES = "currency interval price limit deductible waiting_days grace_days layers name_en terms_en"
LINES = FORMS.strip().replace("{promises}", PROMISES).splitlines()
ROWS = [(caller, path, needed) for caller, path, *needed in map(str.split, LINES)]
SECRET = {"password", "current_password"}
# What is chosen from a list: it has no text of its own in the page.
CHOSEN = {
    *("language", "zone", "country", "currency", "level", "timezone", "urgency_hours", "field-method", "version"),
    *(
        "stars",
        "next_update_minutes",
        "first_answer_minutes",
        "valid_hours",
        "kind",
        "cap_minutes",
        "why",
        "when",
        "about",
    ),
    *("interval", "layers", "categories", "language_0", "spoken_0", "niche", "layer", "accepted"),
}
VALUES = {
    ("/sign-up", "zone"): "Mars/Olympus",
    ("/sign-up", "language"): "tlh",
    ("/sign-up", "currency"): "XTS",
    ("/sign-up", "email"): "nobody",
    ("/sign-up", "password"): "1234567890",
    ("/sign-in", "email"): "nobody",
    ("/forgot", "email"): "a@b@c",
    ("/account", "zone"): "localtime",
    ("/account", "language"): "es-XX",
    ("/account", "country"): "XX",
    ("/account", "currency"): "eur",
    ("/account", "name"): "Ada\u202eExample",
    ("/account/password", "current_password"): "not the one",
    ("/requests/new/{category}", "language"): "tlh",
    ("/requests/new/{category}", "level"): "Z9",
    ("/requests/new/{category}", "timezone"): "Factory",
    ("/requests/new/{category}", "currency"): "XTS",
    ("/requests/new/{category}", "release"): "0.0",
    ("/requests/new/{category}", "urgency_hours"): "soon",
    ("/requests/new/{category}", "field-method"): "by magic",
    ("/requests/new/{guided}", "starts_at"): "tomorrow",
    ("/requests/new/{guided}", "starts_at "): "2026-03-10T13:00",  # Over.
    ("/requests/new/{guided}", "starts_at  "): "2026-03-10T14:00",  # Too soon.
    ("/requests/new/{guided}", "starts_at   "): "2026-05-10T15:00",  # Too far off.
    ("/requests/new/{guided}", "starts_at    "): "2026-03-13T15:07",  # Beside the quarters.
    ("/requests/new/{guided}", "starts_at     "): "2026-03-29T02:30",  # Skipped by the clocks of Madrid.
    ("/requests/new/{guided}", "starts_at      "): "2026-02-30T15:00",  # No day.
    ("/requests/new/{category}", "starts_at"): "2026-03-13T15:00",  # No session.
    ("/requests/{capped}/time", "minutes"): "0",
    ("/requests/{capped}/time", "minutes "): "1.5",
    ("/requests/{capped}/time", "minutes  "): "2401",
    ("/requests/{capped}/time", "minutes   "): "181",  # Above the cap.
    ("/requests/{capped}/time", "minutes    "): "-1",  # There is nothing to take back.
    ("/requests/{draft}/edit", "urgency_hours"): "0",
    ("/requests/{draft}/edit", "urgency_hours "): "169",
    ("/requests/{in_progress}/promise", "next_update_minutes"): "-1",
    ("/requests/{closed}/rating", "stars"): "six",
    ("/requests/{closed}/rating", "stars "): "6",
    ("/requests/{closed}/customer-rating", "stars"): "six",
    **{
        ("/requests/{in_progress}/extras", f"price{' ' * number}"): price
        for number, price in enumerate(("0", "-30", "thirty", "30.001", "1e9", "NaN", "Infinity", "99999999999"))
    },
    **{
        ("/vendor/settings/tax", f"rate{' ' * number}"): rate
        for number, rate in enumerate(("-1", "100.01", "21.005", "VAT", "NaN", "Infinity", "1e99999999"))
    },
    ("/vendor/settings/tax", "taxed"): "rain",
    ("/work/getting-paid", "number"): "DE89370400440532013001",
    ("/work/business", "country"): "XX",
    ("/work/business", "country "): "Spain",
    ("/work/business", "vat_number"): "B12345675",
    ("/work/business", "vat_number "): "DE123456788",
    ("/vendor/settings/tax", "country"): "XX",
    ("/vendor/settings/tax", "country "): "Spain",
    ("/vendor/settings/tax", "name_en"): "V" * 41,
    ("/vendor/settings/tax", "valid_from"): "2026-03-09",  # Over.
    ("/vendor/settings/tax", "valid_from "): "2031-12-01",  # Too far off.
    ("/vendor/settings/tax", "valid_from  "): "2026-02-30",
    ("/vendor/settings/tax", "valid_from   "): "tomorrow",
    ("/vendor/settings/tax", "may_be_reversed"): "yes",  # Of a sale.
    ("/vendor/settings/commission", "level"): "best",
    ("/vendor/providers/{partner}/level", "level"): "best",
    ("/vendor/reviews/{review_report}", "status"): "open",  # It is decided, one way or the other.
    **{
        (f"/vendor/settings/{page}", f"percent{' ' * number}"): percent
        for page in ("commission", "commission/{payee}", "reserve")
        for number, percent in enumerate(("-1", "101", "15.5", "many", "99999999999999999999"))
    },
    ("/vendor/settings/commission/{payee}", "valid_from"): "2025-03-10",
    ("/vendor/settings/reserve", "days"): "0",
    ("/vendor/settings/reserve", "days "): "181",
    ("/vendor/settings/reserve", "jobs"): "0",
    ("/vendor/settings/reserve", "jobs "): "1001",
    **{
        ("/work/offers/{quoting_offer}/quote", f"price{' ' * number}"): price
        for number, price in enumerate(("0", "-45", "much", "45.001", "1e9", "NaN", "Infinity", "99999999999"))
    },
    ("/work/offers/{quoting_offer}/quote", "kind"): "auction",
    ("/vendor/cover/plans/new", "slug"): "New Plan",
    ("/vendor/cover/plans/new", "slug "): "new",  # The address of this form.
    ("/vendor/cover/plans/new", "slug  "): "plán",
    ("/vendor/cover/plans/new", "currency"): "XTS",
    ("/vendor/cover/plans/new", "interval"): "week",
    ("/vendor/cover/plans/new", "price"): "0.49",  # Less than a card can be charged.
    ("/vendor/cover/plans/new", "price "): "free",
    ("/vendor/cover/plans/new", "limit"): "0",
    ("/vendor/cover/plans/new", "limit_hours"): "0",
    ("/vendor/cover/plans/new", "limit_hours "): "1001",
    ("/vendor/cover/plans/new", "deductible"): "1000",  # Nothing would ever be covered.
    ("/vendor/cover/plans/new", "deductible "): "-1",
    ("/vendor/cover/plans/new", "claim_limit"): "1000.01",
    ("/vendor/cover/plans/new", "claim_limit "): "0",
    ("/vendor/cover/plans/new", "waiting_days"): "366",
    ("/vendor/cover/plans/new", "grace_days"): "61",
    ("/vendor/cover/plans/new", "layers"): "kernel",
    ("/vendor/cover/plans/new", "categories"): "volcanoes",
    ("/vendor/cover/plans/new", "needs_licence"): "perhaps",
    ("/vendor/cover/plans/new", "step"): "jump",
    ("/vendor/cover/plans/new", "name_es"): "N" * 81,
    ("/work/offers/{quoting_offer}/quote", "kind "): "session",
    ("/work/offers/{quoting_offer}/quote", "cap_minutes"): "120",  # With a fixed price.
    ("/work/offers/{quoting_offer}/quote", "cap_minutes "): "29",
    ("/work/offers/{quoting_offer}/quote", "first_answer_minutes"): "0",
    ("/work/offers/{quoting_offer}/quote", "valid_hours"): "0",
    ("/work/offers/{quoting_offer}/quote", "valid_hours "): "337",
    ("/cover/plans/{licensed_plan}", "version"): "first",
    ("/cover/policies/{policy}/appeal", "about"): "the weather",
    ("/cover/policies/{policy}/appeal", "about "): "claim-1",  # Of somebody else, or of nobody.
    ("/cover/policies/{policy}/appeal", "about  "): "claim-99999999999999999999",
    ("/vendor/certification/appeals/{revocation_appeal}", "decision"): "perhaps",
    ("/vendor/certification/people/{examinee}", "extra_percent"): "201",
    ("/vendor/certification/people/{examinee}", "extra_percent "): "some",
    ("/vendor/certification/people/{examinee}", "extra_percent  "): "25",  # Holds already.
    ("/vendor/certification/people/{examinee}", "may_try"): "perhaps",
    ("/vendor/certification/people/{examinee}", "try_from"): "soon",
    ("/vendor/certification/doubts/{doubt}", "decision"): "perhaps",
    ("/vendor/certification/questions/{graded_question}/regrade", "versions"): "first",
    ("/vendor/certification/questions/{graded_question}/regrade", "versions "): "3",  # Never asked.
    ("/vendor/certification/questions/{graded_question}/regrade", "remedy"): "magic",
    ("/vendor/certification/questions/{graded_question}/regrade", "fallback"): "magic",
    **{
        ("/vendor/certification/exams/{exam_draft}", name): text
        for name, text in {
            "minutes": "4",
            "minutes ": "481",
            "pass_percent": "0",
            "pass_percent ": "101",
            "valid_days": "29",
            "waits_days": "soon",
            "waits_days ": "731",
            "tries_max": "0",
            "window_days": "0",
            "questions_1": "0",
            "questions_1 ": "half",
            "trial_questions": "-1",
            "topic_1": "T" * 256,
            "difficulty_1": "odd",
            "release_id": "newest",
            "is_reviewed": "perhaps",
        }.items()
    },
    ("/cover/policies/{policy}/cancel", "when"): "yesterday",
    ("/cover/policies/{policy}/cancel", "when "): "now",  # What goes back was not looked at.
    ("/work/offers/{offer}/accept", "first_answer_minutes"): "1.5",
    ("/work/offers/{offer}/decline", "reason"): "because",
    ("/apply/begin", "currency"): "XTS",
    ("/apply/begin", "zone"): "Mars/Olympus",
    ("/apply/begin", "country"): "XX",
    ("/work/profile", "name"): "Nia\u202eHelps",
    ("/work/profile", "capacity"): "0",
    ("/work/profile", "capacity "): "51",
    ("/work/profile", "about_es"): "A" * 2001,
    ("/work/profile", "daily_capacity"): "0",
    ("/work/profile", "daily_capacity "): "many",
    ("/work/profile", "accepts_cover"): "perhaps",
    ("/work/break", "day"): "2026-03-10",  # Today.
    ("/work/break", "day "): "2027-03-12",
    ("/work/break", "day  "): "9999-12-31",
    ("/work/break", "day   "): "0001-01-01",
    ("/work/break", "day    "): "soon",
    ("/work/languages", "language_0"): "klingon",
    ("/work/languages", "language_1"): "es",  # Named already.
    ("/work/languages", "spoken_0"): "D1",
    ("/work/languages", "written_1"): "D1",
    ("/work/hours", "from_0_1"): "24:00",
    ("/work/hours", "from_0_1 "): "9",
    ("/work/hours", "to_0_1"): "soon",
    ("/work/hours", "from_0_1  "): "٠٩:٠٠",
    ("/work/hours/seasons/new", "last_day"): "2026-06-30",  # Before the first.
    ("/work/hours/seasons/new", "first_day"): "1999-12-31",
    ("/work/hours/seasons/{season}", "last_day"): "31 August",
    ("/work/hours/calendar", "with_hours"): "perhaps",
    ("/work/hours/calendars/address", "name"): "A" * 61,
    ("/work/hours/calendars/address", "address"): "http://calendar.example.test/secret.ics",
    ("/work/hours/calendars/address", "address "): "https://me:secret@calendar.example.test/",
    ("/work/hours/calendars/address", "address  "): f"https://calendar.example.test/{'a' * 2000}",
    ("/work/hours/calendars/address", "address   "): "https://[::1/",
    ("/work/hours/absences/new", "last_day"): "2026-07-31",  # Before the first.
    ("/work/hours/absences/new", "first_day"): "2100-01-01",
    ("/work/hours/absences/new", "stand_in"): "0",
    ("/work/hours/absences/new", "stand_in "): "99999999999",
    ("/work/hours/absences/new", "stand_in  "): "Bo",
    ("/work/hours/absences/{absence}", "stand_in"): "1",  # Oneself.
    ("/work/hours/absences/{absence}", "last_day"): "soon",
    ("/work/hours/holidays", "country"): "XX",
    ("/work/hours/holidays", "country "): "es",
    ("/work/hours/holidays/region", "region"): "BY",  # Of another country.
    ("/work/hours/holidays/days", "days"): "2026-04-02",  # No holiday.
    ("/work/hours/holidays/days", "days "): "2026-01-06",  # Over.
    ("/work/hours/holidays/days", "days  "): "Easter",
    ("/requests/{wish}/times", "starts_at"): "tomorrow",
    ("/requests/{wish}/times", "starts_at "): "2026-03-10T13:00Z",  # Too soon.
    ("/requests/{wish}/times", "starts_at  "): "2026-03-13T14:07Z",
    ("/requests/{booked}/move", "starts_at"): "tomorrow",
    ("/requests/{booked}/move", "starts_at "): "2026-03-10T13:00Z",  # Too soon.
    ("/requests/{booked}/call-link", "call_link"): "http://meet.example/room",
    ("/work/hours/sessions", "call_link"): "https://ana:secret@meet.example",
    ("/work/hours/sessions", "pause_minutes"): "241",
    ("/work/hours/sessions", "pause_minutes "): "-5",
    ("/work/hours/sessions", "notice_hours"): "337",
    ("/work/hours/sessions", "notice_hours "): "soon",
    ("/work/services/new", "niche"): "volcanoes",
    ("/work/services/new", "layer"): "kernel",
    ("/work/services/new", "kind"): "auction",
    **{
        ("/work/services/{partner_service}", f"price{' ' * number}"): price
        for number, price in enumerate(("0", "-45", "much", "45.001", "1e9", "NaN", "Infinity", "99999999999"))
    },
    ("/work/services/new", "cap_minutes"): "29",
    ("/work/services/new", "session_minutes"): "481",
    ("/work/members", "email"): "nobody",
    ("/work/members/{partner_mate}/role", "role"): "owner",  # The business itself is handed over.
    ("/work/members/{partner_mate}/role", "role "): "king",
    ("/work/members/{partner_mate}/hand-over", "sure"): "no",
    ("/work/members/{partner_owner}/jobs/{in_progress}", "to"): "0",
    ("/work/members/{partner_owner}/jobs/{in_progress}", "to "): "somebody",
    ("/work/application/conduct", "accepted"): "no",
}


@pytest.fixture
def visits(visits):
    """The world, with a link to choose a new password."""
    customer = reading().get_one(Person, visits.world.people["customer"].id)
    visits.world.names["link"] = links.make(links.Purpose.RESET, customer, until=NOW + HOUR)
    reading().rollback()
    return visits


def each(rows=ROWS):
    return pytest.mark.parametrize(("caller", "path", "needed"), rows, ids=[f"{who} {path}" for who, path, _ in rows])


def form_of(path):
    """Give the fields that the form would be taken with."""
    return sent_to("/reset/forged" if path == "/reset/{link}" else path)


def refused(visits, caller, path, fields, wrong):
    """Send a form; it must be shown again and name `wrong`, and nothing may have changed."""
    before = visits.dump()
    answer = visits.ask(caller, "POST", path, data=fields)
    assert answer.status_code == 422, f"{wrong}: {answer.status}"
    assert "error-summary" in answer.text, f"{wrong}: no summary"
    line = re.search(rf'<a href="#(field-{re.escape(wrong)}(?:-[a-z]+)?(?:-\d+)?)">(<bdi>.+?</bdi> – )?', answer.text)
    assert line, f"{wrong} is not named"
    assert line[2] or f'id="{line[1]}"' not in answer.text, f"{wrong} is not called by its label"
    assert visits.dump() == before, f"{wrong} changed something"
    return unescape(answer.text)


@on_sqlite
@each()
def test_a_good_form_is_taken(visits, caller, path, needed):
    answer = visits.ask(caller, "POST", path, data=form_of(path))
    assert answer.status_code in {200, 302}, answer.text
    assert "error-summary" not in answer.text


@on_sqlite
@each([row for row in ROWS if row[2]])
def test_what_is_missing_is_named(visits, caller, path, needed):
    for name in needed:
        fields = {**form_of(path), name: "" if name in SECRET else "  "}
        page = refused(visits, caller, path, fields, name)
        kept = {one: value for one, value in fields.items() if one not in SECRET | CHOSEN | {name}}
        assert [one for one, value in kept.items() if value not in page] == [], "what was typed is kept"
    for name in needed:
        refused(visits, caller, path, {}, name)


@on_sqlite
@each()
def test_what_is_too_long_or_no_text_is_named(visits, caller, path, needed):
    for name in form_of(path):
        for text in ("x" * 30_000, "NUL \x00 here"):
            if name != "version":
                refused(visits, caller, path, {**form_of(path), name: text}, name)


@on_sqlite
@each()
def test_a_field_that_nobody_asked_for_is_refused(visits, caller, path, needed):
    # The book has a form for each payout, all with one field; whatever is wrong is told there.
    told_at = "reference" if path.endswith("/paid") else "is_admin"
    refused(visits, caller, path, {**form_of(path), "is_admin": "yes"}, told_at)


@on_sqlite
@pytest.mark.parametrize(("path", "name"), VALUES, ids=[f"{path} {name}" for path, name in VALUES])
def test_a_value_that_nobody_knows_is_named(visits, path, name):
    caller = next(who for who, same, _needed in ROWS if same == path)
    refused(visits, caller, path, {**form_of(path), name.strip(): VALUES[path, name]}, name.strip())


@on_sqlite
@pytest.mark.parametrize(
    ("caller", "path", "fields"),
    [
        ("visitor", "/confirm", {"email": "nobody"}),
        ("visitor", "/confirm", {}),
        ("visitor", "/language", {"language": "tlh"}),
        ("visitor", "/language", {}),
        ("customer", "/language", {"language": "\x00"}),
        ("visitor", "/theme", {"theme": "pink"}),
        ("customer", "/requests/{draft}/submit", {}),
        ("customer", "/requests/{draft}/submit", {"mode": "auction"}),
        ("customer", "/requests/{draft}/submit", {"mode": "chosen"}),
        ("customer", "/requests/{draft}/submit", {"mode": "chosen", "provider": "suspended"}),
        ("customer", "/requests/{draft}/submit", {"mode": "chosen", "provider": "the-vendor"}),
        *(
            ("customer", "/requests/{draft}/submit", {"mode": "best_fit", "ceiling": ceiling})
            for ceiling in ("", "0", "-60", "sixty", "60.001", "1e9", "NaN", "Infinity", "99999999999", "6\x000")
        ),
    ],
)
def test_a_form_without_a_page_of_its_own_says_so_too(visits, caller, path, fields):
    before = visits.dump()
    answer = visits.ask(caller, "POST", path, data=fields)
    assert answer.status_code == 422
    assert visits.dump() == before


@on_sqlite
def test_a_limit_below_every_price_names_the_lowest(visits):
    answer = visits.ask("customer", "POST", "/requests/{draft}/submit", data={"mode": "best_fit", "ceiling": "10"})
    assert answer.status_code == 409
    assert "€49" in answer.text
