"""Numbers under which businesses pay value added tax: held to the form of their country, with its check digits.

A number of the right form may still belong to nobody; that only the country's register knows.
"""

import re
from types import MappingProxyType

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _, country_name

MAX_LENGTH = 20
ENOUGH = 4  # Characters, where nobody knows the form of a country's numbers.
_PREFIXES = MappingProxyType({"GR": "EL"})  # Where the number begins otherwise than the code of the country.
_SEPARATORS = re.compile(r"[\s./-]")

# A number of each country, to show what one looks like; nobody's on purpose.
EXAMPLES = MappingProxyType({
    "AT": "ATU12345675",
    "BE": "BE0123456749",
    "BG": "BG123456786",
    "CH": "CHE123456788MWST",
    "CY": "CY10000000D",
    "CZ": "CZ12345679",
    "DE": "DE123456788",
    "DK": "DK12345607",
    "EE": "EE123456780",
    "ES": "ESB12345674",
    "FI": "FI12345671",
    "FR": "FR11123456782",
    "GB": "GB123456727",
    "GR": "EL123456783",
    "HR": "HR12345678903",
    "HU": "HU12345676",
    "IE": "IE1234567T",
    "IT": "IT12345670017",
    "LT": "LT123456715",
    "LU": "LU12345613",
    "LV": "LV40001234561",
    "MT": "MT12345634",
    "NL": "NL123456782B01",
    "NO": "NO987654325MVA",
    "PL": "PL1234567802",
    "PT": "PT123456789",
    "RO": "RO12345674",
    "SE": "SE556123456701",
    "SI": "SI12345679",
    "SK": "SK2021234567",
})  # fmt: skip


def read_vat_number(text: str, country: str, *, field: str = "vat_number") -> str:
    """Bring a VAT number to the one form in which it is kept: no spaces, and in the EU its country in front.

    Args:
        text: as it was typed.
        country: of the business, ISO 3166.
        field: under which the form knows it.

    Raises:
        InvalidInput: no number of that country looks like this.
    """
    compact = _SEPARATORS.sub("", text).upper()
    try:
        return _checked(compact, country)
    except ValidationError:
        raise InvalidInput({field: [_say_wrong(country)]}) from None


def _checked(compact: str, country: str) -> str:
    if len(compact) > MAX_LENGTH or not compact.isascii() or not compact.isalnum():
        raise ValidationError
    if country.lower() in eu_vat.MEMBER_STATES:
        prefix = _PREFIXES.get(country, country)
        return str(eu_vat.validate(f"{prefix}{compact.removeprefix(prefix)}"))
    known = get_cc_module(country.lower(), "vat")
    if known is not None:
        known.validate(compact)
    elif len(compact) < ENOUGH:
        raise ValidationError
    return compact


def _say_wrong(country: str) -> str:
    example = EXAMPLES.get(country)
    named = {"country": country_name(country), "example": example}
    if example is None:
        return _("This is not a VAT number of %(country)s. Look at each letter and digit, or leave it empty.") % named
    return (
        _("This is not a VAT number of %(country)s: those look like %(example)s. Look at each letter and digit.")
        % named
    )
