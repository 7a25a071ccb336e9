"""Photos that people send of themselves: drawn anew and small, so that nothing is kept but what is seen.

What a camera writes into a file besides, where and when it was taken and with what, is gone.
"""

import struct
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from werkzeug.datastructures import FileStorage

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.storage import Upload, check_upload
from marketplace.kernel.translate import _

SIDE = 256  # Pixels: twice what the largest place for it takes on a page.
MIN_SIDE = 64
MAX_PIXELS = 25_000_000  # So much is ever unpacked into memory.
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
PHOTO_TYPE = "image/webp"
# What Pillow says of bytes that are no picture, or not a whole one.
BROKEN = (
    *(UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning),
    *(OSError, SyntaxError, ValueError, struct.error),
)


def read_photo(sent: FileStorage, *, field: str) -> Upload:
    """Take the middle of a picture as a small square.

    Raises:
        InvalidInput: it is no picture, a broken one, too small or too large; names `field`.
    """
    upload = check_upload(sent, field=field)
    kind = FORMATS.get(upload.content_type)
    if kind is None:
        raise InvalidInput({field: [_("Send a picture: JPEG, PNG, WebP or GIF.")]})
    try:
        with Image.open(BytesIO(upload.content), formats=(kind,)) as picture:
            _check_size(picture, field)
            return Upload("photo.webp", PHOTO_TYPE, _written(_square(picture)))
    except BROKEN:
        raise InvalidInput({field: [_("This picture can not be read. Save it again, or send another one.")]}) from None


def _check_size(picture: Image.Image, field: str) -> None:
    picture.draft("RGB", (SIDE, SIDE))  # A JPEG is unpacked no larger than need be.
    if min(picture.size) < MIN_SIDE:
        raise InvalidInput({field: [_("This picture is too small. Send one of at least 64 by 64 pixels.")]})
    if picture.width * picture.height > MAX_PIXELS:
        raise InvalidInput({field: [_("This picture has too many pixels. Send a smaller one.")]})


def _square(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright.convert("RGBA"))
    return ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE))


def _written(picture: Image.Image) -> bytes:
    to = BytesIO()
    picture.save(to, "WEBP", quality=80, exif=b"", icc_profile=None, xmp=b"")
    return to.getvalue()
