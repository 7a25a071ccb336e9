"""Everyday problems in Spanish, and what customers said when they were solved."""

from marketplace.site.demo.content.script import Case, Problem

SPANISH_CASES = (
    Case(
        "es",
        Problem(
            "upgrade",
            "Error 500 después de actualizar",
            "Actualicé desde el panel y ahora algunas páginas dan error 500. La portada funciona.",
            {"from_version": "4.0.9", "method": "dashboard"},
            release="4.1",
        ),
        "Hola. Es un complemento antiguo que llama a una función que ya no existe. Lo desactivo en una copia para "
        "comprobarlo y te digo qué perderías sin él.",
        (
            "Un complemento de la versión 3 llamaba a una función retirada en la 4.1.",
            "Lo sustituí por su versión actual. Todas las páginas responden.",
        ),
        (
            (5, "Rapidísimo y muy claro. Me dijo antes de tocar nada qué iba a hacer y cuánto tardaría."),
            (4, "Muy bien, aunque la primera respuesta llegó justo al límite de la hora prometida."),
        ),
    ),
    Case(
        "es",
        Problem(
            "server",
            "El sitio va lentísimo desde que cambiamos de alojamiento",
            "Nos mudamos hace una semana y cada página tarda ocho segundos o más.",
            {"site": "https://fotos.coralmunicipal.example", "hosting": "shared"},
            release="4.1",
        ),
        "Buenas. El alojamiento nuevo trae desactivada la caché de PHP y por eso todo se compila en cada visita. La "
        "activo y mido antes y después.",
        (
            "La caché de PHP venía desactivada en el alojamiento nuevo.",
            "Con la caché activa, la portada baja de 8,4 a 0,9 segundos.",
        ),
        (
            (5, "De ocho segundos a menos de uno. Y con las cifras por escrito."),
            (5, "Profesional de verdad. Encontró la causa sin hacerme instalar nada."),
            (3, "Quedó bien, pero tuve que insistir para que me contara qué había cambiado."),
        ),
    ),
    Case(
        "es",
        Problem(
            "storage",
            "No podemos subir fotos: acceso denegado",
            "Desde el lunes, al subir cualquier foto sale «acceso denegado». No hemos tocado nada.",
            {"service": "s3", "error": "AccessDenied"},
        ),
        "Hola, buenos días. La clave con la que Lumentree escribe en el almacenamiento caducó el domingo. Te indico "
        "cómo crear otra sin que tengas que enviármela.",
        (
            "La clave de acceso al almacenamiento caducó el domingo por la noche.",
            "Hay una clave nueva, con los permisos justos, y un aviso para renovarla a tiempo.",
        ),
        (
            (5, "Ni siquiera tuvo que ver nuestra clave. Eso da confianza."),
            (4, "Buen trabajo y buen trato. Un poco caro para ser una clave, pero volvería."),
        ),
    ),
    Case(
        "es",
        Problem(
            "theme",
            "Las tildes salen como símbolos raros",
            "En los títulos, las tildes y las eñes salen como rombos negros desde que instalamos el tema nuevo.",
            {"page": "https://album.casadelacultura.example/", "theme": "Brisa"},
        ),
        "Hola. El tema usa una letra que no tiene tildes. La cambio por otra casi igual que las tiene todas, y te "
        "enseño dos para que elijas.",
        (
            "La tipografía del tema no incluía letras acentuadas.",
            "La sustituí por una completa, en un tema derivado que sobrevivirá a las actualizaciones.",
        ),
        (
            (5, "Nos dio a elegir entre dos letras preciosas. Mejor que antes."),
            (5, "Gusto, paciencia y rapidez, todo a la vez."),
        ),
    ),
    Case(
        "es",
        Problem(
            "integration",
            "La tienda ya no muestra las fotos de Lumentree",
            "Desde la última actualización de la tienda los productos salen sin foto.",
            {"connected_to": "PrestaShop 8.2", "since": "stopped"},
        ),
        "Hola. La tienda pide las fotos por una dirección interna que su actualización cerró. Se la cambio por la "
        "pública y reviso todos los productos, no solo los de la portada.",
        (
            "La actualización de la tienda bloquea las direcciones internas.",
            "La tienda usa ahora la dirección pública. Comprobé los 640 productos uno por uno con un programa.",
        ),
        (
            (5, "Revisó los 640 productos. Yo habría mirado tres."),
            (2, "Al final funciona, pero prometió noticias por la tarde y llegaron al día siguiente."),
        ),
    ),
    Case(
        "es",
        Problem(
            "server",
            "Renovar el certificado sin que se caiga la web",
            "Vence la semana que viene y la última vez estuvimos un día entero sin web.",
            {"site": "https://archivo.ateneo.example", "hosting": "own", "system": "Ubuntu 22.04"},
            release="4.1",
        ),
        "Buenas tardes. Lo dejo automático y pruebo la renovación hoy mismo en seco, así la semana que viene no pasa "
        "nada.",
        (
            "La renovación era manual y reiniciaba el servidor entero.",
            "Ahora es automática, sin reinicio, y avisa por correo si alguna vez falla.",
        ),
        (
            (5, "Ni nos enteramos, que es justo lo que queríamos."),
            (5, "Serio, amable y puntual. Muy recomendable."),
        ),
    ),
)
