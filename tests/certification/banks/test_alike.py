"""Questions that ask nearly the same: found in other words, and told from those that only look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from certification.banks.alike import NEARLY_THE_SAME, likeness, nearly_the_same

SAME = [
    ("Which port does HTTPS use?", "Which port does HTTPS use by default?"),
    ("What is the default port of HTTPS?", "What's the default port for HTTPS?"),
    ("How do you roll back a failed upgrade?", "How would you roll back an upgrade that failed?"),
    ("A customer's uploads stop at 2 MB. What do you check first?", "Uploads stop at 2 MB: what do you check first?"),
    ("Which file holds the settings of the web server?", "In which file are the settings of the web server?"),
    ("¿Qué puerto usa HTTPS?", "¿Qué puerto usa HTTPS normalmente?"),
    ("<p>Which <b>port</b> does HTTPS use?</p>", "which PORT does https use"),
    ("HTTPSはどのポートを使いますか", "HTTPSはどのポートを使いますか？普通は"),
]
OTHER = [
    ("Which port does HTTPS use?", "Which port does SSH use on the old server?"),
    ("Which file holds the settings of the web server?", "Which command restarts the database?"),
    ("How do you roll back a failed upgrade?", "How do you renew a licence?"),
    ("What is a cron job?", "What is a reverse proxy?"),
    ("When do you refuse to restore a backup?", "When do you give money back?"),
    ("هل يعمل الخادم؟", "كم عدد النسخ الاحتياطية؟"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_words_is_found(one, other):
    assert likeness(one, other) >= NEARLY_THE_SAME, likeness(one, other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_only_looks_alike_is_left_alone(one, other):
    assert likeness(one, other) < NEARLY_THE_SAME, likeness(one, other)


@given(some.text(), some.text())
def test_it_is_symmetric_and_a_share(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@given(some.text())
def test_everything_is_like_itself(text):
    assert likeness(text, text) == 1


def test_the_likest_come_first_in_whatever_language():
    known = [
        (1, "A", {"en": "Which port does HTTPS use by default?"}),
        (2, "B", {"es": "¿Qué puerto?", "en": "Which port does HTTPS use?"}),
        (3, "C", {"en": "How do you renew a licence?"}),
        (4, "D", {}),
    ]
    assert [one.name for one in nearly_the_same("which port does https use", known)] == ["B", "A"]
    assert nearly_the_same(" ?! ", known) == []
