"""Who plays a part in the journeys, and what the vendor supports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.catalogue.rules import Layer
from providers.profiles.rules import Cefr
from tests.factories.availability import WORKDAYS

PASSWORD = "three blue lanterns"
ALL_WEEK = range(7)

Names = Mapping[str, str]
Span = tuple[int, int]  # Hours of the day, in the member's zone; an end beyond 24 is on the next day.


@dataclass(frozen=True)
class Somebody:
    """A person who can sign in with `PASSWORD`."""

    name: str
    email: str
    language: str = "en"
    zone: str = "Europe/Madrid"
    currency: str = "EUR"

    @property
    def first_name(self) -> str:
        """The name that pages use."""
        return self.name.split()[0]


NURIA = Somebody("Nuria Costa", "nuria@example.test")
SAMIR = Somebody("Samir Nasser", "samir@example.test", zone="Asia/Amman")
JOANA = Somebody("Joana Weiss", "joana@lumentree.test", zone="Europe/Berlin")  # Of the vendor's staff.
TOMAS = Somebody("Tomas Lindqvist", "tomas@lumentree.test", zone="Europe/Stockholm")  # Looks after certificates there.
MARISOL = Somebody("Marisol Vega", "marisol@example.test")
IKER = Somebody("Iker Duarte", "iker@example.test")
OMAR = Somebody("Omar Haddad", "omar@example.test", zone="Africa/Cairo")
LEILA = Somebody("Leila Haddad", "leila@example.test", zone="Africa/Cairo")
DAVID = Somebody("David Okafor", "david@example.test", zone="America/New_York", currency="USD")
HANNA = Somebody("Hanna Nowak", "hanna@example.test", zone="Europe/Warsaw")
PILAR = Somebody("Pilar Otero", "pilar@example.test", zone="America/Santiago")
AMINA = Somebody("Amina Okafor", "amina@example.test", zone="Africa/Lagos")  # Wants to become a partner.
YUKI = Somebody("Yuki Tanaka", "yuki@example.test", zone="Asia/Tokyo", currency="JPY")


@dataclass(frozen=True)
class Works:
    """A member of a partner: who, in which languages, and when."""

    person: Somebody
    languages: Mapping[str, Cefr]
    hours: Span
    weekdays: Sequence[int] = ALL_WEEK


@dataclass(frozen=True)
class Partner:
    """A partner: prices in minor units by kind of work, what was counted of the work, and the stars of reviews."""

    name: str
    slug: str
    countries: Sequence[str]  # The first one that has no public holiday these days, or else the last one.
    members: Sequence[Works]
    prices: Mapping[str, int]
    about: Names
    figures: Mapping[str, int]
    stars: Sequence[int] = ()
    currency: str = "EUR"


LATIN = ("ES", "PT", "IT", "FR")
ARAB = ("EG", "JO", "MA", "FR")
NEW = {"promises_due": 0, "promises_kept": 0, "jobs_done": 0}

VEGA = Partner(
    "Vega & Duarte",
    "vega-duarte",
    LATIN,
    (
        Works(MARISOL, {"es": Cefr.NATIVE, "en": Cefr.C1, "pt": Cefr.B2}, (6, 18)),
        Works(IKER, {"es": Cefr.NATIVE, "en": Cefr.B2}, (18, 30)),
    ),
    {"upgrades": 6000, "storage": 7500},
    {
        "en": "Two of us, one for the day and one for the night. We back up first, test on a copy, and write down "
        "what we changed.",
        "es": "Somos dos, una de día y otro de noche. Primero la copia, luego la prueba, y al final te dejamos por "
        "escrito lo que cambiamos.",
    },
    {"promises_due": 46, "promises_kept": 45, "jobs_done": 31},
    [5, 5, 5, 4, 5, 5, 5, 5, 5, 5, 5, 5],
)
HADDAD = Partner(
    "Haddad Web",
    "haddad-web",
    ARAB,
    (
        Works(OMAR, {"ar": Cefr.NATIVE, "en": Cefr.C1, "fr": Cefr.B1}, (8, 20)),
        Works(LEILA, {"ar": Cefr.NATIVE, "en": Cefr.B2}, (20, 32)),
    ),
    {"upgrades": 5000, "themes": 4500},
    {
        "en": "From Cairo, for schools, museums and shops that work in Arabic or English.",
        "ar": "من القاهرة، للمدارس والمتاحف والمتاجر التي تعمل بالعربية أو الإنجليزية.",
    },
    {"promises_due": 20, "promises_kept": 18, "jobs_done": 14},
    [5, 4, 5, 5, 3, 5, 5],
)
OKAFOR = Partner(
    "David Okafor",
    "david-okafor",
    ("US", "NG"),
    (Works(DAVID, {"en": Cefr.NATIVE}, (8, 20)),),
    {"upgrades": 5400},
    {"en": "Upgrades that other people gave up on, from New York."},
    {"promises_due": 8, "promises_kept": 7, "jobs_done": 6},
    [5, 4, 4, 5],
    "USD",
)
NOWAK = Partner(
    "Hanna Nowak",
    "hanna-nowak",
    ("PL",),
    (Works(HANNA, {"pl": Cefr.NATIVE, "en": Cefr.C2, "de": Cefr.C1}, (9, 17), WORKDAYS),),
    {"storage": 6900},
    {"en": "Storage and delivery networks, for archives of any size."},
    NEW,
)
OTERO = Partner(
    "Pilar Otero",
    "pilar-otero",
    ("CL", "AR"),
    (Works(PILAR, {"es": Cefr.NATIVE, "en": Cefr.B1}, (9, 18), WORKDAYS),),
    {"upgrades": 4000, "themes": 3800},
    {
        "en": "Themes and upgrades, explained in plain words.",
        "es": "Temas y actualizaciones, explicados con palabras sencillas.",
    },
    NEW,
)
TANAKA = Partner(
    "Yuki Tanaka",
    "yuki-tanaka",
    ("JP",),
    (Works(YUKI, {"ja": Cefr.NATIVE, "en": Cefr.B2}, (10, 19), WORKDAYS),),
    {"storage": 9800, "themes": 7000},
    {"en": "Storage in Asia, in Japanese or English."},
    {"promises_due": 3, "promises_kept": 3, "jobs_done": 2},
    [5, 5],
    "JPY",
)
PARTNERS = (VEGA, HADDAD, OKAFOR, NOWAK, OTERO, TANAKA)

# What the vendor supports

PRAISE = "Told me what was wrong in words I understood, and was back when they said they would be."

NICHES = {
    "upgrades": {"en": "Upgrades", "es": "Actualizaciones", "ar": "الترقيات"},
    "storage": {"en": "Storage and CDN", "es": "Almacenamiento y CDN", "ar": "التخزين وشبكات التوزيع"},
    "themes": {"en": "Themes and design", "es": "Temas y diseño", "ar": "القوالب والتصميم"},
}
TRACKS = {
    "upgrades": {"en": "Upgrading Lumentree", "es": "Actualización de Lumentree", "ar": "ترقية لومنتري"},
    "storage": {"en": "Storage for Lumentree", "es": "Almacenamiento para Lumentree", "ar": "تخزين لومنتري"},
    "themes": {"en": "Themes for Lumentree", "es": "Temas para Lumentree", "ar": "قوالب لومنتري"},
}
LAYERS = {"upgrades": Layer.APPLICATION, "storage": Layer.INTEGRATION, "themes": Layer.APPLICATION}
INCLUDES = {
    "en": "One problem, from the first look to the solution, with a copy made before anything is changed.",
    "es": "Un problema, de principio a fin, con una copia antes de cambiar nada.",
    "ar": "مشكلة واحدة من أول نظرة حتى الحل، مع نسخة احتياطية قبل أي تغيير.",
}
UPGRADE = {"en": "An upgrade went wrong", "ar": "ترقية لم تكتمل كما يجب"}
UPGRADE_HINT = {
    "en": "The site does not work, or works differently, since an upgrade of Lumentree.",
    "ar": "الموقع لا يعمل أو يعمل بطريقة مختلفة منذ ترقية لومنتري.",
}
FROM_VERSION = {"en": "Version before the upgrade", "ar": "الإصدار قبل الترقية"}
FROM_VERSION_HINT = {"en": "For example 4.1.6.", "ar": "مثلًا 4.1.6."}
METHOD = {"en": "How did you upgrade?", "ar": "كيف أجريت الترقية؟"}
METHODS = {
    "dashboard": {"en": "With the button in the dashboard", "ar": "من لوحة التحكم"},
    "files": {"en": "By replacing the files", "ar": "باستبدال الملفات"},
    "docker": {"en": "With a new Docker image", "ar": "بصورة Docker جديدة"},
}
ERROR = {"en": "Error message", "ar": "رسالة الخطأ"}
STORAGE = {"en": "Storage or CDN", "ar": "التخزين أو شبكة التوزيع"}
STORAGE_HINT = {
    "en": "Images are missing, slow or refused between Lumentree and the place where they are kept.",
    "ar": "الصور مفقودة أو بطيئة أو مرفوضة بين لومنتري ومكان حفظها.",
}
IMAGE = {"en": "Address of one such image", "ar": "عنوان إحدى هذه الصور"}
DEFECT = {"en": "A fault in Lumentree itself", "ar": "خلل في لومنتري نفسه"}
DEFECT_HINT = {
    "en": "It does what nobody can want, on a clean installation too.",
    "ar": "يفعل ما لا يريده أحد حتى في تثبيت نظيف.",
}
