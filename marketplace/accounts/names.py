"""What a name may be: in any script, of characters that are seen, and not so that it passes for another one.

What two names look like is compared by their skeletons, after the idea of Unicode's UTS #39: letters that look alike in
several scripts count as one, and so do capitals and small letters, accents, spaces and dots.
"""

import re
import unicodedata

from marketplace.accounts.rules import is_one_line
from marketplace.kernel.typography import fold

MAX_MARKS = 4  # On one letter: more than any script needs.
# Seen by nobody, though they are letters, marks or signs by their category.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_JOINERS = frozenset("\u200c\u200d")
# Scripts in which a joiner between two letters changes how they are written.
_JOINING = frozenset(
    "ARABIC SYRIAC NKO MONGOLIAN DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM SINHALA "
    "MYANMAR KHMER TIBETAN".split()
)
_NOT_IN_NAMES = frozenset({"Cf", "Cn", "Co"})  # What formats text, what is not assigned, and what is private.

# What looks like a Latin letter in other scripts, as capitals and as small letters.
_ALIKE = {
    **dict(
        zip("АВЕЅІЈКМНОРСТУХЬҺԀԚԜӀаеѕіјкмнорстухьһԁԛԝӏвпг", "abesijkmhopctyxbhdqwlaesijkmhopctyxbhdqwlbnr", strict=True)
    ),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεηικνορστυχω", "abezhikmnoptyxabyenikvopotuxw", strict=True)),
    **dict(zip("ՕՍՏԼօսհոցզ", "ouslouhngq", strict=True)),
    **dict(zip("ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "abcdeghijklmprstvwz", strict=True)),
    **dict(zip("ıȷɡɑłøđħƖǀ", "ijgalodhll", strict=True)),
}
_LIKE_LATIN = str.maketrans(_ALIKE)
_LIKE_EACH_OTHER = str.maketrans({**_ALIKE, "I": "l", "1": "l", "|": "l", "І": "l", "Ι": "l", "Ӏ": "l", "0": "o"})
_NO_SIGNS = {code: None for code in range(128) if not chr(code).isalnum()}


def tidy(name: str) -> str:
    """Write a name with single spaces, its accents joined to their letters."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def is_name(text: str) -> bool:
    """Tell whether a text can be a name: a line with a letter or a figure, in which everything is seen."""
    return (
        is_one_line(text)
        and any(_is_letter(char) for char in text)
        and not _UNSEEN.search(text)
        and not _has_too_many_marks(text)
        and all(_is_seen(text, place) for place in range(len(text)))
    )


def _has_too_many_marks(text: str) -> bool:
    kinds = "".join("m" if _is_mark(char) else "." for char in unicodedata.normalize("NFC", text))
    return "m" * (MAX_MARKS + 1) in kinds


def _is_seen(text: str, place: int) -> bool:
    char = text[place]
    if char in _JOINERS:
        return 0 < place < len(text) - 1 and _joins(text[place - 1]) and _joins(text[place + 1])
    return unicodedata.category(char) not in _NOT_IN_NAMES


def _joins(char: str) -> bool:
    script = unicodedata.name(char, "").partition(" ")[0]
    return script in _JOINING and (_is_letter(char) or _is_mark(char))


def skeletons(name: str) -> frozenset[str]:
    """Give what a name looks like: but for case, accents and signs, or letter by letter.

    Two names pass for each other if they have any of these in common.
    """
    if name.isascii():  # Most are, and there are many.
        return frozenset(
            filter(None, (one.translate(_NO_SIGNS).lower() for one in (name, name.translate(_LIKE_EACH_OTHER))))
        )
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    drawn = plain.translate(_LIKE_EACH_OTHER)
    return frozenset(filter(None, (_bare(fold(name)), _bare(plain.translate(_LIKE_LATIN)), _bare(drawn))))


def _bare(text: str) -> str:
    """Leave letters, figures and vowels that are written as marks."""
    return "".join(char for char in text.casefold() if _is_letter(char) or _is_mark(char))


def _is_letter(char: str) -> bool:
    """Tell whether it is a letter or a figure."""
    return unicodedata.category(char)[0] in "LN"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"
