"""Who wants to become a partner in the demo: one who has begun, and two whom somebody should look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.site.demo.content.cast import SIGN_INS, PersonRow
from providers.profiles.rules import Business, Cefr


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """What an applicant would sell; `price` in whole units of the currency."""

    niche: str
    layer: Layer
    price: int
    includes: Mapping[str, str]
    kind: ServiceKind = ServiceKind.INCIDENT
    cap_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ApplicantRow:
    """A business that applies: what it says, how far it has come, and what was asked about it."""

    person: PersonRow
    name: str
    abouts: Mapping[str, str]
    speech: Mapping[str, Cefr]
    hours: tuple[int, int]  # Of each workday.
    services: tuple[ServiceRow, ...]
    business: Business | None = None
    certified_for: str | None = None  # The niche.
    sent_days_ago: int | None = None  # None: not sent yet.
    question: str | None = None
    answer: str | None = None


AMINA = ApplicantRow(
    person=next(row for row in SIGN_INS if row.key == "applicant"),
    name="Okafor Hosting",
    abouts={"en": "I move sites between hosts, and nobody notices: mostly for schools and radio stations."},
    speech={"en": Cefr.NATIVE, "yo": Cefr.C1},
    hours=(8, 17),
    services=(
        ServiceRow("hosting", Layer.PLATFORM, 70, {"en": "A copy, the move, and a look at the new place with you."}),
    ),
)
LINDQVIST = ApplicantRow(
    person=PersonRow("saga.lindqvist", "Saga Lindqvist", "en", "Europe/Stockholm", "SE", "EUR"),
    name="Lindqvist & Co",
    abouts={
        "en": "Ten years of upgrades, first at a newspaper and now on my own. I write down every step before I take it."
    },
    speech={"sv": Cefr.NATIVE, "en": Cefr.C1, "de": Cefr.B2},
    hours=(9, 18),
    services=(
        ServiceRow("upgrades", Layer.APPLICATION, 95, {"en": "One upgrade, a way back, and a list of what changed."}),
        ServiceRow(
            "upgrades",
            Layer.PLATFORM,
            80,
            {"en": "Looking, mending, and telling you what it was."},
            kind=ServiceKind.HOURLY,
            cap_minutes=240,
        ),
    ),
    business=Business("Lindqvist & Co AB", "Götgatan 12\n116 46 Stockholm", "SE", None),
    certified_for="upgrades",
    sent_days_ago=3,
)
BENALI = ApplicantRow(
    person=PersonRow("yacine.benali", "Yacine Benali", "ar", "Africa/Algiers", "DZ", "EUR"),
    name="Atlas Web",
    abouts={
        "en": "Themes that read from right to left as well as from left to right, for theatres and publishers.",
        "ar": "قوالب تُقرأ من اليمين إلى اليسار كما تُقرأ من اليسار إلى اليمين، للمسارح ودور النشر.",
    },
    speech={"ar": Cefr.NATIVE, "fr": Cefr.C2, "en": Cefr.B2},
    hours=(10, 19),
    services=(
        ServiceRow(
            "themes",
            Layer.APPLICATION,
            60,
            {
                "en": "One page of yours, set right in both directions.",
                "ar": "صفحة واحدة من موقعك، مضبوطة في الاتجاهين.",
            },
        ),
    ),
    business=Business("Atlas Web", "12 rue Didouche Mourad\nAlger", "DZ", None),
    sent_days_ago=8,
    question="Which sites of yours may we look at?",
    answer="The theatre in Oran and the publisher Barzakh; both know that you may write to them.",
)
APPLICANTS = (AMINA, LINDQVIST, BENALI)
