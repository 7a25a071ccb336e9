"""Who lives where: zones, currencies, languages and names for each country, as people there write them abroad."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country that partners come from; texts with several words are rows of words.

    Args:
        code: ISO 3166.
        zones: where they live, the likeliest first.
        currencies: in which they ask for money, the likeliest first.
        cost_percent: of the usual price.
        speech: languages with levels; a row for each kind of person, the likeliest first.
        hours: kinds of working weeks, see `WEEKS`; the likeliest first.
        given: given names.
        family: family names; `_` stands for a space.
        studios: names of small businesses.
    """

    code: str
    zones: str
    currencies: str
    cost_percent: int
    speech: tuple[str, ...]
    hours: str
    given: str
    family: str
    studios: tuple[str, ...]


COUNTRIES = (
    CountryRow(
        "ES", "Europe/Madrid Europe/Madrid Atlantic/Canary", "EUR", 100,
        ("es:native en:C1 fr:B1", "es:native en:B2 pt:B2", "es:native en:B2"),
        "siesta siesta early evenings",
        "Nuria Iker Carmen Gonzalo Ainhoa Pau Beatriz Adrián Olalla Sergio Marta Jordi",
        "Ibáñez Ferrer Castro_Vega Etxeberria Soler Lozano Prats Gallardo Rey Montero",
        ("Taller Mareas", "Estudio Norte Claro"),
    ),
    CountryRow(
        "IN", "Asia/Kolkata", "INR USD", 55,
        ("hi:native en:C2", "hi:native en:C1 ar:A2", "hi:native en:C1 fr:B1"),
        "long every_day us_evening office",
        "Ananya Rohan Kavita Arjun Meera Vikram Shreya Nikhil Lakshmi Imran Pooja Sandeep",
        "Deshmukh Iyer Chatterjee Nair Malhotra Qureshi Reddy Joshi Bhattacharya Menon",
        ("Banyan Webworks", "Monsoon Systems"),
    ),
    CountryRow(
        "BR", "America/Sao_Paulo America/Sao_Paulo America/Fortaleza America/Manaus", "BRL BRL USD", 65,
        ("pt:native en:B2 es:B2", "pt:native es:C1 en:B1", "pt:native en:C1"),
        "office late evenings weekend",
        "Larissa Thiago Juliana Rafael Camila Vinícius Renata Caio Fernanda Murilo Tatiane Igor",
        "Azevedo Nogueira Pimentel Carvalho Teixeira Barros Siqueira Fonseca Amaral Vasconcelos",
        ("Estúdio Jatobá", "Oficina Maré"),
    ),
    CountryRow(
        "US", "America/New_York America/Chicago America/Denver America/Los_Angeles Pacific/Honolulu", "USD", 130,
        ("en:native es:B2", "en:native", "en:native es:C1", "en:native vi:B1"),
        "long every_day evenings office night",
        "Caitlin Derek Monica Tyrone Hannah Luis Danielle Wesley Grace Andre Paige Victor",
        "Holloway Ramirez Sorensen Whitaker Nguyen Delgado McBride Okafor Lindgren Tran",
        ("Blue Mesa Hosting", "Two Rivers Web"),
    ),
    CountryRow(
        "DE", "Europe/Berlin", "EUR", 125,
        ("de:native en:C1", "de:native en:C1 fr:B2", "de:native tr:B1 en:B2", "de:native en:C2 es:B1"),
        "office four_day early evenings",
        "Katrin Matthias Ayla Jens Franziska Holger Miriam Tobias Silke Cem Anja Florian",
        "Brandt Lehmann Öztürk Vogel Hoffmann Krüger Winkler Seidel Kaya Baumann",
        ("Werkstatt Lichtblick", "Hafenkante Digital"),
    ),
    CountryRow(
        "MX", "America/Mexico_City America/Mexico_City America/Monterrey America/Tijuana", "MXN USD", 65,
        ("es:native en:C1", "es:native en:B2", "es:native en:B2 fr:B1"),
        "every_day office siesta weekend",
        "Ximena Emiliano Paola Héctor Daniela Rubén Fernanda Óscar Itzel Gerardo Abril Tomás",
        "Villaseñor Cárdenas Ochoa Zamora Treviño Salgado Barrera Montes_de_Oca Aguirre Nava",
        ("Nopal Digital", "Estudio Papalote"),
    ),
    CountryRow(
        "EG", "Africa/Cairo", "EGP USD", 45,
        ("ar:native en:C1", "ar:native en:B2 fr:B1", "ar:native en:B2"),
        "sun_thu sun_thu_split sun_thu night",
        "Heba Karim Nourhan Tarek Mariam Sherif Dina Mostafa Salma Youssef Rania Hossam",
        "Abdelrahman Fahmy El-Masry Shawky Naguib Hegazy Soliman Zaki Ramadan Ghoneim",
        ("Nile Delta Web", "Qalam Studio"),
    ),
    CountryRow(
        "JP", "Asia/Tokyo", "JPY", 115,
        ("ja:native en:B2", "ja:native en:C1", "ja:native en:B1 ko:B1"),
        "office late long",
        "Haruka Kenji Misaki Takumi Yuko Daichi Aiko Shota Natsumi Ryo Emi Kazuki",
        "Tanaka Moriyama Fujimoto Nishida Kobayashi Hayashi Okubo Sakamoto Ishikawa Ueda",
        ("Komorebi Works", "Hidamari Koubou"),
    ),
    CountryRow(
        "GB", "Europe/London", "GBP", 125,
        ("en:native", "en:native fr:B2", "en:native de:B1", "en:native hi:B1"),
        "office early four_day evenings",
        "Imogen Callum Bethan Rhys Fiona Jamal Harriet Owen Nadia Euan Priya Gareth",
        "Ashworth Penhaligon Mackenzie Llewellyn Kowalski Hargreaves Patel Sinclair Doyle Fairbairn",
        ("Harbour Lane Web", "Slate and Spindle"),
    ),
    CountryRow(
        "FR", "Europe/Paris", "EUR", 115,
        ("fr:native en:C1", "fr:native en:B2 es:B2", "fr:native ar:B2 en:B2"),
        "office early siesta",
        "Élodie Bastien Soraya Guillaume Maëlle Karim Hélène Thibault Inès Rémi Camille Yannick",
        "Lefèvre Garnier Benhaddou Marchand Perrin Le_Goff Chevallier Rousset Haddad Fontanel",
        ("Atelier Lucarne", "Pixel et Compagnie"),
    ),
    CountryRow(
        "CL", "America/Santiago America/Santiago America/Punta_Arenas", "CLP USD", 75,
        ("es:native en:C1", "es:native en:B2", "es:native pt:B2 en:B2"),
        "office long evenings",
        "Catalina Ignacio Francisca Benjamín Constanza Cristóbal Javiera Matías Antonia Felipe Pilar Rodrigo",
        "Undurraga Saavedra Contreras Riquelme Valdebenito Araya Sepúlveda Fuenzalida Maturana Olivares",
        ("Cordillera Web", "Taller Pellín"),
    ),
    CountryRow(
        "PL", "Europe/Warsaw", "PLN EUR", 75,
        ("pl:native en:C1", "pl:native en:B2 de:B2", "pl:native uk:B2 en:B2"),
        "early office evenings",
        "Agnieszka Marek Karolina Bartosz Zofia Piotr Magdalena Krzysztof Ewelina Wojciech Joanna Tomasz",
        "Nowak Stępień Kaczmarek Wróbel Wójcik Mazur Pawlak Dudek Sobczak Krawczyk",
        ("Latarnia IT", "Pracownia Piksel"),
    ),
    CountryRow(
        "UA", "Europe/Kyiv", "EUR USD", 50,
        ("uk:native en:B2", "uk:native en:C1 pl:B2", "uk:native en:B2 de:B1"),
        "office long weekend",
        "Oksana Andrii Iryna Taras Kateryna Mykola Svitlana Bohdan Yuliia Dmytro Nadiia Vasyl",
        "Kovalenko Shevchuk Bondarenko Tkachenko Melnyk Marchenko Polishchuk Savchenko Hrytsenko Lysenko",
        ("Kalyna Digital", "Dnipro Craft"),
    ),
    CountryRow(
        "NG", "Africa/Lagos", "USD", 45,
        ("en:native yo:native", "en:native yo:native fr:B1", "en:native"),
        "long every_day weekend",
        "Adaeze Tunde Folake Emeka Yetunde Chidi Bisola Seun Ngozi Femi Amara Kunle",
        "Adebayo Okonkwo Balogun Eze Ogunleye Nwosu Adeyemi Obi Oladipo Uche",
        ("Baobab Cloud", "Eko Web Repair"),
    ),
    CountryRow(
        "PH", "Asia/Manila", "USD", 45,
        ("fil:native en:C2", "fil:native en:C1 es:A2", "fil:native en:C1 ja:B1"),
        "every_day us_evening night long",
        "Jasmine Paolo Kristine Rommel Angelica Joshua Maricel Dennis Bianca Ramon Liezl Carlo",
        "Villanueva Dela_Cruz Bautista Pangilinan Santos Magsaysay Ocampo Reyes Manalo Salonga",
        ("Sampaguita Web", "Bayani Support"),
    ),
    CountryRow(
        "TR", "Europe/Istanbul", "EUR USD", 60,
        ("tr:native en:B2", "tr:native en:C1 de:B2", "tr:native ar:B2 en:B1"),
        "long office weekend",
        "Elif Burak Zeynep Emre Derya Kerem Selin Murat Ebru Onur Gizem Serkan",
        "Yıldırım Aksoy Demirci Korkmaz Şahin Polat Erdoğdu Çetin Taşkın Uysal",
        ("Martı Yazılım", "Boğaziçi Web"),
    ),
    CountryRow(
        "AR", "America/Argentina/Buenos_Aires America/Argentina/Cordoba", "USD", 60,
        ("es:native en:C1", "es:native en:B2 pt:B1", "es:native en:B2"),
        "late office weekend every_day",
        "Micaela Facundo Agustina Leandro Rocío Nicolás Florencia Gastón Belén Ezequiel Sofía Hernán",
        "Bianchi Ferreyra Ledesma Quiroga Rossi Sosa Maldonado Luján Peralta Acosta",
        ("Ombú Sistemas", "La Boca Web"),
    ),
    CountryRow(
        "KR", "Asia/Seoul", "KRW", 105,
        ("ko:native en:B2", "ko:native en:B1 ja:B2"),
        "office long weekend",
        "Ji-woo Min-jun Seo-yeon Hyun-woo Ha-eun Dong-hyun Eun-ji Sung-min Yu-jin Tae-yang Bo-ra Jae-ho",
        "Park Kim Choi Jeong Yoon Lim Kang Han Shin Oh",
        ("Bada Studio", "Narae Labs"),
    ),
    CountryRow(
        "ID", "Asia/Jakarta Asia/Jakarta Asia/Makassar", "USD", 45,
        ("id:native en:B2", "id:native en:C1", "id:native en:B2 ar:B1"),
        "every_day office late",
        "Putri Bayu Dewi Rizky Ayu Agus Sari Fajar Wulan Hendra Intan Yoga",
        "Wulandari Pratama Lestari Santoso Kusuma Hidayat Permata Nugroho Siregar Wijaya",
        ("Warung Web", "Nusantara Digital"),
    ),
    CountryRow(
        "MA", "Africa/Casablanca", "EUR USD", 55,
        ("ar:native fr:C1 en:B2", "ar:native fr:C2 en:B1", "ar:native fr:C1 es:B2"),
        "office siesta long",
        "Fatima-Zahra Mehdi Kenza Anas Imane Reda Ghita Hamza Loubna Yassine Sanae Othmane",
        "El_Amrani Bennani Tazi Chraibi Alaoui Berrada Sqalli Lahlou Zerouali Fassi",
        ("Atelier Zellige", "Atlas Web Services"),
    ),
    CountryRow(
        "NZ", "Pacific/Auckland", "NZD", 110,
        ("en:native", "en:native fr:B1", "en:native ja:B1"),
        "office early weekend",
        "Aroha Callan Philippa Tane Bronwyn Hamish Mereana Lachlan Kiri Stephen Tessa Wiremu",
        "Thornton Parata Sutherland Ngata McAllister Hohepa Beaumont Tamihana Fraser Rewi",
        ("Kowhai Web", "Southerly Systems"),
    ),
    CountryRow(
        "CO", "America/Bogota", "USD", 55,
        ("es:native en:B2", "es:native en:C1", "es:native en:B2 pt:B1"),
        "office every_day us_morning",
        "Valentina Santiago Paula Andrés Laura Camilo Natalia Esteban Manuela Julián Luisa Jaime",
        "Restrepo Arango Ospina Cifuentes Mosquera Echeverri Pardo Vélez Quintero Zuluaga",
        ("Cafetal Digital", "Estudio Guadua"),
    ),
    CountryRow(
        "ZA", "Africa/Johannesburg", "ZAR", 70,
        ("zu:native en:C2", "en:native zu:B2", "en:native fr:B1"),
        "office early long",
        "Thandeka Sipho Nomvula Pieter Zanele Bongani Lerato Craig Nokuthula Mandla Chantal Themba",
        "Dlamini Khumalo van_der_Merwe Ngcobo Mthembu Naidoo Zulu Botha Cele Pretorius",
        ("Fynbos Web", "Umlilo Digital"),
    ),
    CountryRow(
        "VN", "Asia/Ho_Chi_Minh", "USD", 45,
        ("vi:native en:B2", "vi:native en:C1", "vi:native en:B2 fr:B1"),
        "office every_day us_evening",
        "Thu_Ha Minh_Duc Lan_Anh Quang_Huy Ngoc_Mai Tuan_Anh Bich_Ngoc Hoang_Long Phuong_Linh Duc_Anh Thuy_Tien Bao",
        "Nguyen Tran Pham Hoang Vo Dang Bui Do Ngo Truong",
        ("Hoa Sen Digital", "Song Huong Web"),
    ),
    CountryRow(
        "NP", "Asia/Kathmandu", "USD", 40,
        ("ne:native en:C1 hi:C1", "ne:native en:B2 hi:C1"),
        "sun_fri office night",
        "Sabina Prakash Anjali Bishal Sushma Rajan Nisha Dipesh Asmita Suman Pratima Kiran",
        "Shrestha Gurung Adhikari Tamang Poudel Maharjan Thapa Rai Karki Bhandari",
        ("Himal Webworks", "Lalitpur Code"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours on several days of the week, 0 for Monday, in minutes of the day; beyond 1440 they run into the next."""

    weekdays: tuple[int, ...]
    start: int
    end: int


def shift(weekdays: str, start: str, end: str) -> Shift:
    """Read hours as they are written in tables: `"01234", "9:00", "17:30"`."""
    begins, ends = (60 * int(hours) + int(minutes) for hours, _, minutes in (start.partition(":"), end.partition(":")))
    return Shift(tuple(int(day) for day in weekdays), begins, ends)


WEEKS = {
    "office": (shift("01234", "9:00", "17:30"),),
    "early": (shift("01234", "7:00", "15:00"),),
    "long": (shift("012345", "8:00", "19:00"),),
    "four_day": (shift("0123", "8:30", "17:30"),),
    "siesta": (shift("01234", "9:30", "14:00"), shift("0123", "16:30", "20:00")),
    "late": (shift("12345", "13:00", "22:00"),),
    "every_day": (shift("0123456", "10:00", "19:00"),),
    "evenings": (shift("01234", "18:00", "23:00"), shift("5", "10:00", "16:00")),
    "weekend": (shift("56", "9:00", "19:00"), shift("024", "18:30", "22:30")),
    "night": (shift("01234", "20:00", "28:00"),),
    "us_evening": (shift("01234", "15:00", "19:00"), shift("01234", "20:30", "25:30")),
    "us_morning": (shift("01234", "7:00", "12:30"), shift("01234", "14:00", "18:00")),
    "sun_thu": (shift("60123", "9:00", "17:00"),),
    "sun_thu_split": (shift("60123", "10:00", "14:30"), shift("60123", "18:00", "22:00")),
    "sun_fri": (shift("601234", "10:00", "18:00"),),
}
