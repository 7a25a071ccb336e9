"""Who plays a part in the demo: those who can sign in, the customers of its stories, and those who wrote reviews."""

from dataclasses import dataclass

from marketplace.accounts.rules import StaffRole


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person; `signs_in` with the demo's password."""

    key: str
    name: str
    language: str  # In which the site speaks to them.
    zone: str
    country: str
    currency: str
    signs_in: bool = False
    staff_role: StaffRole | None = None

    @property
    def email(self) -> str:
        """The address; nobody's, by RFC 2606."""
        return f"{self.key}@example.test"


SIGN_INS = (
    PersonRow("customer", "Elena Duarte", "en", "Europe/Madrid", "ES", "EUR", signs_in=True),
    PersonRow("insured", "Grace Whitfield", "en", "Europe/London", "GB", "GBP", signs_in=True),
    PersonRow("applicant", "Amina Okafor", "en", "Africa/Lagos", "NG", "USD", signs_in=True),
    PersonRow("staff", "Joana Weiss", "en", "Europe/Berlin", "DE", "EUR", signs_in=True, staff_role=StaffRole.ADMIN),
)

CUSTOMERS = (
    PersonRow("alvaro.montes", "Álvaro Montes", "es", "Europe/Madrid", "ES", "EUR"),
    PersonRow("mateo.lanza", "Mateo Lanza", "es", "America/Argentina/Buenos_Aires", "AR", "USD"),
    PersonRow("lucia.paredes", "Lucía Paredes", "es", "America/Mexico_City", "MX", "MXN"),
    PersonRow("khaled.mansour", "Khaled Mansour", "ar", "Africa/Cairo", "EG", "EGP"),
    PersonRow("salma.idrissi", "Salma Idrissi", "ar", "Africa/Casablanca", "MA", "EUR"),
    PersonRow("devika.rao", "Devika Rao", "en", "Asia/Kolkata", "IN", "INR"),
    PersonRow("marcus.bell", "Marcus Bell", "en", "America/Chicago", "US", "USD"),
    PersonRow("claire.aubert", "Claire Aubert", "en", "Europe/Paris", "FR", "EUR"),
    PersonRow("jonas.albrecht", "Jonas Albrecht", "en", "Europe/Berlin", "DE", "EUR"),
    PersonRow("bruno.tavares", "Bruno Tavares", "en", "America/Sao_Paulo", "BR", "BRL"),
    PersonRow("kinga.malec", "Kinga Malec", "en", "Europe/Warsaw", "PL", "PLN"),
)

