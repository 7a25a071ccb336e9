"""What the price of a piece of work includes, by niche; two ways to say it, the shorter first."""

from marketplace.catalogue.rules import ServiceKind
from marketplace.site.demo.content.vendor import texts

INCLUDES = {
    "upgrades": (
        texts(
            "A full backup, the upgrade to the current release, and a check of every page type.",
            "Copia completa, actualización a la versión actual y revisión de cada tipo de página.",
            "نسخة احتياطية كاملة، والترقية إلى أحدث إصدار، وفحص كل أنواع الصفحات.",
        ),
        texts(
            "Backup, upgrade on a copy first, then on the live site. If it fails, everything as it was.",
            "Copia de seguridad, prueba en un duplicado y después en el sitio real. Si falla, todo queda como estaba.",
            "نسخة احتياطية، ثم تجربة الترقية على نسخة منفصلة قبل الموقع نفسه. إن لم تنجح يعود كل شيء كما كان.",
        ),
    ),
    "installation": (
        texts(
            "Lumentree on your own server or hosting, with HTTPS and mail that arrives.",
            "Lumentree en tu servidor o alojamiento, con HTTPS y correo que llega.",
            "تثبيت لومنتري على خادمك أو استضافتك، مع HTTPS وبريد يصل إلى أصحابه.",
        ),
        texts(
            "Installation, first settings, a nightly backup, and half an hour to show you around in writing.",
            "Instalación, primeros ajustes, copia cada noche y media hora de preguntas por escrito.",
            "التثبيت والإعدادات الأولى ونسخة احتياطية كل ليلة، ونصف ساعة للإجابة عن أسئلتك كتابةً.",
        ),
    ),
    "hosting": (
        texts(
            "One problem of your server found and mended: certificates, PHP, disk, memory or mail.",
            "Un problema de tu servidor, encontrado y resuelto: certificados, PHP, disco, memoria o correo.",
            "العثور على مشكلة واحدة في خادمك وحلها: الشهادات أو PHP أو القرص أو الذاكرة أو البريد.",
        ),
        texts(
            "The cause found, the server put right, and a watch on it for three days afterwards.",
            "La causa encontrada, el servidor en orden y tres días de vigilancia después.",
            "معرفة السبب وإصلاح الخادم ثم مراقبته ثلاثة أيام بعد ذلك.",
        ),
    ),
    "themes": (
        texts(
            "One page or one component of your theme, on phones and large screens alike.",
            "Una página o un componente de tu tema, en móviles y en pantallas grandes.",
            "صفحة واحدة أو جزء واحد من قالبك، على الهواتف والشاشات الكبيرة معًا.",
        ),
        texts(
            "The change in a child theme of its own, so that the next upgrade keeps it.",
            "El cambio en un tema derivado, para que la próxima actualización no lo borre.",
            "التعديل في قالب فرعي مستقل حتى تُبقي عليه الترقية القادمة.",
        ),
    ),
    "plugins": (
        texts(
            "One connection between Lumentree and another program, working and written down.",
            "Una conexión entre Lumentree y otro programa, funcionando y documentada.",
            "ربط واحد بين لومنتري وبرنامج آخر، يعمل وموثّق.",
        ),
        texts(
            "Plugin or API, with a test that tells you when the other side changes something.",
            "Complemento o API, con una prueba que te avisa cuando el otro lado cambia algo.",
            "إضافة أو واجهة برمجية، مع اختبار ينبّهك حين يتغيّر شيء في الطرف الآخر.",
        ),
    ),
    "storage": (
        texts(
            "Your images in object storage or behind a CDN, with addresses that stay as they are.",
            "Tus imágenes en almacenamiento de objetos o tras una CDN, sin que cambien las direcciones.",
            "صورك في تخزين سحابي أو خلف شبكة توزيع، مع بقاء عناوينها كما هي.",
        ),
        texts(
            "Missing or refused images found, rights and caches put right, a count before and after.",
            "Imágenes perdidas o rechazadas localizadas, permisos y cachés en orden, recuento antes y después.",
            "العثور على الصور المفقودة أو المرفوضة، وضبط الصلاحيات والذاكرة المؤقتة، وعدّها قبل ذلك وبعده.",
        ),
    ),
    "migration": (
        texts(
            "Images, albums and accounts moved from your present software; up to 100,000 images.",
            "Imágenes, álbumes y cuentas desde tu programa actual; hasta 100 000 imágenes.",
            "نقل الصور والألبومات والحسابات من برنامجك الحالي، حتى مئة ألف صورة.",
        ),
        texts(
            "A trial move first, then the real one at night, and redirects from every old address.",
            "Primero un ensayo, después el traslado de noche y redirecciones desde cada dirección antigua.",
            "نقل تجريبي أولًا، ثم النقل الفعلي ليلًا، مع تحويل كل العناوين القديمة.",
        ),
    ),
    "performance": (
        texts(
            "Measured before and after, with the three changes that bring the most.",
            "Medido antes y después, con los tres cambios que más aportan.",
            "قياس قبل العمل وبعده، مع التغييرات الثلاثة الأكثر نفعًا.",
        ),
        texts(
            "Slow pages and queries found and mended, thumbnails included. You get the figures.",
            "Páginas y consultas lentas, encontradas y corregidas, miniaturas incluidas. Te quedas con las cifras.",
            "العثور على الصفحات والاستعلامات البطيئة وتسريعها، مع الصور المصغّرة، وتسليمك الأرقام.",
        ),
    ),
}

# What is not sold at a fixed price.
INCLUDES_BY_TIME = {
    ServiceKind.HOURLY: texts(
        "Your site on the new server, with a trial move first. You see every minute, with a note of what it was for.",
        "Tu sitio en el servidor nuevo, con un ensayo antes. Ves cada minuto, con una nota de para qué fue.",
        "موقعك على الخادم الجديد، مع تجربة أولًا. ترى كل دقيقة مع ملاحظة بما أُنجز فيها.",
    ),
    ServiceKind.SESSION: texts(
        "One hour on a call with a shared screen, and a short written summary of what we did.",
        "Una hora de llamada con pantalla compartida y un breve resumen por escrito de lo que hicimos.",
        "ساعة واحدة في مكالمة مع مشاركة الشاشة، وملخص قصير مكتوب لما فعلناه.",
    ),
}
