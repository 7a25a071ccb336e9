"""What is asked about the upgrade itself."""

from marketplace.site.demo.content.exam_words import (
    EASY,
    HARD,
    MEDIUM,
    Topic,
    belongs,
    in_figures,
    in_order,
    is_so,
    one_of,
    some_of,
)
from marketplace.site.demo.content.vendor import texts

TOPIC = Topic("Carrying out", "C")

CARRYING_OUT = (
    TOPIC.ask(
        1,
        "Order of an upgrade",
        EASY,
        in_order(
            texts(
                "Bring the steps of an upgrade into order.",
                "Pon en orden los pasos de una actualización.",
                "رتّب خطوات الترقية.",
            ),
            texts("Turn on maintenance mode", "Activar el modo de mantenimiento", "تشغيل وضع الصيانة"),
            texts("Make the last backup", "Hacer la última copia de seguridad", "أخذ آخر نسخة احتياطية"),
            texts("Replace the program", "Reemplazar el programa", "استبدال البرنامج"),
            texts("Change the database", "Modificar la base de datos", "تعديل قاعدة البيانات"),
            texts("Turn off maintenance mode", "Desactivar el modo de mantenimiento", "إيقاف وضع الصيانة"),
        ),
    ),
    TOPIC.ask(
        2,
        "Uploads meanwhile",
        EASY,
        is_so(
            texts(
                "While an upgrade changes the database, visitors can safely go on uploading images.",
                "Mientras una actualización modifica la base de datos, los visitantes pueden seguir subiendo imágenes "
                "sin riesgo.",
                "أثناء تعديل الترقية لقاعدة البيانات يمكن للزوار مواصلة رفع الصور بأمان.",
            ),
            is_true=False,
        ),
    ),
    TOPIC.ask(
        3,
        "Three ways to upgrade",
        MEDIUM,
        belongs(
            texts(
                "What matters most with each way to upgrade?",
                "¿Qué es lo más importante en cada forma de actualizar?",
                "ما أهم ما يجب مراعاته في كل طريقة للترقية؟",
            ),
            (
                texts("With the button in the dashboard", "Con el botón del panel", "من لوحة التحكم"),
                texts(
                    "The server lets a page run long enough",
                    "El servidor deja que una página tarde lo suficiente",
                    "أن يسمح الخادم للصفحة بوقت تنفيذ كافٍ",
                ),
            ),
            (
                texts("By replacing the files", "Reemplazando los archivos", "باستبدال الملفات"),
                texts(
                    "Images and configuration stay where they are",
                    "Las imágenes y la configuración se quedan donde están",
                    "أن تبقى الصور والإعدادات في مكانها",
                ),
            ),
            (
                texts("With a new Docker image", "Con una imagen nueva de Docker", "بصورة Docker جديدة"),
                texts(
                    "The new container has the same volumes",
                    "El contenedor nuevo tiene los mismos volúmenes",
                    "أن ترتبط الحاوية الجديدة بوحدات التخزين نفسها",
                ),
            ),
            misleading=texts(
                "Every visitor has emptied the cache",
                "Cada visitante ha vaciado su caché",
                "أن يفرغ كل زائر ذاكرته المؤقتة",
            ),
        ),
    ),
    TOPIC.ask(
        4,
        "It stands still",
        MEDIUM,
        one_of(
            texts(
                "An upgrade stands still at 40 %. The log says that one table waits for a lock. What do you do?",
                "Una actualización se detiene en el 40 %. El registro dice que una tabla espera un bloqueo. "
                "¿Qué haces?",
                "توقفت الترقية عند 40٪، ويقول السجل إن جدولًا ينتظر تحرير قفل. ماذا تفعل؟",
            ),
            texts(
                "Find out what holds the table, such as a backup that runs, and let it end.",
                "Averiguar qué retiene la tabla, por ejemplo una copia en curso, y dejar que termine.",
                "أبحث عمّا يحجز الجدول، كعملية نسخ احتياطي جارية، وأدعها تنتهي.",
            ),
            texts(
                "Begin the upgrade a second time beside the first.",
                "Iniciar la actualización otra vez en paralelo.",
                "أبدأ الترقية مرة ثانية إلى جانب الأولى.",
            ),
            texts(
                "Delete the table: the upgrade makes it anew.",
                "Borrar la tabla: la actualización la crea de nuevo.",
                "أحذف الجدول، فالترقية تنشئه من جديد.",
            ),
            texts(
                "Switch the server off and on.",
                "Apagar y encender el servidor.",
                "أطفئ الخادم ثم أشغّله.",
            ),
        ),
    ),
    TOPIC.ask(
        5,
        "Time that is left",
        HARD,
        in_figures(
            texts(
                "An upgrade goes through 12 000 images. After 15 minutes it has done 4 500. How many minutes are "
                "left at the same pace?",
                "Una actualización recorre 12 000 imágenes. Tras 15 minutos lleva 4 500. ¿Cuántos minutos quedan al "
                "mismo ritmo?",
                "تعالج الترقية 12000 صورة، وأنجزت منها 4500 بعد 15 دقيقة. كم دقيقة تبقى بالسرعة نفسها؟",
            ),
            "25",
        ),
    ),
    TOPIC.ask(
        6,
        "Two containers",
        HARD,
        some_of(
            texts(
                "Two containers serve the same site. What must be the same in both after the upgrade?",
                "Dos contenedores sirven el mismo sitio. ¿Qué debe ser igual en ambos después de actualizar?",
                "تخدم حاويتان الموقع نفسه. ما الذي يجب أن يتطابق فيهما بعد الترقية؟",
            ),
            right=(
                texts("The release of Lumentree", "La versión de Lumentree", "إصدار لومنتري"),
                texts("The key that signs sessions", "La clave que firma las sesiones", "المفتاح الذي يوقّع الجلسات"),
            ),
            wrong=(
                texts("The name of the container", "El nombre del contenedor", "اسم الحاوية"),
                texts("The number of processors", "El número de procesadores", "عدد المعالجات"),
            ),
        ),
    ),
)
