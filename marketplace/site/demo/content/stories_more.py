"""Requests in other languages, in which fewer partners can help."""

from marketplace.matching.rules import DeclineReason
from marketplace.site.demo.content.script import DAY, HOUR, MINUTE, BankStep, End, Problem, Story, customer, partner
from providers.profiles.rules import Cefr

PHARES = "https://images.musee-des-phares.example"
SPUR_N = "https://bilder.spur-n-freunde.example"
ONDA = "https://fotos.ondasul.example"
KLUB = "https://zdjecia.klub-fotokrak.example"

OTHERS = (
    Story(
        "claire.aubert",
        "fr",
        Problem(
            "server",
            "Le site est lent depuis l'exposition",
            "Depuis l'ouverture de l'exposition, les visiteurs scannent un code devant chaque phare et le site met dix "
            "secondes à répondre. Le reste du temps, tout va bien.",
            {"site": PHARES, "hosting": "vps", "system": "Debian 12, PHP 8.2"},
        ),
        End.WORK,
        6 * HOUR,
        partner="estudio-faro",
        level=Cefr.B2,
        said=(
            partner(
                20,
                "Bonjour Claire. Chaque code ouvre la photo en pleine taille, 24 Mo, même sur un "
                "téléphone. Je prépare des versions plus légères et je change l'adresse derrière les codes, sans "
                "toucher aux panneaux.",
                promise_minutes=240,
            ),
            customer(31, "C'est parfait, les panneaux sont imprimés, on ne peut plus les changer."),
            partner(
                125,
                "Les quatorze premiers phares sont prêts : moins d'une seconde chez moi. Je fais les vingt-deux autres "
                "cet après-midi.",
                promise_minutes=360,
            ),
        ),
    ),
    Story(
        "claire.aubert",
        "fr",
        Problem(
            "upgrade",
            "Les légendes bilingues ont disparu",
            "Après la mise à jour, seules les légendes françaises restent. Les bretonnes ne s'affichent plus.",
            {"from_version": "4.0.9", "method": "files"},
            release="4.1",
        ),
        End.CLOSED,
        52 * DAY,
        said=(
            partner(
                35,
                "Bonjour Claire. Rien n'est perdu : le breton est rangé sous un autre code de langue depuis la 4.1. Je "
                "convertis les légendes.",
                promise_minutes=180,
            ),
            customer(20, "Quel soulagement. Il y en a environ deux mille."),
        ),
        solution=(
            "La version 4.1 attend le code « br » et vos légendes portaient « bre ».",
            "J'ai converti les 2 114 légendes et vérifié une salle entière avec vous.",
        ),
        stars=5,
        review="Rapide, aimable, et pas une légende de perdue. Merci mille fois.",
    ),
    Story(
        "devika.rao",
        "hi",
        Problem(
            "integration",
            "फ़ोरम में चित्रों के छोटे रूप नहीं दिखते",
            (
                "हमारा फ़ोरम (phpBB 3.3) चित्रों के छोटे रूप Lumentree से लेता है। कल से वे ख़ाली दिखते हैं, "
                "जबकि Lumentree में सब कुछ दिखाई देता है।"
            ),
            {"connected_to": "phpBB 3.3.12", "since": "stopped", "error": "cURL error 60: SSL certificate problem"},
        ),
        End.UNMATCHED,
        7 * HOUR,
        level=Cefr.C1,
        declined=(DeclineReason.NO_TIME,),
    ),
    Story(
        "jonas.albrecht",
        "de",
        Problem(
            "server",
            "Umzug auf einen neuen Server ohne Ausfall",
            "Der alte Server wird zum Monatsende abgeschaltet. Neuer Server steht bereit, 120.000 Bilder müssen mit.",
            {"site": SPUR_N, "hosting": "vps", "system": "Debian 11 nach Debian 12"},
            release="4.1",
        ),
        End.CLOSED,
        67 * DAY,
        level=Cefr.B2,
        said=(
            partner(
                50,
                "Hallo Herr Albrecht, die Bilder kopiere ich schon heute im Hintergrund. Umgeschaltet wird nachts, "
                "dann fehlen nur noch die letzten Stunden.",
                promise_minutes=4320,
            ),
            customer(30, "Sehr gut. Sonntag auf Montag ist bei uns am wenigsten los."),
        ),
        solution=(
            "Der alte Server lief aus, der neue war leer.",
            "Bilder, Datenbank und Zertifikate sind umgezogen. Die Seite war vier Minuten nicht erreichbar.",
            "Die Adresse zeigt jetzt über einen kurzen TTL auf den Server: Der nächste Umzug geht noch schneller.",
        ),
        solved_after=2 * DAY,
        stars=5,
        review="Vier Minuten Ausfall bei 120.000 Bildern. Besser geht es nicht, und alles wurde vorher angekündigt.",
    ),
    Story(
        "bruno.tavares",
        "pt",
        Problem(
            "upgrade",
            "Miniaturas borradas depois da 4.2",
            "Depois da atualização, todas as miniaturas ficaram borradas. Quando abro a foto, está perfeita.",
            {"from_version": "4.1.6", "method": "docker"},
        ),
        End.SILENT,
        6 * DAY,
        said=(
            partner(
                27,
                "Oi, Bruno. A 4.2 usa um tamanho maior e está esticando as miniaturas antigas. Vou gerar todas de "
                "novo, de madrugada.",
                promise_minutes=900,
            ),
            customer(14, "Beleza, valeu. São umas 40 mil."),
        ),
        solution=(
            "A 4.2 mostra miniaturas de 640 pixels e as antigas tinham 320.",
            "Gerei as 41.530 miniaturas de novo. Estão nítidas também em telas de alta resolução.",
        ),
        solved_after=10 * HOUR,
        bank=BankStep("dispute", "product_not_received", DAY),
    ),
    Story(
        "bruno.tavares",
        "pt",
        Problem(
            "storage",
            "Fotos do campeonato somem depois de uma hora",
            "As fotos aparecem e depois de uma hora dão erro 403. Quem recarrega a página vê de novo.",
            {"service": "other", "image": f"{ONDA}/images/etapa-3-044.jpg", "error": "403 Request has expired"},
        ),
        End.OFFERED,
        31 * MINUTE,
        partner="estudio-faro",
    ),
    Story(
        "kinga.malec",
        "pl",
        Problem(
            "server",
            "Duże zdjęcia nie chcą się wysłać",
            "Od wczoraj zdjęcia większe niż 5 MB zatrzymują się w połowie wysyłania. Małe przechodzą bez problemu. "
            "Wystawa klubu jest za tydzień, a każdy chce dodać swoje.",
            {"site": KLUB, "hosting": "shared"},
        ),
        End.UNMATCHED,
        10 * HOUR,
        level=Cefr.C1,
        declined=(DeclineReason.NO_TIME,),
    ),
    Story(
        "kinga.malec",
        "en",
        Problem(
            "upgrade",
            "Thumbnails are missing since this morning's upgrade",
            "I upgraded to 4.2 before breakfast. Photos open, but in every album a third of the thumbnails is grey.",
            {"from_version": "4.1.6", "method": "docker"},
        ),
        End.UNPAID,
        5 * HOUR,
        is_best_fit=True,
    ),
)
