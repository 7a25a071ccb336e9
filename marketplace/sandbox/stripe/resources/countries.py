"""Where connected accounts can be: https://stripe.com/global and https://docs.stripe.com/connect/cross-border-payouts."""

from babel.core import UnknownLocaleError
from babel.numbers import get_territory_currencies

# Full accounts.
MARKETS = frozenset(
    "AE AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GI GR HK HR HU IE IT JP LI LT LU LV MT MX MY NL NO NZ PL PT RO "
    "SE SG SI SK TH US".split()
)

# Accounts that only receive: they ask for the recipient service agreement.
RECIPIENTS_ONLY = frozenset(
    "AG AL AM AO AR AZ BA BD BH BJ BN BO BS BT BW CI CL CO CR DO DZ EC EG ET GA GH GM GT GY ID IL IN IS JM JO KE KH KR "
    "KW KZ LA LC LK MA MC MD MG MK MN MO MU MZ NA NE NG OM PA PE PH PK PY QA RS RW SA SM SN SV TN TR TT TW TZ UY UZ VN "
    "ZA".split()
)


def currency_of(country: str) -> str:
    """Tell the currency of a country, in small letters."""
    try:
        return str(get_territory_currencies(country)[0]).lower()
    except (IndexError, UnknownLocaleError):
        return "usd"
