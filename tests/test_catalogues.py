"""Every catalogue is finished. That nothing is missing from it is what `dev.py translate --check` tells."""

import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po

import dev

CATALOGUES = sorted(dev.TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
TEMPLATE = dev.TRANSLATIONS / "messages.pot"


def read(path, locale=None):
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request):
    """Read each catalogue in turn."""
    return read(request.param, locale=request.param.parts[-3])


def messages(catalogue):
    """List what there is to translate, without the header."""
    return [message for message in catalogue if message.id]


def texts(value):
    """See one text or several plural forms as several."""
    return [value] if isinstance(value, str) else list(value)


def tags(text):
    """Count the tags in a text."""
    return Counter(re.findall(r"</?\w+", text))


def gaps(text):
    """Name the gaps in a text, such as `%(name)s`."""
    return set(re.findall(r"%\(\w+\)[a-z]", text))


def test_spanish_and_arabic_are_spoken():
    assert {"ar", "es"} <= {path.parts[-3] for path in CATALOGUES}


def test_the_template_is_as_new_as_the_catalogues(catalogue):
    assert {message.id for message in messages(read(TEMPLATE))} == {message.id for message in messages(catalogue)}


def test_every_message_is_translated(catalogue):
    assert [message.id for message in messages(catalogue) if message.fuzzy or not all(texts(message.string))] == []


def test_every_plural_form_is_there(catalogue):
    plurals = [message for message in messages(catalogue) if message.pluralizable]
    assert [message.id for message in plurals if len(message.string) != catalogue.num_plurals] == []


def test_a_sentence_has_the_gaps_and_tags_of_the_original(catalogue):
    single = [message for message in messages(catalogue) if not message.pluralizable]
    for message in single:
        assert (gaps(message.string), tags(message.string)) == (gaps(message.id), tags(message.id)), message.id


def test_a_plural_form_has_no_gaps_or_tags_of_its_own(catalogue):
    # A form for exactly one or two may well leave the number out.
    for message in messages(catalogue):
        original = " ".join(texts(message.id))
        for form in texts(message.string):
            assert gaps(form) <= gaps(original), message.id
            assert tags(form) <= tags(original), message.id
