"""One effect, however often it is asked for."""

import pytest

from marketplace.kernel.idempotency import KeyUsedOtherwise, claim, fingerprint
from tests.factories import NOON
from tests.factories.accounts import make_person


@pytest.fixture
def person_id(session):
    """Somebody who asks."""
    return make_person(session).id


def test_the_second_claim_finds_what_came_of_the_first(session, person_id):
    first = claim(session, person_id=person_id, key="k", content=fingerprint("ask", 1), now=NOON)
    assert first.outcome == {}
    first.outcome = {"reference": "abc"}
    session.flush()
    again = claim(session, person_id=person_id, key="k", content=fingerprint("ask", 1), now=NOON)
    assert again.outcome == {"reference": "abc"}


def test_a_key_stands_for_one_content(session, person_id):
    claim(session, person_id=person_id, key="k", content=fingerprint("ask", 1), now=NOON)
    with pytest.raises(KeyUsedOtherwise):
        claim(session, person_id=person_id, key="k", content=fingerprint("ask", 2), now=NOON)


def test_people_do_not_share_keys(session, person_id):
    mine = claim(session, person_id=person_id, key="k", content=fingerprint("ask", 1), now=NOON)
    mine.outcome = {"reference": "abc"}
    other_id = make_person(session).id
    assert claim(session, person_id=other_id, key="k", content=fingerprint("ask", 1), now=NOON).outcome == {}


def test_the_order_of_a_forms_fields_does_not_matter():
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
