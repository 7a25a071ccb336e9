"""Lumentree, who makes software for hosting one's own images: its releases, kinds of work, certifications and rates."""

from dataclasses import dataclass
from datetime import timedelta

from marketplace.catalogue.rules import Layer

A, P, I = Layer.APPLICATION, Layer.PLATFORM, Layer.INTEGRATION  # noqa: E741 - columns of the tables below


def texts(en: str, es: str, ar: str) -> dict[str, str]:
    """Put the same words in the site's three languages together."""
    return {"en": en, "es": es, "ar": ar}


PRODUCT = ("lumentree", "Lumentree")

# Version, and how long ago it came out.
RELEASES = (
    ("4.0", timedelta(days=412)),
    ("4.1", timedelta(days=196)),
    ("4.2", timedelta(days=24)),
)


@dataclass(frozen=True, slots=True)
class NicheRow:
    """A kind of work; the layers in which it is sold, the usual one first; and a usual price in whole euros."""

    slug: str
    names: dict[str, str]
    track: dict[str, str]
    layers: tuple[Layer, ...]
    price: int


NICHES = (
    NicheRow(
        "upgrades",
        texts("Upgrades", "Actualizaciones", "الترقيات"),
        texts("Upgrading Lumentree", "Actualización de Lumentree", "ترقية لومنتري"),
        (A, P),
        60,
    ),
    NicheRow(
        "installation",
        texts("Installation", "Instalación", "التثبيت"),
        texts("Installing Lumentree", "Instalación de Lumentree", "تثبيت لومنتري"),
        (A, P),
        55,
    ),
    NicheRow(
        "hosting",
        texts("Hosting and servers", "Alojamiento y servidores", "الاستضافة والخوادم"),
        texts("Servers for Lumentree", "Servidores para Lumentree", "خوادم لومنتري"),
        (P,),
        70,
    ),
    NicheRow(
        "themes",
        texts("Themes and design", "Temas y diseño", "القوالب والتصميم"),
        texts("Themes for Lumentree", "Temas para Lumentree", "قوالب لومنتري"),
        (A,),
        50,
    ),
    NicheRow(
        "plugins",
        texts("Plugins and integrations", "Complementos e integraciones", "الإضافات والربط"),
        texts("Connecting Lumentree", "Integraciones de Lumentree", "ربط لومنتري بغيره"),
        (I, A),
        65,
    ),
    NicheRow(
        "storage",
        texts("Storage and CDN", "Almacenamiento y CDN", "التخزين وشبكات التوزيع"),
        texts("Storage for Lumentree", "Almacenamiento para Lumentree", "تخزين لومنتري"),
        (I, P),
        75,
    ),
    NicheRow(
        "migration",
        texts("Moving from other software", "Migración desde otros programas", "الانتقال من برامج أخرى"),
        texts("Moving to Lumentree", "Migración a Lumentree", "الانتقال إلى لومنتري"),
        (A, I),
        120,
    ),
    NicheRow(
        "performance",
        texts("Performance", "Rendimiento", "الأداء"),
        texts("A fast Lumentree", "Rendimiento de Lumentree", "أداء لومنتري"),
        (P, A),
        90,
    ),
)

LEVELS = (1, 2, 3)

# How a level is written behind the name of a track, with the comma of the language.
LEVEL_NAMES = {
    1: texts(", foundation", ", nivel básico", "، المستوى الأساسي"),
    2: texts(", professional", ", nivel profesional", "، المستوى الاحترافي"),
    3: texts(", expert", ", nivel experto", "، مستوى الخبراء"),
}

# Millionths of each currency's main unit for one euro.
RATES = {
    "EUR": 1_000_000,
    "USD": 1_090_000,
    "GBP": 850_000,
    "JPY": 163_000_000,
    "INR": 93_500_000,
    "BRL": 6_050_000,
    "MXN": 20_200_000,
    "CLP": 1_015_000_000,
    "PLN": 4_270_000,
    "EGP": 53_000_000,
    "KRW": 1_520_000_000,
    "NZD": 1_880_000,
    "ZAR": 19_900_000,
}

# People price in round amounts: the step, in main units of the currency.
PRICE_STEPS = {
    "EUR": 5,
    "USD": 5,
    "GBP": 5,
    "JPY": 500,
    "INR": 250,
    "BRL": 10,
    "MXN": 50,
    "CLP": 2000,
    "PLN": 10,
    "EGP": 100,
    "KRW": 5000,
    "NZD": 5,
    "ZAR": 50,
}
