"""What is asked about upgrades that went wrong."""

from marketplace.site.demo.content.exam_words import (
    EASY,
    HARD,
    MEDIUM,
    Topic,
    belongs,
    in_order,
    in_words,
    is_so,
    one_of,
)
from marketplace.site.demo.content.vendor import texts

TOPIC = Topic("Repairing", "R")
ON_TRIAL = "R06"

REPAIRING = (
    TOPIC.ask(
        1,
        "Permission denied",
        EASY,
        one_of(
            texts(
                "Since the upgrade to a new Docker image no upload can be saved. The log says “permission denied”. "
                "What is the likely cause?",
                "Desde que se actualizó con una imagen nueva de Docker no se guarda ninguna subida. El registro dice "
                "«permission denied». ¿Cuál es la causa probable?",
                "منذ الترقية بصورة Docker جديدة لا يُحفظ أي ملف مرفوع، ويقول السجل «permission denied». "
                "ما السبب الأرجح؟",
            ),
            texts(
                "Lumentree runs as another user, to whom the folder of images does not belong.",
                "Lumentree se ejecuta como otro usuario, al que no pertenece la carpeta de imágenes.",
                "يعمل لومنتري باسم مستخدم آخر لا يملك مجلد الصور.",
            ),
            texts(
                "The theme is too old for the new release.",
                "El tema es demasiado antiguo para la versión nueva.",
                "القالب أقدم من أن يناسب الإصدار الجديد.",
            ),
            texts(
                "The images are larger than before.",
                "Las imágenes son más grandes que antes.",
                "الصور أكبر من ذي قبل.",
            ),
            texts(
                "The visitors have to sign in again.",
                "Los visitantes tienen que volver a iniciar sesión.",
                "على الزوار تسجيل الدخول من جديد.",
            ),
        ),
    ),
    TOPIC.ask(
        2,
        "Back to the copy",
        EASY,
        is_so(
            texts(
                "If a site stands still and you do not know the cause, it is better to go back to the backup than to "
                "try one thing after another on the live site.",
                "Si un sitio está parado y no conoces la causa, es mejor volver a la copia de seguridad que probar una "
                "cosa tras otra en el sitio real.",
                "إذا توقف الموقع ولم تعرف السبب، فالعودة إلى النسخة الاحتياطية أفضل من تجربة حل بعد آخر على الموقع "
                "الفعلي.",
            ),
            is_true=True,
        ),
    ),
    TOPIC.ask(
        3,
        "Where to look first",
        MEDIUM,
        belongs(
            texts(
                "Where do you look first?",
                "¿Dónde miras primero?",
                "أين تبحث أولًا؟",
            ),
            (
                texts(
                    "Everybody is signed out after every few clicks",
                    "A todos se les cierra la sesión cada pocos clics",
                    "يُخرَج الجميع من حساباتهم بعد كل بضع نقرات",
                ),
                texts("The signing key", "La clave de firma", "مفتاح التوقيع"),
            ),
            (
                texts("Pages have lost their colours", "Las páginas han perdido sus colores", "فقدت الصفحات ألوانها"),
                texts("The theme and the cache", "El tema y la caché", "القالب والذاكرة المؤقتة"),
            ),
            (
                texts(
                    "Uploads above 8 MB fail", "Fallan las subidas de más de 8 MB", "يفشل رفع ما يزيد على 8 ميغابايت"
                ),
                texts("The limits of the server", "Los límites del servidor", "حدود الخادم"),
            ),
            misleading=texts("The outgoing mail", "El correo saliente", "البريد الصادر"),
        ),
    ),
    TOPIC.ask(
        4,
        "The way back",
        MEDIUM,
        in_words(
            texts(
                "In one or two words: what do you call it when a site is brought back to how it was before the "
                "upgrade?",
                "En una o dos palabras: ¿cómo se llama devolver un sitio al estado anterior a la actualización?",
                "بكلمة أو كلمتين: ماذا يُسمّى إرجاع الموقع إلى ما كان عليه قبل الترقية؟",
            ),
            texts("*roll*back*", "*reversión*", "*استعادة*"),
            texts("*restor*", "*restaura*", "*استرجاع*"),
            texts("*revert*", "*revertir*", "*تراجع*"),
        ),
    ),
    TOPIC.ask(
        5,
        "From the error to the end",
        HARD,
        in_order(
            texts(
                "The site shows an error page since the upgrade, and visitors can wait an hour. Bring your "
                "steps into order.",
                "El sitio muestra una página de error desde la actualización, y los visitantes pueden esperar una "
                "hora. Pon en orden tus pasos.",
                "يعرض الموقع صفحة خطأ منذ الترقية، ويمكن للزوار الانتظار ساعة. رتّب خطواتك.",
            ),
            texts("Read what the log says", "Leer lo que dice el registro", "قراءة ما يقوله السجل"),
            texts("Repeat the error on a copy", "Repetir el error en una copia", "تكرار الخطأ على نسخة"),
            texts("Mend the copy", "Arreglar la copia", "إصلاح النسخة"),
            texts("Mend the live site", "Arreglar el sitio real", "إصلاح الموقع الفعلي"),
            texts(
                "Tell the customer the cause, and what was done",
                "Explicar al cliente la causa y lo que se hizo",
                "إخبار العميل بالسبب وبما أُنجز",
            ),
        ),
    ),
    TOPIC.ask(
        6,
        "Slow at first",
        HARD,
        one_of(
            texts(
                "Since the upgrade each page is slow when it is opened for the first time, and fast afterwards. What "
                "is the likely cause?",
                "Desde la actualización cada página va lenta la primera vez que se abre, y rápida después. ¿Cuál es la "
                "causa probable?",
                "منذ الترقية تبطؤ كل صفحة عند فتحها أول مرة ثم تسرع بعدها. ما السبب الأرجح؟",
            ),
            texts(
                "The cache was emptied, and fills again as pages are opened.",
                "La caché se vació y se llena de nuevo al abrir las páginas.",
                "أُفرغت الذاكرة المؤقتة، وهي تمتلئ من جديد كلما فُتحت صفحة.",
            ),
            texts(
                "The database has lost its indexes.",
                "La base de datos ha perdido sus índices.",
                "فقدت قاعدة البيانات فهارسها.",
            ),
            texts(
                "The server has too little memory.",
                "El servidor tiene muy poca memoria.",
                "ذاكرة الخادم قليلة جدًا.",
            ),
            texts(
                "The certificate of the site has run out.",
                "El certificado del sitio ha caducado.",
                "انتهت صلاحية شهادة الموقع.",
            ),
        ),
    ),
)
