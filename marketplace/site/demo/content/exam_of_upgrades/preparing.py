"""What is asked about the time before an upgrade."""

from marketplace.site.demo.content.exam_words import (
    EASY,
    HARD,
    MEDIUM,
    Topic,
    in_figures,
    in_words,
    is_so,
    one_of,
    some_of,
)
from marketplace.site.demo.content.vendor import texts

TOPIC = Topic("Preparing", "P")

PREPARING = (
    TOPIC.ask(
        1,
        "First step",
        EASY,
        one_of(
            texts(
                "A customer asks you to upgrade Lumentree. What do you do first?",
                "Un cliente te pide que actualices Lumentree. ¿Qué haces primero?",
                "طلب منك عميل ترقية لومنتري. ما أول شيء تفعله؟",
            ),
            texts(
                "Make a backup of the database and the images, and try whether it can be restored.",
                "Hacer una copia de seguridad de la base de datos y las imágenes, y probar que se puede restaurar.",
                "آخذ نسخة احتياطية من قاعدة البيانات والصور، وأتأكد من إمكان استعادتها.",
            ),
            texts(
                "Remove all themes and plugins for good.",
                "Eliminar para siempre todos los temas y complementos.",
                "أحذف جميع القوالب والإضافات نهائيًا.",
            ),
            texts(
                "Delete the oldest images to make room.",
                "Borrar las imágenes más antiguas para hacer sitio.",
                "أحذف أقدم الصور لتوفير مساحة.",
            ),
            texts(
                "Ask everybody to change their password.",
                "Pedir a todo el mundo que cambie su contraseña.",
                "أطلب من الجميع تغيير كلمات المرور.",
            ),
        ),
    ),
    TOPIC.ask(
        2,
        "When a backup counts",
        EASY,
        is_so(
            texts(
                "You can only rely on a backup once it has been restored somewhere.",
                "Solo puedes confiar en una copia de seguridad después de haberla restaurado en algún sitio.",
                "لا يمكنك الاعتماد على نسخة احتياطية إلا بعد أن تُستعاد فعلًا في مكان ما.",
            ),
            is_true=True,
        ),
    ),
    TOPIC.ask(
        3,
        "What a backup holds",
        MEDIUM,
        some_of(
            texts(
                "Which of these does a backup need, because Lumentree can not make them again?",
                "¿Qué debe contener una copia de seguridad porque Lumentree no puede volver a crearlo?",
                "أيٌّ مما يلي يجب أن تحويه النسخة الاحتياطية لأن لومنتري لا يستطيع إنشاءه من جديد؟",
            ),
            right=(
                texts("The database", "La base de datos", "قاعدة البيانات"),
                texts("The original images", "Las imágenes originales", "الصور الأصلية"),
                texts(
                    "The configuration, with the signing key",
                    "La configuración, con la clave de firma",
                    "ملف الإعدادات الذي يضم مفتاح التوقيع",
                ),
            ),
            wrong=(
                texts("The thumbnails", "Las miniaturas", "الصور المصغّرة"),
                texts("The cache of pages", "La caché de páginas", "ذاكرة الصفحات المؤقتة"),
            ),
        ),
    ),
    TOPIC.ask(
        4,
        "How long a copy takes",
        MEDIUM,
        in_figures(
            texts(
                "The images take 44 GB and the database 4 GB. They are copied at 20 MB per second. How many minutes "
                "does the copy take? Count 1 GB as 1000 MB.",
                "Las imágenes ocupan 44 GB y la base de datos 4 GB. Se copian a 20 MB por segundo. ¿Cuántos minutos "
                "tarda la copia? Cuenta 1 GB como 1000 MB.",
                "تشغل الصور 44 غيغابايت وقاعدة البيانات 4 غيغابايت، وسرعة النسخ 20 ميغابايت في الثانية. كم دقيقة "
                "يستغرق النسخ؟ احسب الغيغابايت على أنه 1000 ميغابايت.",
            ),
            "40",
            "0.5",
        ),
    ),
    TOPIC.ask(
        5,
        "Where to try it",
        MEDIUM,
        in_words(
            texts(
                "What do you call a private copy of a site on which an upgrade is tried before it is done for real?",
                "¿Cómo se llama la copia privada de un sitio en la que pruebas una actualización antes de hacerla "
                "de verdad?",
                "ماذا تُسمّى النسخة الخاصة من الموقع التي تُجرَّب عليها الترقية قبل تنفيذها فعليًا؟",
            ),
            texts("*staging*", "*pruebas*", "*تجريبي*"),
            texts("test*", "*preproducción*", "*اختبار*"),
        ),
    ),
    TOPIC.ask(
        6,
        "Two releases behind",
        HARD,
        one_of(
            texts(
                "A site is two releases behind. One of its plugins has a version for the newest release only. What do "
                "you plan?",
                "Un sitio va dos versiones por detrás. Uno de sus complementos solo tiene edición para la versión más "
                "reciente. ¿Qué planificas?",
                "موقع متأخر بإصدارين، وإحدى إضافاته لا تتوفر إلا للإصدار الأحدث. ما خطتك؟",
            ),
            texts(
                "One release after the other, on a copy first, with the plugin off until the end.",
                "Una versión tras otra, primero en una copia, con el complemento desactivado hasta el final.",
                "الترقية إصدارًا بعد إصدار، على نسخة أولًا، مع تعطيل الإضافة حتى النهاية.",
            ),
            texts(
                "The newest release at once, since the plugin needs it.",
                "Directamente la versión más reciente, ya que el complemento la necesita.",
                "الانتقال مباشرة إلى الإصدار الأحدث لأن الإضافة تحتاج إليه.",
            ),
            texts(
                "The new plugin on the old release, and the upgrades later.",
                "El complemento nuevo en la versión antigua, y las actualizaciones más adelante.",
                "تركيب الإضافة الجديدة على الإصدار القديم، وتأجيل الترقية.",
            ),
            texts(
                "No upgrade: a site that is two releases behind has to be set up anew.",
                "Ninguna actualización: un sitio con dos versiones de retraso debe instalarse de cero.",
                "لا ترقية: الموقع المتأخر بإصدارين يجب تثبيته من الصفر.",
            ),
        ),
    ),
)
