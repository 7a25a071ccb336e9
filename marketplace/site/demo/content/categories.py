"""The kinds of problems that Lumentree's customers choose from, and what each of them asks."""

from marketplace.catalogue.rules import FieldKind, Layer
from marketplace.site.demo.content.categories_by_time import BY_TIME
from marketplace.site.demo.content.questions import ERROR, CategoryRow, FieldRow
from marketplace.site.demo.content.vendor import texts

CATEGORIES = (
    CategoryRow(
        "upgrade",
        texts("An upgrade went wrong", "Una actualización salió mal", "ترقية لم تكتمل كما يجب"),
        texts(
            "The site does not work, or works differently, since an upgrade of Lumentree.",
            "El sitio no funciona, o funciona distinto, desde que se actualizó Lumentree.",
            "الموقع لا يعمل أو يعمل بطريقة مختلفة منذ ترقية لومنتري.",
        ),
        Layer.APPLICATION,
        "upgrades",
        (
            FieldRow(
                "from_version",
                FieldKind.TEXT,
                texts("Version before the upgrade", "Versión antes de actualizar", "الإصدار قبل الترقية"),
                texts("For example 4.0.6.", "Por ejemplo 4.0.6.", "مثلًا 4.0.6."),
            ),
            FieldRow(
                "method",
                FieldKind.CHOICE,
                texts("How did you upgrade?", "¿Cómo actualizaste?", "كيف أجريت الترقية؟"),
                {},
                (
                    (
                        "dashboard",
                        texts("With the button in the dashboard", "Con el botón del panel", "من لوحة التحكم"),
                    ),
                    ("files", texts("By replacing the files", "Reemplazando los archivos", "باستبدال الملفات")),
                    (
                        "docker",
                        texts("With a new Docker image", "Con una imagen nueva de Docker", "بصورة Docker جديدة"),
                    ),
                ),
            ),
            ERROR,
        ),
    ),
    CategoryRow(
        "server",
        texts("Server or hosting", "Servidor o alojamiento", "الخادم أو الاستضافة"),
        texts(
            "The server is down, slow or full, or it does not let Lumentree do what it needs to do.",
            "El servidor está caído, lento o lleno, o no deja que Lumentree haga su trabajo.",
            "الخادم متوقف أو بطيء أو ممتلئ، أو لا يسمح للومنتري بأداء عمله.",
        ),
        Layer.PLATFORM,
        "hosting",
        (
            FieldRow(
                "site",
                FieldKind.URL,
                texts("Address of your site", "Dirección de tu sitio", "عنوان موقعك"),
                texts("With https:// in front.", "Con https:// delante.", "العنوان كاملًا بدءًا من https."),
            ),
            FieldRow(
                "hosting",
                FieldKind.CHOICE,
                texts("Where does it run?", "¿Dónde funciona?", "أين يعمل؟"),
                {},
                (
                    ("shared", texts("Shared hosting", "Alojamiento compartido", "استضافة مشتركة")),
                    ("vps", texts("A virtual server", "Un servidor virtual", "خادم افتراضي")),
                    ("own", texts("A machine of our own", "Una máquina propia", "جهاز خاص بنا")),
                ),
            ),
            FieldRow(
                "system",
                FieldKind.TEXT,
                texts(
                    "Operating system and PHP version", "Sistema operativo y versión de PHP", "نظام التشغيل وإصدار PHP"
                ),
                texts("If you know them.", "Si los conoces.", "إن كنت تعرفهما."),
                is_required=False,
            ),
        ),
    ),
    CategoryRow(
        "storage",
        texts("Storage or CDN", "Almacenamiento o CDN", "التخزين أو شبكة التوزيع"),
        texts(
            "Images are missing, slow or refused between Lumentree and the place where they are kept.",
            "Las imágenes faltan, tardan o se rechazan entre Lumentree y el lugar donde se guardan.",
            "الصور مفقودة أو بطيئة أو مرفوضة بين لومنتري ومكان حفظها.",
        ),
        Layer.INTEGRATION,
        "storage",
        (
            FieldRow(
                "service",
                FieldKind.CHOICE,
                texts("Where are the images kept?", "¿Dónde se guardan las imágenes?", "أين تُحفظ الصور؟"),
                {},
                (
                    ("s3", texts("Amazon S3", "Amazon S3", "Amazon S3")),
                    ("r2", texts("Cloudflare R2", "Cloudflare R2", "Cloudflare R2")),
                    ("b2", texts("Backblaze B2", "Backblaze B2", "Backblaze B2")),
                    ("other", texts("Somewhere else", "En otro lugar", "في مكان آخر")),
                ),
            ),
            FieldRow(
                "image",
                FieldKind.URL,
                texts("Address of one such image", "Dirección de una de esas imágenes", "عنوان إحدى هذه الصور"),
                {},
                is_required=False,
            ),
            ERROR,
        ),
    ),
    CategoryRow(
        "theme",
        texts("Looks and themes", "Aspecto y temas", "المظهر والقوالب"),
        texts(
            "A page does not look as it should, or should look as it does not yet.",
            "Una página no se ve como debería, o quieres que se vea de otra manera.",
            "صفحة لا تظهر كما ينبغي، أو تريد أن تظهر بشكل آخر.",
        ),
        Layer.APPLICATION,
        "themes",
        (
            FieldRow(
                "page",
                FieldKind.URL,
                texts("The page in question", "La página en cuestión", "الصفحة المقصودة"),
                texts("With https:// in front.", "Con https:// delante.", "العنوان كاملًا بدءًا من https."),
            ),
            FieldRow(
                "theme",
                FieldKind.TEXT,
                texts("Name of the theme", "Nombre del tema", "اسم القالب"),
                {},
                is_required=False,
            ),
        ),
    ),
    CategoryRow(
        "integration",
        texts("Plugins and other software", "Complementos y otros programas", "الإضافات والبرامج الأخرى"),
        texts(
            "Lumentree is to work with a forum, a shop, a sign-in service or a plugin.",
            "Lumentree tiene que funcionar con un foro, una tienda, un inicio de sesión o un complemento.",
            "يجب أن يعمل لومنتري مع منتدى أو متجر أو خدمة دخول أو إضافة.",
        ),
        Layer.INTEGRATION,
        "plugins",
        (
            FieldRow(
                "connected_to",
                FieldKind.TEXT,
                texts("What is it connected to?", "¿Con qué está conectado?", "بماذا هو مرتبط؟"),
                texts("Name and version.", "Nombre y versión.", "الاسم والإصدار."),
            ),
            FieldRow(
                "since",
                FieldKind.CHOICE,
                texts("Has it ever worked?", "¿Ha funcionado alguna vez?", "هل عمل من قبل؟"),
                {},
                (
                    ("new", texts("It is new", "Es nuevo", "هو جديد")),
                    ("stopped", texts("It worked and stopped", "Funcionaba y dejó de funcionar", "كان يعمل ثم توقف")),
                ),
            ),
            ERROR,
        ),
    ),
    *BY_TIME,
    CategoryRow(
        "defect",
        texts("A fault in Lumentree itself", "Un fallo de Lumentree", "خلل في لومنتري نفسه"),
        texts(
            "It does what nobody can want, on a clean installation too. We mend it free of charge.",
            "Hace algo que nadie puede querer, también en una instalación limpia. Lo arreglamos sin cobrar.",
            "يفعل ما لا يريده أحد حتى في تثبيت نظيف. نصلحه نحن دون مقابل.",
        ),
        Layer.APPLICATION,
        "installation",
        (
            FieldRow(
                "steps",
                FieldKind.LONG_TEXT,
                texts("How can we see it?", "¿Cómo podemos verlo?", "كيف يمكننا أن نراه؟"),
                texts(
                    "Step by step, from a page that works.",
                    "Paso a paso, desde una página que funciona.",
                    "خطوة بخطوة، بدءًا من صفحة تعمل.",
                ),
            ),
            FieldRow(
                "expected",
                FieldKind.TEXT,
                texts("What should happen?", "¿Qué debería pasar?", "ما الذي يجب أن يحدث؟"),
                {},
            ),
            FieldRow(
                "page",
                FieldKind.URL,
                texts("A page that shows it", "Una página donde se ve", "صفحة يظهر فيها"),
                {},
                is_required=False,
            ),
        ),
        is_defect=True,
    ),
)
