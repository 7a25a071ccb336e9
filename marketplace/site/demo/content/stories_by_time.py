"""Requests that are paid by the hour, and guided sessions."""

from marketplace.site.demo.content.script import (
    DAY,
    HOUR,
    MINUTE,
    NO_MONEY,
    PAYS,
    BankStep,
    End,
    Problem,
    Story,
    customer,
    partner,
)

BY_TIME = (
    Story(
        "customer",
        "en",
        Problem(
            "move",
            "To a server with more room, before the season begins",
            "Our machine is full and four years old. We have rented a larger one, and everything is to move there: "
            "412,000 images, the accounts, and the addresses must stay as they are.",
            {"images": "412,000 images, 640 GB", "new_server": "yes"},
        ),
        End.WORK,
        26 * HOUR,
        partner="estudio-faro",
        accepted_after=12 * MINUTE,
        said=(
            partner(
                25,
                "Hello Elena, Inés here. I have looked at both machines: the new one is fine. I begin with a trial "
                "move of one album, so that we both see how long the rest takes.",
                promise_minutes=180,
                worked=(35, "Looked at both machines, installed Lumentree on the new one"),
            ),
            customer(20, "Great. The old site must stay up until Friday, please."),
            partner(
                140,
                "The trial album is over there and looks right. The images copy by themselves tonight: you pay for my "
                "minutes, not for those of the machine.",
                promise_minutes=1500,
                worked=(40, "Trial move of one album, started the copy of the images"),
            ),
        ),
    ),
    Story(
        "insured",
        "en",
        Problem(
            "move",
            "Away from a hosting company that closes down",
            "Our hosting company ends its service at the end of the month. We have chosen another and need all lots of "
            "the past ten years there, with their addresses.",
            {"images": "About 90,000 images, 180 GB", "new_server": "yes"},
        ),
        End.CLOSED,
        27 * DAY,
        partner="estudio-faro",
        accepted_after=20 * MINUTE,
        said=(
            partner(
                40,
                "Good morning Grace. I have access to both, thank you. I copy first and switch on Sunday night, when "
                "nobody bids.",
                promise_minutes=600,
                worked=(50, "Prepared the new machine and started the copy"),
            ),
            partner(
                480,
                "Everything is copied and compared. The switch takes ten minutes, on Sunday at eleven in the evening.",
                promise_minutes=2000,
                worked=(45, "Compared the copy with the original"),
            ),
            partner(
                1500,
                "Switched. I watch it for another while before I say that it is done.",
                promise_minutes=300,
                worked=(40, "Switched the addresses over and watched"),
            ),
            customer(60, "The catalogue opens faster than ever. Thank you."),
        ),
        solution=(
            "The old hosting company closes down at the end of the month.",
            "All 90,312 images and the accounts are on the new machine, and every old address leads there.",
            "A copy is made every night now, and kept for two weeks at another place.",
        ),
        stars=5,
        review="I could see every quarter of an hour and what it was for. In the end it took less than we had feared.",
        cards=(NO_MONEY, PAYS),
    ),
    Story(
        "khaled.mansour",
        "ar",
        Problem(
            "move",
            "نقل متجر الصور إلى خادم أقرب",
            "خادمنا بعيد والموقع بطيء. استأجرنا خادمًا في القاهرة ونريد نقل كل شيء إليه دون أن يتوقف الموقع في النهار.",
            {"images": "نحو ٢٠ ألف صورة، ٤٠ غيغابايت", "new_server": "yes"},
        ),
        End.CLOSED,
        18 * DAY,
        partner="yasmine-farouk",
        accepted_after=15 * MINUTE,
        said=(
            partner(
                30,
                "مرحبًا خالد، أنا ياسمين. سأجرّب النقل أولًا على ألبوم واحد، ثم أنقل الباقي ليلًا.",
                promise_minutes=900,
                worked=(30, "فحص الخادمين وتجربة النقل"),
            ),
            partner(
                600,
                "انتهى النقل، والموقع يعمل من الخادم الجديد. أراقبه حتى المساء.",
                promise_minutes=600,
                worked=(45, "نقل الصور والحسابات وتحويل العنوان"),
            ),
        ),
        solution=(
            "كان الخادم القديم بعيدًا عن الزوار وبطيئًا.",
            "نُقل كل شيء إلى الخادم الجديد، والصفحات تُفتح الآن في أقل من ثانية.",
        ),
        stars=5,
        review="عملت ليلًا كما وعدت، ودفعت أقل من الحد الذي اتفقنا عليه.",
        bank=BankStep("inquire", "unrecognized", 3 * DAY),
    ),
    Story(
        "customer",
        "en",
        Problem(
            "first-steps",
            "Two new volunteers who are to look after the albums",
            "Marta and Pol take over the albums from me in spring. They are good with photos and new to Lumentree.",
            {"goal": "Make albums, give rights to guides, and find a photo again."},
            starts_after=3 * DAY,
        ),
        End.CLOSED,
        33 * DAY,
        partner="estudio-faro",
        accepted_after=25 * MINUTE,
        said=(
            partner(
                20,
                "Hello Elena, this is Omar. I send you all a link for the call an hour before. Have one album ready "
                "that we may spoil.",
                promise_minutes=3000,
            ),
            customer(90, "We will. Marta asks whether she can record it: may she?"),
            partner(45, "Of course. I write you a short summary afterwards as well."),
        ),
        solution=(
            "Two people were new to Lumentree.",
            "We made an album, gave rights to a group of guides, and found a photo in four ways. The summary is above.",
            "Rights are given to groups now, so the next volunteer only joins a group.",
        ),
        stars=5,
        review="They clicked, he guided. After the hour Marta explained albums to me.",
    ),
    Story(
        "alvaro.montes",
        "es",
        Problem(
            "first-steps",
            "Quiero entender los permisos antes de invitar al equipo",
            "Seremos seis personas y cada una debe ver solo lo suyo. Prefiero que alguien me lo enseñe una vez.",
            {"goal": "Crear grupos, dar permisos por álbum y comprobar qué ve cada persona."},
            starts_after=2 * DAY,
        ),
        End.WORK,
        7 * HOUR,
        partner="estudio-faro",
        accepted_after=18 * MINUTE,
        said=(
            partner(
                22,
                "Hola, Álvaro: soy Omar. Te paso el enlace de la llamada el mismo día. Apunta mientras tanto quién "
                "debe ver qué, con eso empezamos.",
            ),
            customer(30, "Perfecto, ya tengo la lista."),
        ),
    ),
    Story(
        "customer",
        "en",
        Problem(
            "first-steps",
            "Show our guides how visitors find a photo",
            "Our guides are asked for photos on every tour. I would like somebody to show three of them how to find "
            "one within a minute, and what visitors may see.",
            {"goal": "Search by place and year, and send a visitor the right photo."},
            starts_after=4 * DAY,
        ),
        End.WORK,
        9 * HOUR,
        partner="estudio-faro",
        accepted_after=20 * MINUTE,
        said=(
            partner(
                25,
                "Hello Elena, Omar again. Gladly. A school has asked me for that very hour: would the next day suit "
                "your guides as well? If not, it stays as it is.",
            ),
        ),
        delayed_by=DAY,
    ),
    Story(
        "lucia.paredes",
        "es",
        Problem(
            "first-steps",
            "Primera hora con Lumentree para la biblioteca",
            "Acabamos de instalarlo y nadie sabe por dónde empezar.",
            {"goal": "Subir las fotos de un acto y enviarlas a la prensa."},
            starts_after=4 * DAY,
        ),
        End.CALLED_OFF,
        16 * DAY,
        partner="rodrigo-fuentes",
        accepted_after=30 * MINUTE,
        said=(
            partner(35, "Hola, Lucía. Reservado. Si puedes, ten a mano unas veinte fotos de ese acto."),
            customer(15, "Las tengo. ¡Nos vemos!"),
        ),
        reason="Mañana hay inventario y no puedo estar. Pediré otra hora la semana que viene.",
    ),
    Story(
        "jonas.albrecht",
        "en",
        Problem(
            "first-steps",
            "An hour about backups that one really can restore",
            "We have backups, but nobody has ever restored one. I would like to do it once with somebody beside me.",
            {"goal": "Restore last night's backup on another machine, and know that it is whole."},
            starts_after=3 * DAY,
        ),
        End.OFFERED,
        25 * MINUTE,
        partner="estudio-faro",
    ),
)
