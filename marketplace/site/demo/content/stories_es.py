"""Requests in Spanish."""

from marketplace.matching.rules import DeclineReason
from marketplace.site.demo.content.script import DAY, HOUR, MINUTE, BankStep, End, Problem, Story, customer, partner

TEATRO = "https://archivo.teatro-lavapies.example"
LIGA = "https://fotos.ligabarrial.example"
ARTESANIAS = "https://img.manosdeoaxaca.example"

SPANISH = (
    Story(
        "lucia.paredes",
        "es",
        Problem(
            "storage",
            "Las fotos nuevas de la tienda no aparecen",
            "Desde ayer, las fotos que subimos a la tienda no se ven: sale el marco con una crucecita. Las de antes "
            "están bien. No hemos cambiado nada, que yo sepa.",
            {"service": "b2", "image": f"{ARTESANIAS}/images/alebrije-88.jpg", "error": "503 Service Unavailable"},
            picture="marco-vacio.png",
        ),
        End.OFFERED,
        19 * MINUTE,
        partner="rodrigo-fuentes",
    ),
    Story(
        "mateo.lanza",
        "es",
        Problem(
            "upgrade",
            "No puedo entrar al panel después de pasar a la 4.2",
            "Actualicé anoche. El sitio se ve bien y la gente sube fotos, pero cuando quiero entrar al panel me "
            "devuelve a la portada, sin ningún error. Probé con otro navegador y nada.",
            {"from_version": "4.1.2", "method": "files"},
        ),
        End.WORK,
        4 * HOUR,
        partner="rodrigo-fuentes",
        said=(
            partner(
                17,
                "Hola, Mateo. Al reemplazar los archivos quedó una carpeta de sesiones de la 4.1 que la "
                "4.2 no puede leer. Voy a hacer una copia y después la vacío; mientras tanto nadie pierde nada.",
                promise_minutes=120,
            ),
            customer(9, "Dale, gracias. El sábado empieza el torneo, con que esté para el viernes llego bien."),
            partner(
                70,
                "Ya puedes entrar con tu cuenta. Ahora reviso las de los otros tres administradores, porque a dos les "
                "pasa lo mismo por otra razón.",
                promise_minutes=300,
            ),
        ),
    ),
    Story(
        "alvaro.montes",
        "es",
        Problem(
            "theme",
            "Las fotos verticales salen cortadas en la portada",
            "En la portada, las fotos de carteles (que son verticales) salen cortadas por arriba y por abajo. Dentro "
            "del álbum se ven enteras.",
            {"page": f"{TEATRO}/", "theme": "Telón"},
        ),
        End.RESOLVED,
        2 * DAY,
        partner="rodrigo-fuentes",
        said=(
            partner(
                29,
                "Hola, Álvaro. El tema recorta todo a un cuadrado. ¿Prefieres que las verticales se vean enteras con "
                "márgenes, o que la cuadrícula tenga filas de distinta altura?",
                promise_minutes=240,
            ),
            customer(36, "Filas de distinta altura, sin duda. Los carteles mandan."),
            partner(
                140, "Lo tienes en una copia del sitio, te mandé la dirección por correo. Si te gusta, lo paso al real."
            ),
            customer(22, "Queda precioso. Adelante."),
        ),
        solution=(
            "El tema recortaba todas las fotos de la portada a un cuadrado.",
            "La portada usa ahora filas de distinta altura y respeta la proporción de cada foto, también en el móvil.",
            "El cambio está en un tema derivado, así que la próxima actualización no lo borra.",
        ),
    ),
    Story(
        "alvaro.montes",
        "es",
        Problem(
            "integration",
            "Que las entradas del blog enseñen las fotos del archivo",
            "En el blog (WordPress) pegamos la dirección de una foto del archivo y sale el enlace en vez de la foto. "
            "Antes de la 4.1 funcionaba.",
            {"connected_to": "WordPress 6.6", "since": "stopped"},
            release="4.1",
        ),
        End.REOPENED,
        8 * DAY,
        partner="estudio-faro",
        said=(
            partner(
                24,
                "Hola, Álvaro, soy Inés. La 4.1 cambió la dirección con la que WordPress pide la vista previa. Instalo "
                "un pequeño complemento que entiende las dos.",
                promise_minutes=180,
            ),
            customer(15, "Perfecto. Hay unas doscientas entradas antiguas, ¿las vuelve a enseñar también?"),
            partner(80, "Sí, todas: la antigua dirección lleva ahora a la nueva."),
        ),
        solution=(
            "La 4.1 publica la vista previa en otra dirección y WordPress seguía pidiendo la antigua.",
            "Un complemento responde en las dos direcciones. Lo he comprobado en veinte entradas antiguas y nuevas.",
        ),
        reason="En las entradas de 2019 vuelve a salir solo el enlace. Las demás siguen bien.",
    ),
    Story(
        "mateo.lanza",
        "es",
        Problem(
            "server",
            "El servidor se queda sin memoria los domingos a la noche",
            "Los domingos, después de los partidos, se cae todo entre las nueve y las once. El proveedor dice que "
            "falta memoria y quiere vendernos un plan del doble de precio.",
            {"site": LIGA, "hosting": "vps", "system": "Ubuntu 24.04, PHP 8.3"},
        ),
        End.CLOSED,
        29 * DAY,
        partner="rodrigo-fuentes",
        accepted_after=22 * MINUTE,
        said=(
            partner(
                38,
                "Hola, Mateo. Antes de pagar el doble déjame mirar: tienes 4 GB y la base de datos reserva 3 para ella "
                "sola. Eso se puede repartir mejor.",
                promise_minutes=180,
            ),
            customer(12, "Te lo agradezco. El domingo hay final."),
            partner(
                130,
                "Repartí la memoria y puse un tope a las miniaturas. Lo probé con el doble de subidas del domingo "
                "pasado y quedó 1 GB libre. El domingo me quedo mirando igual.",
                promise_minutes=8640,
            ),
        ),
        solution=(
            "La base de datos reservaba tres cuartos de la memoria, y las miniaturas de un domingo pedían el resto.",
            "Repartí la memoria y limité las miniaturas simultáneas. La final pasó sin cortes.",
            "Si la liga crece a más de 40 equipos, vuelve a hacer la cuenta: te la dejé escrita en el panel.",
        ),
        solved_after=5 * DAY,
        stars=5,
        review="Nos ahorró un plan que no necesitábamos y se quedó mirando el domingo de la final. Un lujo.",
        bank=BankStep(
            "dispute",
            "fraudulent",
            16 * DAY,
            "The customer signed in from the same place as always, wrote in the thread on four days, and confirmed "
            "the solution. The bank was told when and how.",
            "lose",
        ),
    ),
    Story(
        "lucia.paredes",
        "es",
        Problem(
            "upgrade",
            "Pasar de la 4.0 a la 4.2 sin perder los pedidos",
            "La tienda usa las fotos de Lumentree y no quiero que se caiga en temporada. ¿Se puede hacer de noche?",
            {"from_version": "4.0.8", "method": "docker"},
            release="4.0",
        ),
        End.CLOSED,
        15 * DAY,
        is_best_fit=True,
        said=(
            partner(
                30,
                "Buenas tardes, Lucía. Sí, y conviene en dos pasos: primero a la 4.1 y luego a la 4.2. Lo ensayo hoy "
                "en una copia y lo hago esta noche a las dos.",
                promise_minutes=720,
            ),
            customer(18, "Muchísimas gracias. A esa hora no compra nadie."),
        ),
        solution=(
            "Entre la 4.0 y la 4.2 cambia la forma de guardar las miniaturas, y un solo paso las habría borrado.",
            "Actualicé en dos pasos de madrugada. La tienda estuvo nueve minutos sin fotos nuevas y ninguno caída.",
        ),
        solved_after=11 * HOUR,
        stars=5,
        review="Me desperté y ya estaba. Explicó todo antes, sin prisas y sin palabras raras.",
        bank=BankStep(
            "dispute",
            "duplicate",
            5 * DAY,
            "There are two payments of this customer, for two requests. Both are described in the receipts enclosed.",
            "win",
        ),
    ),
    Story(
        "mateo.lanza",
        "es",
        Problem(
            "storage",
            "Mudar 90 000 fotos a un almacenamiento más barato",
            "Pagamos mucho por S3 y un amigo habló de R2. ¿Vale la pena y se puede sin cambiar las direcciones?",
            {"service": "s3"},
            release="4.1",
        ),
        End.WITHDRAWN,
        11 * DAY,
        reason="Hicimos cuentas con la liga y lo dejamos para después del torneo.",
    ),
    Story(
        "alvaro.montes",
        "es",
        Problem(
            "upgrade",
            "La búsqueda no encuentra acentos desde la 4.2",
            "Si busco «función» no sale nada; si busco «funcion» salen las fotos. Antes daba igual.",
            {"from_version": "4.1.6", "method": "dashboard"},
        ),
        End.WORK,
        20 * HOUR,
        declined=(DeclineReason.NOT_MY_FIELD,),
        said=(
            partner(
                40,
                "Hola, Álvaro. Es el índice de búsqueda: se creó con un orden que distingue acentos. Hay que volver a "
                "crearlo, y con 60 000 fotos tarda unas horas. Lo lanzo esta noche.",
                promise_minutes=1500,
            ),
            customer(50, "Sin prisa, de noche está bien."),
        ),
    ),
)
