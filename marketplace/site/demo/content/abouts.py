"""What partners say of themselves: three sentences in English that can be put together, and whole texts elsewhere."""

# How one begins, by how long one has worked with Lumentree; the gap is a city.
BEGAN = (
    "I run small servers from {city} and have kept Lumentree sites alive since version 2.",
    "Photographer first, administrator second: I came to Lumentree in {city} because my own archive needed a home.",
    "I have looked after image archives for newspapers and clubs in {city} for over ten years.",
    "By day I mend Lumentree sites in {city}; by night I write about what broke them.",
    "Based in {city}. I worked for a hosting company for eight years before I went on my own.",
    "I build and repair Lumentree sites in {city}, mostly for schools, museums and small shops.",
    "Former support engineer, now independent in {city}. Lumentree is most of what I do.",
    "I host some forty Lumentree sites for clients around {city}, and fix others' when they call.",
    "I have written Lumentree plugins in {city} since the first public API.",
    "After years in a data centre in {city} I help people whose images must simply be there.",
    "Web developer in {city}. I like old sites that have grown and nobody dares to touch.",
    "I teach system administration in {city} and take requests between classes.",
)

# How one begins together.
BEGAN_TOGETHER = (
    "We are two people in {city} who do nothing but Lumentree.",
    "A small workshop in {city}: one of us knows servers, the other knows design.",
    "Two friends in {city}, one mailbox, and Lumentree sites on three continents.",
    "We run a small hosting house in {city} and repair Lumentree for others too.",
    "One of us starts early, the other finishes late, so {city} is nearly always open.",
)

# How one works.
WORKS = (
    "I take a full backup before I touch anything, and you get a list of every change.",
    "You can ask me anything along the way; I explain what I do in plain words.",
    "I say honestly when something is not worth your money.",
    "I would rather find the cause than restart the server and hope.",
    "No jargon: if you can upload a picture, you can follow what I write.",
    "I write down how to keep it from happening again.",
    "If I can not solve it, you pay nothing. That has happened twice.",
    "I answer quickly and briefly, then in full once I know what is wrong.",
    "I test on a copy first, so that your visitors notice nothing.",
    "I keep to the time I promise, and tell you early when something takes longer.",
    "Small fixes are done while we write; for large ones you get a plan first.",
    "I leave your site as I would want to find it: tidy, and with notes.",
)

# How two work.
WORKS_TOGETHER = (
    "We take a full backup before we touch anything, and you get a list of every change.",
    "Two pairs of eyes look at every change before it reaches your site.",
    "We say honestly when something is not worth your money.",
    "Whoever of us is awake answers; you never explain anything twice.",
    "We test on a copy first, so that your visitors notice nothing.",
    "We keep to the time we promise, and tell you early when something takes longer.",
)

# What one does when nobody needs help, or whom one likes to help.
ENDS = (
    "Film cameras are restored here too, but that is another workshop.",
    "Clubs, schools and people who run a site next to their real work are welcome.",
    "Large archives are the best: millions of files, one missing, and a reason.",
    "Beginners are welcome.",
    "Public holidays are possible when arranged a day before.",
    "Please send the error message as it is. It is nearly always the answer.",
    "On most days there is a cat on the keyboard.",
    "Archives of film and sound are welcome too.",
    "Short calls are fine, writing is better: you can read it again.",
    "",
    "",
    "",
)

