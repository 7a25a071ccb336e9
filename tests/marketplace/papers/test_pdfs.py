"""Papers as PDFs: their text can be read out of them, in any direction, and the same paper gives the same file."""

import io
from collections import Counter

import pypdf
import pytest

from marketplace.accounts.models import Person
from marketplace.kernel.database import transaction
from marketplace.kernel.translate import languages
from marketplace.papers import typesetting
from marketplace.papers.rules import Column, Grid, Party
from tests.factories.papers import make_receipt, make_sheet, papers, taken_at_a_rate

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Setting a paper asks no database.


def read(made):
    """Read a PDF."""
    return pypdf.PdfReader(io.BytesIO(made))


def text_of(made):
    """Give all text of a PDF."""
    return "\n".join(page.extract_text() for page in read(made).pages)


def said(sheet):
    """List all that stands on a sheet."""
    yield sheet["title"]
    for pair in (*sheet["facts"], *sheet["totals"]):
        yield from pair
    for party in sheet["parties"]:
        yield from (party["role"], *party["lines"])
    for grid in sheet["grids"]:
        yield from (grid["title"], *(one["label"] for one in grid["columns"]))
        for row in (*grid["rows"], grid["total"]):
            yield from row
    yield from sheet["notes"]


def letters(text):
    """Count the letters and figures of a text: a reader of PDFs may put Arabic words in another order."""
    return Counter(char for char in text if char.isalnum())


def issued(session, **sheet):
    """Issue a paper on which something stands."""
    language = sheet.pop("language", "en")
    return make_receipt(session, language=language, write=lambda number: make_sheet(number, **sheet))


@pytest.mark.parametrize("language", languages())
def test_all_that_a_paper_says_can_be_read_out_of_its_pdf(life, customer, language):
    with transaction() as session:
        session.get_one(Person, customer.id).language = language
    taken_at_a_rate(life, 2100)
    [receipt] = papers()
    made = typesetting.pdf_of(receipt)
    found = text_of(made)
    sheet = list(said(receipt.content))
    footer = f"{receipt.number} 1 / 1"
    assert letters(found) == letters("".join(sheet) + footer)
    if language != "ar":
        for text in (line for one in sheet for line in one.splitlines()):
            assert "".join(text.split()) in "".join(found.split())
    assert receipt.number in found


@on_sqlite
def test_arabic_words_are_read_as_they_are_written(session):
    receipt = issued(session, language="ar", title="فاتورة", notes=["المبلغ مدفوع من Rossi & Figli في 12 مارس"])
    found = text_of(typesetting.pdf_of(receipt))
    for word in ("فاتورة", "المبلغ", "مدفوع", "مارس", "Rossi & Figli", "12"):
        assert word in found


@on_sqlite
def test_the_same_paper_gives_the_same_file_and_says_what_it_is(session):
    receipt = issued(session, language="ar")
    made = typesetting.pdf_of(receipt)
    assert typesetting.pdf_of(receipt) == made
    reader = read(made)
    assert reader.metadata.title == f"Receipt {receipt.number}"
    assert reader.metadata.creation_date == receipt.issued_at
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.pages[0].mediabox.width < reader.pages[0].mediabox.height


@on_sqlite
def test_what_is_wide_lies_on_its_side(session):
    page = read(typesetting.pdf_of(issued(session, is_wide=True))).pages[0]
    assert page.mediabox.width > page.mediabox.height


@on_sqlite
def test_a_long_table_goes_on_with_its_headings_on_every_page(session):
    columns = [Column("Job"), Column("Price", is_number=True)]
    grid = Grid("Jobs", columns, [(f"Job {number}", "€1") for number in range(200)], ("Together", "€200"))
    pages = read(typesetting.pdf_of(issued(session, grids=[grid]))).pages
    assert len(pages) > 3
    assert all("Price" in page.extract_text() for page in pages[:-1])
    assert f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()


HOSTILE = (
    '#import "/etc/passwd"',
    '#read("paper.typ")',
    "$x$ *bold* _it_ @ref <label> // no",
    "<script>",
    "\\u{41}",
    "=1+1",
)


@on_sqlite
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_never_read_as_code(session, text):
    receipt = issued(session, title=text, parties=[Party("From", [text]), Party("To", [text])], notes=[text])
    found = "".join(text_of(typesetting.pdf_of(receipt)).split())
    assert found.count("".join(text.split())) == 4


@on_sqlite
@pytest.mark.parametrize(
    "name", ["日本語の名前", "नमस्ते", "שלום", "👍 Ada", "a\u0301\u0302\u0303", "\u202eevil", "x" * 100]
)
def test_a_name_in_any_script_is_no_reason_to_have_no_pdf(session, name):
    receipt = issued(session, parties=[Party("From", ["Lumentree"]), Party("To", [name])])
    assert len(read(typesetting.pdf_of(receipt)).pages) == 1
