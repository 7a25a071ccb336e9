"""Papers as pages: for whom they are, in their language, and what is printed."""

import pytest

from marketplace.accounts.models import Person
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import languages, text_direction
from marketplace.papers import queries
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.papers import make_credit_note, make_receipt, make_sheet, make_statement, papers, taken_at_a_rate
from tests.factories.payments import make_hold
from tests.factories.profiles import make_provider

DETAILS = {"billing_name": "Rossi & Figli", "address": "Via Roma 1\r\n20121 Milano", "country": "IT"}


@pytest.fixture
def ada(app, client):
    """A browser in which a customer is signed in, with one receipt."""
    with transaction() as session:
        person = make_person(session, name="Ada")
        hold = make_hold(session, status="captured", captured_minor=4900)
        make_receipt(session, hold=hold, person_id=person.id)
    client.sign_in(person)
    return client


@pytest.mark.parametrize("language", languages())
def test_a_paper_is_in_the_language_in_which_it_was_issued_whoever_reads_it(life, client, customer, language):
    with transaction() as session:
        session.get_one(Person, customer.id).language = language
    taken_at_a_rate(life, 2100)
    with transaction() as session:
        staff = make_staff(session, "finance", language="en")
    client.sign_in(staff)
    [receipt] = papers()
    page = client.get(f"/papers/{receipt.number}").text
    assert f'lang="{language}"' in page
    assert f'dir="{text_direction(language)}"' in page.partition('<article class="paper')[2].partition(">")[0]
    assert receipt.content["title"] in page
    assert receipt.language == language
    for amount in (value for _label, value in receipt.content["totals"]):
        assert amount in page


def test_hostile_names_are_shown_and_never_obeyed(app, client):
    with transaction() as session:
        person = make_person(session)
        make_receipt(session, person_id=person.id, write=_hostile)
    client.sign_in(person)
    page = client.get("/papers/R-2026-000001").text
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def _hostile(number):
    return make_sheet(number, title="<script>alert(1)</script>")


def test_ones_own_papers_are_listed_with_a_way_to_each(ada):
    page = ada.get("/account/papers").text
    assert 'href="/papers/R-2026-000001"' in page
    assert "€49.00" in page
    assert 'href="/account/papers"' in ada.get("/account").text


def test_nobody_is_shown_the_papers_of_another(ada, client):
    with transaction() as session:
        client.sign_in(make_person(session))
    assert client.get("/papers/R-2026-000001").status_code == 404
    assert client.get("/papers/R-2026-000001.pdf").status_code == 404
    assert "R-2026-000001" not in client.get("/account/papers").text


def test_a_partners_papers_are_shown_to_its_members_and_to_no_other_partner(app, client):
    with transaction() as session:
        mine, other = make_provider(session), make_provider(session)
        make_statement(session, mine)
        people = [one.members[0].person for one in (mine, other)]
    answers = []
    for person in people:
        client.sign_in(person)
        answers.append([client.get(f"/papers/S-2026-000001{end}").status_code for end in ("", ".pdf")])
    assert answers == [[200, 200], [404, 404]]


@pytest.mark.parametrize(
    ("office", "status"), [("finance", 200), ("admin", 200), ("support", 404), ("certification", 404)]
)
def test_of_the_staff_only_finance_reads_papers(ada, client, office, status):
    with transaction() as session:
        client.sign_in(make_staff(session, office))
    assert client.get("/papers/R-2026-000001").status_code == status


@pytest.mark.parametrize("number", ["R-2026-000002", "X", "R-2026-000001.PDF", "%00", "R-2026-000001%20"])
def test_an_unknown_number_is_not_found(ada, number):
    assert ada.get(f"/papers/{number}").status_code == 404


def test_the_customer_finds_the_paper_on_the_page_of_the_request_and_the_partner_does_not(life, client, customer):
    life.accept()
    address = f"/requests/{life.reference}"
    client.sign_in(customer)
    assert 'href="/papers/R-2026-000001"' in client.get(address).text
    with transaction() as session:
        member = life.member(session).person
    client.sign_in(member)
    assert "R-2026-000001" not in client.get(address).text


def test_a_corrected_paper_leads_to_its_credit_notes(app, client):
    with transaction() as session:
        hold = make_hold(session, status="captured", captured_minor=4900, refunded_minor=4900)
        receipt = make_receipt(session, hold=hold)
        make_credit_note(session, receipt)
        client.sign_in(session.get_one(Person, hold.payer_id))
    assert 'href="/papers/C-2026-000001"' in client.get("/papers/R-2026-000001").text


def test_billing_details_are_kept_shown_changed_and_removed(ada):
    assert ada.post("/account/billing", data=DETAILS).headers["Location"] == "/account/papers"
    page = ada.get("/account/billing").text
    assert "Rossi &amp; Figli" in page
    assert "20121 Milano" in page
    assert "Rossi &amp; Figli" in ada.get("/account/papers").text
    ada.post("/account/billing", data={**DETAILS, "billing_name": "Bianchi"})
    assert "Bianchi" in ada.get("/account/papers").text
    ada.post("/account/billing/drop")
    assert "Bianchi" not in ada.get("/account/papers").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"billing_name": ""},
        {"billing_name": "x" * 101},
        {"billing_name": "two\nlines"},
        {"address": " "},
        {"address": "\n".join("1234567")},
        {"address": "x" * 501},
        {"address": "a\x00b"},
        {"country": "XX"},
        {"country": ""},
        {"vat_number": "x" * 21},
        {"vat_number": "IT12345670018"},
    ],
)
def test_odd_billing_details_are_refused_and_named(ada, wrong):
    answer = ada.post("/account/billing", data={**DETAILS, **wrong})
    assert answer.status_code == 422
    assert f'id="error-{next(iter(wrong))}"' in answer.text
    assert queries.billing_details(reading(), papers()[0].person_id) is None


def test_a_long_list_has_further_pages(app, client):
    with transaction() as session:
        person = make_person(session)
        for _number in range(31):
            make_receipt(session, person_id=person.id, now=NOON)
    client.sign_in(person)
    first = client.get("/account/papers").text
    assert "R-2026-000031" in first
    assert "R-2026-000001<" not in first
    older = first.partition('rel="next"')[2].partition('href="')[2].partition('"')[0]
    assert "R-2026-000001<" in client.get(older).text