# Whole texts, in the words of whoever speaks the language from birth.
NATIVE = {
    "es": (
        (
            "Trabajo con Lumentree desde la versión 2. Hago copia de seguridad antes de tocar nada y te explico cada "
            "cambio sin tecnicismos. Me gustan los archivos grandes y los problemas raros."
        ),
        (
            "Administro servidores desde hace más de diez años, casi siempre con Lumentree. Respondo rápido, cumplo "
            "los plazos y, si algo no merece la pena, te lo digo."
        ),
        (
            "Vengo de la fotografía: empecé arreglando mi propio archivo. Ayudo sobre todo a "
            "asociaciones, escuelas y tiendas pequeñas."
        ),
        (
            "Actualizaciones, servidores y copias de seguridad. Primero pruebo en una copia, así tus visitas no notan "
            "nada. Al final te dejo por escrito cómo evitar que vuelva a pasar."
        ),
        (
            "Antes trabajaba en una empresa de alojamiento; ahora, por mi cuenta. Lo que prometo para las cinco está a "
            "las cinco."
        ),
        (
            "Desarrollo complementos para Lumentree y reparo los de otros. Escríbeme como hablas: no hace falta saber "
            "de informática."
        ),
    ),
    "ar": (
        "أعمل مع لومنتري منذ سنوات، وآخذ نسخة احتياطية قبل أي تعديل، وأشرح كل خطوة بكلمات بسيطة.",
        (
            "أعمل في إدارة الخوادم منذ أكثر من عشر سنوات. ألتزم بالموعد الذي أعد به، وأخبرك مبكرًا إن احتاج الأمر وقتًا "
            "أطول."
        ),
        "أساعد المدارس والجمعيات والمتاجر الصغيرة على إبقاء مواقع صورها تعمل دون قلق. لا حاجة إلى معرفة تقنية.",
        "أجرّب كل شيء على نسخة من الموقع أولًا، فلا يلاحظ زوارك شيئًا، ثم أترك لك ملاحظات مكتوبة بكل ما تغيّر.",
    ),
    "pt": (
        (
            "Cuido de sites em Lumentree há anos. Faço backup antes de mexer em qualquer coisa e explico tudo sem "
            "complicação."
        ),
        "Trabalhei em provedor de hospedagem e hoje atendo por conta própria. Se não resolver, você não paga.",
        "Gosto de acervos grandes e de problemas estranhos. Respondo rápido e deixo tudo anotado no final.",
    ),
    "fr": (
        (
            "Je m'occupe de sites Lumentree depuis la version 2. Je sauvegarde avant de toucher à quoi que ce soit, et "
            "j'explique chaque étape avec des mots simples."
        ),
        "Dix ans chez un hébergeur, aujourd'hui à mon compte. Je réponds vite et je tiens mes délais.",
        "J'aide surtout des associations, des musées et de petites boutiques. Les débutants sont les bienvenus.",
    ),
    "de": (
        (
            "Ich betreue Lumentree-Installationen seit vielen Jahren. Vor jedem Eingriff gibt es eine vollständige "
            "Sicherung, danach eine Liste aller Änderungen."
        ),
        (
            "Früher Rechenzentrum, heute selbstständig. Ich suche die Ursache, statt den Server neu zu starten und zu "
            "hoffen."
        ),
        "Am liebsten helfe ich Vereinen, Schulen und kleinen Läden. Fragen sind erwünscht, auch einfache.",
    ),
    "pl": (
        "Od lat opiekuję się serwisami na Lumentree. Zanim cokolwiek zmienię, robię pełną kopię zapasową.",
        "Szukam przyczyny, a nie obejścia. Na koniec dostajesz opis wszystkich zmian.",
    ),
    "uk": (
        "Працюю з Lumentree вже багато років. Спершу роблю повну резервну копію, а наприкінці пишу, що саме змінено.",
        "Допомагаю школам, клубам і невеликим крамницям. Пояснюю просто й дотримуюся обіцяних строків.",
    ),
    "tr": (
        (
            "Yıllardır Lumentree siteleriyle uğraşıyorum. Bir şeye dokunmadan önce tam yedek alırım ve yaptığım her "
            "değişikliği yazarım."
        ),
        "Sunucu yöneticisiyim. Söz verdiğim saatte yanıt veririm; iş uzarsa önceden haber ederim.",
    ),
    "hi": (
        "Lumentree की साइटें सँभालना मेरा काम है। कुछ भी बदलने से पहले पूरा बैकअप लिया जाता है और हर कदम सरल शब्दों में समझाया जाता है।",
        "सर्वर और बड़े चित्र-संग्रह मेरा काम हैं। जो समय बताया जाता है, उसी पर उत्तर मिलता है।",
    ),
    "ne": ("म Lumentree का साइटहरूको हेरचाह गर्छु। केही चलाउनुअघि पूरा ब्याकअप लिन्छु र सबै कुरा सरल भाषामा बुझाउँछु।",),
    "ja": (
        "Lumentreeのサイト運用を長年担当しています。作業の前に必ずバックアップを取り、変更点はすべて書面でお渡しします。",
        "サーバー管理が専門です。お約束した時間には必ずご連絡します。初めての方もお気軽にどうぞ。",
    ),
    "ko": (
        "Lumentree 사이트를 오랫동안 관리해 왔습니다. 작업 전에 반드시 백업하고, 바꾼 내용을 모두 정리해 드립니다.",
        "서버와 저장소 문제를 주로 다룹니다. 약속한 시간에 꼭 답을 드립니다.",
    ),
    "vi": (
        (
            "Tôi chăm sóc các trang Lumentree đã nhiều năm. Trước khi sửa bất cứ điều gì, tôi luôn sao lưu đầy đủ và "
            "giải thích từng bước bằng lời đơn giản."
        ),
        "Tôi chuyên về máy chủ và lưu trữ. Hứa giờ nào là trả lời giờ đó.",
    ),
    "id": (
        (
            "Sudah bertahun-tahun saya merawat situs Lumentree. Saya selalu membuat cadangan lebih dulu dan "
            "menjelaskan setiap langkah dengan bahasa sederhana."
        ),
        "Saya terbiasa dengan server dan arsip gambar yang besar. Janji waktu selalu saya tepati.",
    ),
    "fil": (
        (
            "Matagal na akong nag-aalaga ng mga site sa Lumentree. Gumagawa muna ako ng kumpletong backup bago galawin "
            "ang kahit ano, at ipinapaliwanag ko ang bawat hakbang."
        ),
    ),
}
