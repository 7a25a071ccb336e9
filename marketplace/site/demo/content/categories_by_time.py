"""The kinds of help that are not sold at a fixed price: by the hour, and as a guided session."""

from marketplace.catalogue.rules import FieldKind, Layer, ServiceKind
from marketplace.site.demo.content.questions import CategoryRow, FieldRow
from marketplace.site.demo.content.vendor import texts

BY_TIME = (
    CategoryRow(
        "move",
        texts("Moving to a new server", "Mudanza a un servidor nuevo", "الانتقال إلى خادم جديد"),
        texts(
            "Lumentree and all its images are to move. You pay for the time it takes, up to a limit that you agree.",
            "Lumentree y todas sus imágenes se mudan. Pagas el tiempo que lleve, hasta un límite que acordáis.",
            "نقل لومنتري وكل صوره. تدفع مقابل الوقت اللازم، حتى حد تتفقان عليه.",
        ),
        Layer.PLATFORM,
        "hosting",
        (
            FieldRow(
                "images",
                FieldKind.TEXT,
                texts("How many images are there?", "¿Cuántas imágenes hay?", "كم عدد الصور؟"),
                texts(
                    "Roughly, and how much space they take.",
                    "Más o menos, y cuánto ocupan.",
                    "تقريبًا، وكم تشغل من المساحة.",
                ),
            ),
            FieldRow(
                "new_server",
                FieldKind.CHOICE,
                texts("Is the new server there already?", "¿Ya tienes el servidor nuevo?", "هل الخادم الجديد موجود؟"),
                {},
                (
                    ("yes", texts("Yes, it is ready", "Sí, está listo", "نعم، وهو جاهز")),
                    ("no", texts("No, we need advice first", "No, necesitamos consejo", "لا، نحتاج إلى نصيحة أولًا")),
                ),
            ),
        ),
        service_kind=ServiceKind.HOURLY,
    ),
    CategoryRow(
        "first-steps",
        texts("Guided first steps", "Primeros pasos en compañía", "الخطوات الأولى مع مرشد"),
        texts(
            "An hour with somebody who knows Lumentree, at a time that you choose: you click, they guide.",
            "Una hora con alguien que conoce Lumentree, a la hora que elijas: tú haces clic, te guían.",
            "ساعة مع من يعرف لومنتري، في الوقت الذي تختاره: أنت تنقر وهو يرشدك.",
        ),
        Layer.APPLICATION,
        "installation",
        (
            FieldRow(
                "goal",
                FieldKind.LONG_TEXT,
                texts(
                    "What do you want to be able to do afterwards?",
                    "¿Qué quieres saber hacer después?",
                    "ما الذي تريد أن تستطيع فعله بعدها؟",
                ),
                {},
            ),
        ),
        service_kind=ServiceKind.SESSION,
    ),
)