# Customers of earlier days, by the language in which they ask.
REVIEWERS = {
    "en": (
        PersonRow("owen.price", "Owen Price", "en", "Europe/London", "GB", "GBP"),
        PersonRow("tessa.van.dam", "Tessa van Dam", "en", "Europe/Amsterdam", "NL", "EUR"),
        PersonRow("ravi.pillai", "Ravi Pillai", "en", "Asia/Kolkata", "IN", "INR"),
        PersonRow("dorothy.lang", "Dorothy Lang", "en", "America/New_York", "US", "USD"),
        PersonRow("kofi.mensah", "Kofi Mensah", "en", "Africa/Accra", "GH", "USD"),
        PersonRow("hollie.tamaki", "Hollie Tamaki", "en", "Pacific/Auckland", "NZ", "NZD"),
        PersonRow("erik.sandvik", "Erik Sandvik", "en", "Europe/Oslo", "NO", "EUR"),
        PersonRow("joy.ramos", "Joy Ramos", "en", "Asia/Manila", "PH", "USD"),
        PersonRow("neil.abbott", "Neil Abbott", "en", "America/Denver", "US", "USD"),
        PersonRow("lindiwe.moyo", "Lindiwe Moyo", "en", "Africa/Johannesburg", "ZA", "ZAR"),
        PersonRow("fergus.kane", "Fergus Kane", "en", "Europe/Dublin", "IE", "EUR"),
    ),
    "es": (
        PersonRow("pilar.otero", "Pilar Otero", "es", "Europe/Madrid", "ES", "EUR"),
        PersonRow("jimena.rojas", "Jimena Rojas", "es", "America/Santiago", "CL", "CLP"),
        PersonRow("raul.benitez", "Raúl Benítez", "es", "America/Mexico_City", "MX", "MXN"),
        PersonRow("marisol.cruz", "Marisol Cruz", "es", "America/Lima", "PE", "USD"),
        PersonRow("hector.vidal", "Héctor Vidal", "es", "Europe/Madrid", "ES", "EUR"),
        PersonRow("carolina.mejia", "Carolina Mejía", "es", "America/Bogota", "CO", "USD"),
        PersonRow("ernesto.gil", "Ernesto Gil", "es", "America/Montevideo", "UY", "USD"),
    ),
    "ar": (
        PersonRow("noura.alshehri", "Noura Al-Shehri", "ar", "Asia/Riyadh", "SA", "USD"),
        PersonRow("samir.haddad", "Samir Haddad", "ar", "Asia/Amman", "JO", "USD"),
        PersonRow("leila.mokrani", "Leila Mokrani", "ar", "Africa/Algiers", "DZ", "EUR"),
        PersonRow("tamer.wahba", "Tamer Wahba", "ar", "Africa/Cairo", "EG", "EGP"),
    ),
    "pt": (
        PersonRow("sonia.moraes", "Sônia Moraes", "en", "America/Sao_Paulo", "BR", "BRL"),
        PersonRow("duarte.leal", "Duarte Leal", "en", "Europe/Lisbon", "PT", "EUR"),
    ),
    "fr": (
        PersonRow("mathilde.roux", "Mathilde Roux", "en", "Europe/Paris", "FR", "EUR"),
        PersonRow("abdou.diallo", "Abdou Diallo", "en", "Africa/Dakar", "SN", "EUR"),
    ),
    "de": (
        PersonRow("ute.kessler", "Ute Kessler", "en", "Europe/Vienna", "AT", "EUR"),
        PersonRow("ralf.imhof", "Ralf Imhof", "en", "Europe/Zurich", "CH", "EUR"),
    ),
    "ja": (PersonRow("shun.kato", "Shun Kato", "en", "Asia/Tokyo", "JP", "JPY"),),
    "pl": (PersonRow("hanna.wilk", "Hanna Wilk", "en", "Europe/Warsaw", "PL", "PLN"),),
    "tr": (PersonRow("deniz.arslan", "Deniz Arslan", "en", "Europe/Istanbul", "TR", "EUR"),),
    "id": (PersonRow("ratna.dewanti", "Ratna Dewanti", "en", "Asia/Jakarta", "ID", "USD"),),
    "ko": (PersonRow("soo.ah.jung", "Soo-ah Jung", "en", "Asia/Seoul", "KR", "KRW"),),
}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A partner's person; `hours` are rows of weekdays, begin and end, such as "01234 9:00 17:30"."""

    person: PersonRow
    speech: str
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner that somebody can sign in as; prices by niche in whole main units of the currency."""

    slug: str
    name: str
    country: str
    currency: str
    capacity: int
    commission_percent: int
    abouts: dict[str, str]
    members: tuple[MemberRow, ...]
    prices: dict[str, int]
    is_connected: bool


PARTNERS = (
    PartnerRow(
        "estudio-faro",
        "Estudio Faro",
        "ES",
        "EUR",
        5,
        16,
        {
            "en": "Two of us, in Barcelona and Casablanca, from early in the morning until after midnight. We began "
            "with the archive of a newspaper, and large archives are still what we like best. We back up first, test "
            "on a copy, and write down what we changed.",
            "es": "Somos dos, en Barcelona y Casablanca, desde temprano hasta pasada la medianoche. Empezamos con el "
            "archivo de un periódico y los archivos grandes siguen siendo lo que más nos gusta. Primero la copia, "
            "luego la prueba, y al final te dejamos por escrito lo que cambiamos.",
            "ar": "نحن اثنان، في برشلونة والدار البيضاء، نعمل من الصباح الباكر حتى ما بعد منتصف الليل. بدأنا بأرشيف "
            "صحيفة، وما زالت الأرشيفات الكبيرة أحب العمل إلينا. نأخذ نسخة احتياطية أولًا، ونجرّب على نسخة، ونكتب لك ما "
            "غيّرناه.",
        },
        (
            MemberRow(
                PersonRow("partner", "Inés Ferrer", "en", "Europe/Madrid", "ES", "EUR", signs_in=True),
                "es:native en:C1 fr:B2 pt:B1",
                ("01234 6:30 14:00", "01234 15:30 19:30", "5 9:00 14:00"),
            ),
            MemberRow(
                PersonRow("omar.zahidi", "Omar Zahidi", "ar", "Africa/Casablanca", "MA", "EUR"),
                "ar:native fr:C1 en:B2 es:B2",
                ("0123456 13:00 26:00", "56 8:00 12:00"),
            ),
        ),
        {
            "upgrades": 60, "installation": 55, "hosting": 70, "themes": 50, "plugins": 65, "storage": 75,
            "migration": 140,
        },
        is_connected=True,
    ),
    PartnerRow(
        "rodrigo-fuentes",
        "Rodrigo Fuentes",
        "CL",
        "CLP",
        3,
        18,
        {
            "en": "Server administrator in Santiago, with Lumentree since its second release. I answer in Spanish, "
            "English or Portuguese, explain in plain words, and do what I said by the hour I said.",
            "es": "Administrador de servidores en Santiago, con Lumentree desde su segunda versión. Explico sin "
            "tecnicismos y cumplo a la hora que dije. Los domingos, volantines.",
        },
        (
            MemberRow(
                PersonRow("partner.es", "Rodrigo Fuentes", "es", "America/Santiago", "CL", "CLP", signs_in=True),
                "es:native en:B2 pt:B1",
                ("012345 8:30 13:30", "01234 15:00 20:00"),
            ),
        ),
        {"upgrades": 46000, "installation": 42000, "hosting": 52000, "themes": 38000, "storage": 56000},
        is_connected=False,
    ),
    PartnerRow(
        "yasmine-farouk",
        "Yasmine Farouk",
        "EG",
        "EGP",
        3,
        17,
        {
            "en": "From Cairo, for schools, museums and shops that work in Arabic, English or French. Right-to-left "
            "themes are my speciality, stubborn servers my hobby.",
            "ar": "من القاهرة، للمدارس والمتاحف والمتاجر التي تعمل بالعربية أو الإنجليزية أو الفرنسية. القوالب من "
            "اليمين إلى اليسار اختصاصي، والخوادم العنيدة هوايتي.",
        },
        (
            MemberRow(
                PersonRow("partner.ar", "Yasmine Farouk", "ar", "Africa/Cairo", "EG", "EGP", signs_in=True),
                "ar:native en:C1 fr:B1",
                ("60123 9:30 14:30", "60123 17:00 22:30", "5 12:00 16:00"),
            ),
        ),
        {"upgrades": 1500, "hosting": 1700, "themes": 1200, "plugins": 1600, "storage": 1900},
        is_connected=False,
    ),
)  # fmt: skip

DESK = PartnerRow(
    "lumentree",
    "Lumentree",
    "DE",
    "EUR",
    20,
    0,
    {
        "en": "Those who make Lumentree. Faults of the product come to us and cost you nothing.",
        "es": "Quienes hacemos Lumentree. Los fallos del producto llegan aquí y no te cuestan nada.",
        "ar": "نحن من يصنع لومنتري. أعطال المنتج تصل إلينا ولا تكلّفك شيئًا.",
    },
    (MemberRow(SIGN_INS[3], "de:native en:C2 es:B1", ("01234 9:00 18:00",)),),
    {},
    is_connected=False,
)
