"""The plans of cover that Lumentree sells, with every version of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.catalogue.rules import Layer
from marketplace.insurance.rules import PlanTerms
from marketplace.kernel.money import Money
from marketplace.payments.rules import Interval
from marketplace.site.demo.content.vendor import texts

BY_YEAR = texts(
    "We pay certified partners for helping you, as far as the amounts above say. You choose the partner and the time. "
    "What was reserved for a request stays reserved, even if you cancel meanwhile.",
    "Pagamos a especialistas certificados por ayudarte, hasta los importes de arriba. Tú eliges el especialista y el "
    "momento. Lo reservado para una solicitud sigue reservado aunque canceles mientras tanto.",
    "ندفع للشركاء المعتمدين مقابل مساعدتك في حدود المبالغ أعلاه. أنت تختار الشريك والوقت. "
    "وما حُجز لطلب يبقى محجوزًا وإن ألغيت في هذه الأثناء.",
)
CAREFUL = texts("Careful", "Previsor", "الحريص")
STEADY = texts("Steady", "Constante", "الثابت")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with all its versions, the first first."""

    slug: str
    names: Mapping[str, str]
    versions: Sequence[PlanTerms]


def _yearly(currency: str, price: int, limit: int, own: int, waiting_days: int) -> PlanTerms:
    """Promise the same in each currency, in main units of it."""
    return PlanTerms(
        price=Money(price * 100, currency),
        interval=Interval.YEAR,
        limit=Money(limit * 100, currency),
        deductible=Money(own * 100, currency),
        claim_limit=Money(limit * 50, currency),
        waiting_days=waiting_days,
        grace_days=14,
    )


PLANS = (
    PlanRow("careful", CAREFUL, (_yearly("EUR", 129, 1200, 30, 14), _yearly("EUR", 149, 1500, 25, 14))),
    PlanRow("careful-uk", CAREFUL, (_yearly("GBP", 129, 1300, 20, 0),)),
    PlanRow("careful-us", CAREFUL, (_yearly("USD", 159, 1600, 25, 14),)),
    PlanRow(
        "steady",
        STEADY,
        (
            PlanTerms(
                price=Money(900, "EUR"),
                interval=Interval.MONTH,
                limit=Money(40_000, "EUR"),
                deductible=Money(4000, "EUR"),
                limit_minutes=6 * 60,
                waiting_days=30,
                layers=frozenset({Layer.APPLICATION, Layer.PLATFORM}),
            ),
        ),
    ),
)
BOUGHT = "careful-uk"
TAKEN_BACK, TAKEN_BACK_BY = "steady", "jonas.albrecht"  # What a bank takes back, and who has bought it.
