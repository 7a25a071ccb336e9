"""Everyday problems in other languages, and what customers said when they were solved."""

from marketplace.site.demo.content.script import Case, Problem

OTHER_CASES = (
    Case(
        "ar",
        Problem(
            "upgrade",
            "رسالة خطأ بعد الترقية عند فتح الألبومات",
            "بعد الترقية تظهر رسالة خطأ عند فتح أي ألبوم، أما الصفحة الرئيسية فتعمل.",
            {"from_version": "4.0.8", "method": "files"},
            release="4.1",
        ),
        "مرحبًا، بقيت ملفات من الإصدار القديم بين الجديدة. آخذ نسخة احتياطية ثم أحذف القديم منها وحده وأجرّب كل ألبوم.",
        ("اختلطت ملفات الإصدارين لأن القديمة لم تُحذف.", "حذفتُ الملفات القديمة وجرّبتُ الألبومات كلها."),
        (
            (5, "سرعة ووضوح، وشرح لي كل خطوة قبل أن ينفذها. شكرًا جزيلًا."),
            (4, "عمل جيد جدًا، تأخر قليلًا في البداية ثم عوّض ذلك."),
        ),
    ),
    Case(
        "ar",
        Problem(
            "server",
            "الصور لا تُرفع من الهاتف",
            "الرفع من الحاسوب يعمل، ومن الهاتف تظهر رسالة بأن الملف كبير.",
            {"site": "https://suwar.nadi-almasa.example", "hosting": "shared"},
        ),
        "أهلًا بك، صور الهواتف الجديدة أكبر من حد الاستضافة. سأرفع الحد وأضبط تصغير الصور عند الرفع، ثم أجرّب من هاتفي.",
        ("حدّ الرفع في الاستضافة أصغر من صور الهواتف الحديثة.", "رفعتُ الحد وجرّبتُ الرفع من ثلاثة هواتف."),
        (
            (5, "تعامل راقٍ وخبرة واضحة. حُلّت المشكلة من أول محاولة."),
            (4, "ممتاز، والسعر مناسب."),
        ),
    ),
    Case(
        "ar",
        Problem(
            "storage",
            "صور قديمة لا تفتح بعد نقل التخزين",
            "نقلنا الصور إلى مكان جديد، والجديدة تفتح لكن صور السنة الماضية لا تفتح.",
            {"service": "r2"},
            release="4.1",
        ),
        "مرحبًا، صور السنة الماضية محفوظة بأسماء مجلدات مختلفة. أضيف تحويلًا لها دون أن أغيّر أي عنوان.",
        ("اختلفت أسماء المجلدات بين المكانين.", "أضفتُ تحويلًا وتحققتُ من أكثر من عشرين ألف صورة."),
        (
            (5, "لم نفقد صورة واحدة. جزاه الله خيرًا."),
            (3, "اكتمل العمل ولكن احتجت إلى السؤال أكثر من مرة لمعرفة ما يحدث."),
        ),
    ),
    Case(
        "pt",
        Problem(
            "upgrade",
            "Painel em branco depois da atualização",
            "O site funciona, mas o painel abre em branco desde ontem.",
            {"from_version": "4.1.3", "method": "dashboard"},
        ),
        "Olá! O navegador está usando arquivos antigos do painel que ficaram no cache do servidor. Vou limpar e "
        "conferir.",
        (
            "O cache do servidor guardava arquivos da versão anterior.",
            "Cache limpo e regra corrigida para as próximas.",
        ),
        (
            (5, "Resolveu em quinze minutos e ainda explicou o porquê."),
            (5, "Atencioso e direto. Recomendo de olhos fechados."),
        ),
    ),
    Case(
        "pt",
        Problem(
            "server",
            "Backup enche o disco toda semana",
            "Toda segunda o disco está cheio por causa dos backups e tenho que apagar na mão.",
            {"site": "https://acervo.museudomar.example", "hosting": "vps"},
            release="4.1",
        ),
        "Oi! Dá para mandar os backups para fora do servidor e guardar só os últimos sete. Configuro hoje e testo a "
        "volta.",
        (
            "Os backups ficavam todos no mesmo disco, sem limite.",
            "Agora vão para fora, ficam sete, e testei a restauração.",
        ),
        (
            (5, "Testou até a restauração. Nunca dormi tão bem num domingo."),
            (4, "Ótimo serviço, demorou um pouco mais que o combinado, mas avisou."),
        ),
    ),
    Case(
        "fr",
        Problem(
            "theme",
            "Le diaporama ne s'affiche plus sur tablette",
            "Sur ordinateur tout va bien, sur tablette le diaporama reste noir.",
            {"page": "https://photos.veloclub.example/", "theme": "Clairière"},
        ),
        "Bonjour. Le diaporama attend un événement que les tablettes n'envoient plus. Je corrige dans un thème enfant.",
        ("Le script du thème attendait un ancien événement tactile.", "Corrigé, et testé sur trois tablettes."),
        (
            (5, "Réponse claire, réparation rapide, et un mot gentil à la fin."),
            (4, "Très bien. Un petit retard, annoncé à l'avance."),
        ),
    ),
    Case(
        "fr",
        Problem(
            "upgrade",
            "Images en double après la mise à jour",
            "Chaque photo apparaît deux fois dans les albums depuis hier.",
            {"from_version": "4.1.0", "method": "files"},
        ),
        "Bonjour, la mise à jour a été lancée deux fois à une seconde d'intervalle. Je sauvegarde, puis je retire les "
        "doubles.",
        ("Un double clic avait lancé la mise à jour deux fois.", "8 300 doublons retirés, aucune photo perdue."),
        (
            (5, "Efficace et rassurante. Je recommande sans hésiter."),
            (5, "Tout est rentré dans l'ordre en une matinée."),
        ),
    ),
    Case(
        "de",
        Problem(
            "server",
            "Nach dem Neustart startet die Datenbank nicht",
            "Der Server wurde neu gestartet, seitdem zeigt Lumentree nur eine Fehlermeldung zur Datenbank.",
            {"site": "https://fotos.heimatverein.example", "hosting": "own", "system": "Debian 12"},
        ),
        "Guten Tag, die Datenbank wartet auf eine Platte, die nach dem Neustart anders heißt. Ich sichere zuerst und "
        "trage sie dann richtig ein.",
        (
            "Die Platte hieß nach dem Neustart anders.",
            "Sie wird jetzt an ihrer Kennung erkannt. Zwei Neustarts getestet.",
        ),
        (
            (5, "Ruhig, kompetent, und nach vierzig Minuten lief alles wieder."),
            (5, "Erklärt so, dass man es auch ohne Informatikstudium versteht."),
        ),
    ),
    Case(
        "de",
        Problem(
            "integration",
            "Anmeldung über Nextcloud geht nicht mehr",
            "Seit dem Update von Nextcloud landet man nach der Anmeldung wieder auf der Anmeldeseite.",
            {"connected_to": "Nextcloud 30", "since": "stopped"},
        ),
        "Hallo, Nextcloud prüft die Rücksprungadresse jetzt streng, und bei Ihnen fehlt ein Schrägstrich. Ich ändere "
        "das.",
        (
            "Die Rücksprungadresse unterschied sich um einen Schrägstrich.",
            "Adresse angepasst, mit drei Konten getestet.",
        ),
        (
            (5, "Ein Schrägstrich! Darauf wäre ich nie gekommen."),
            (4, "Problem gelöst, Antwortzeiten hätten etwas kürzer sein können."),
        ),
    ),
    Case(
        "pl",
        Problem(
            "server",
            "Strona nie działa po zmianie PHP",
            "Hosting przełączył nas na PHP 8.3 i teraz widać tylko błąd.",
            {"site": "https://zdjecia.klubgorski.example", "hosting": "shared"},
            release="4.0",
        ),
        "Dzień dobry, jedna stara wtyczka nie działa z PHP 8.3. Najpierw kopia, potem wymiana wtyczki na nową wersję.",
        ("Stara wtyczka używała funkcji usuniętej z PHP 8.", "Wtyczka wymieniona, strona działa na PHP 8.3."),
        ((5, "Szybko, rzeczowo i na czas. Polecam."),),
    ),
    Case(
        "tr",
        Problem(
            "upgrade",
            "Güncellemeden sonra Türkçe karakterler bozuldu",
            "Albüm adlarında ş ve ğ harfleri soru işareti olarak görünüyor.",
            {"from_version": "4.0.5", "method": "files"},
            release="4.1",
        ),
        "Merhaba, tablo eski bir karakter setiyle kalmış. Önce yedek alıyorum, sonra dönüştürüp bütün albümleri "
        "kontrol ederim.",
        ("Veri tabanı tablosu eski karakter setinde kalmıştı.", "Tablo dönüştürüldü, 240 albümün adı düzeldi."),
        ((5, "Çok hızlı ve ilgili. Her adımı önceden anlattı."),),
    ),
    Case(
        "id",
        Problem(
            "server",
            "Situs sering mati pada malam hari",
            "Hampir setiap malam situs tidak bisa dibuka sekitar jam sembilan.",
            {"site": "https://foto.komunitaskopi.example", "hosting": "vps"},
        ),
        "Halo, jam sembilan malam ada pencadangan yang memakai semua memori. Saya pindahkan ke dini hari dan batasi "
        "memorinya.",
        (
            "Pencadangan harian memakai seluruh memori.",
            "Dipindah ke jam tiga pagi dengan batas memori. Sudah aman tiga malam.",
        ),
        ((5, "Ramah, sabar, dan hasilnya nyata. Terima kasih."),),
    ),
    Case(
        "ko",
        Problem(
            "server",
            "사진이 너무 느리게 열립니다",
            "지난주부터 사진 한 장을 여는 데 10초 이상 걸립니다.",
            {"site": "https://sajin.sanakhoe.example", "hosting": "vps"},
        ),
        "안녕하세요. 서버가 매번 썸네일을 새로 만들고 있습니다. 캐시 폴더의 권한을 바로잡고 속도를 다시 재 보겠습니다.",
        ("캐시 폴더에 쓸 권한이 없었습니다.", "권한을 바로잡아 10초에서 0.6초로 줄었습니다."),
        ((5, "설명이 친절하고 약속한 시간을 정확히 지켜 주셨습니다."),),
    ),
)
