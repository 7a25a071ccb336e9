"""Photos: whatever comes in, a small square without secrets comes out, or a word about what is wrong."""

from contextlib import suppress
from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from werkzeug.datastructures import FileStorage

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.pictures import FORMATS, SIDE, read_photo

ENDINGS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def drawn(kind="JPEG", size=(300, 200), color="red", mode="RGB", **how):
    """Draw a picture of one colour."""
    to = BytesIO()
    Image.new(mode, size, color).save(to, kind, **how)
    return to.getvalue()


def read(content, name="me.jpg"):
    return read_photo(FileStorage(BytesIO(content), filename=name), field="photo")


def seen(upload):
    return Image.open(BytesIO(upload.content))


def refusal(content, name="me.jpg"):
    with pytest.raises(InvalidInput) as refused:
        read(content, name)
    return refused.value.fields["photo"][0]


@pytest.mark.parametrize("kind", FORMATS.values())
def test_every_kind_of_picture_becomes_a_small_square(kind):
    upload = read(drawn(kind), f"me.{ENDINGS[kind]}")
    assert (upload.name, upload.content_type) == ("photo.webp", "image/webp")
    assert (seen(upload).format, seen(upload).size) == ("WEBP", (SIDE, SIDE))
    red, green, _blue = seen(upload).convert("RGB").getpixel((SIDE // 2, SIDE // 2))
    assert (red > 200, green < 60) == (True, True)


def test_what_the_camera_wrote_is_gone():
    exif = Image.Exif()
    exif[MAKE] = "A very secret camera"
    exif.get_ifd(GPS)[2] = (41.0, 23.0, 6.0)
    content = drawn(exif=exif, comment=b"My home address")
    assert b"secret camera" in content
    upload = read(content)
    assert not seen(upload).getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(seen(upload).info)
    assert b"secret" not in upload.content


def test_a_picture_stands_as_the_camera_was_held():
    lying = Image.new("RGB", (200, 200), "blue")
    lying.paste("red", (0, 0, 100, 200))  # Red on the left; turned right by the camera, red is on top.
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    to = BytesIO()
    lying.save(to, "JPEG", exif=exif)
    upright = seen(read(to.getvalue())).convert("RGB")
    top, bottom = upright.getpixel((SIDE // 2, SIDE // 8)), upright.getpixel((SIDE // 2, SIDE * 7 // 8))
    assert top[0] > top[2]
    assert bottom[2] > bottom[0]


def test_what_is_transparent_becomes_white():
    upload = read(drawn("PNG", color=(0, 0, 0, 0), mode="RGBA"), "me.png")
    assert min(seen(upload).convert("RGB").getpixel((9, 9))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16"])
def test_every_way_to_write_colours_is_read(mode):
    kind, name = ("JPEG", "me.jpg") if mode == "CMYK" else ("PNG", "me.png")
    assert seen(read(drawn(kind, mode=mode, color=0), name)).size == (SIDE, SIDE)


def test_a_large_photo_of_a_phone_is_taken():
    assert seen(read(drawn(size=(8000, 6000)))).size == (SIDE, SIDE)


def test_what_would_fill_the_memory_is_refused():
    assert "too many pixels" in refusal(drawn("PNG", size=(9000, 5000), mode="1", color=0), "me.png")


def test_what_would_be_a_blur_is_refused():
    assert "at least 64" in refusal(drawn(size=(63, 500)))


def test_no_picture_is_refused():
    assert "Send a picture" in refusal(b"%PDF-1.7 and so on", "me.pdf")
    assert "Send a picture" in refusal(b"Hello", "me.txt")
    assert "empty" in refusal(b"", "me.png")


@pytest.mark.parametrize("kind", FORMATS.values())
@given(place=st.integers(0, 10_000), seed=st.integers(0, 99), is_cut=st.booleans())
def test_a_broken_picture_is_refused_or_read_but_never_crashes(kind, place, seed, is_cut):
    content = bytearray(drawn(kind, (80, 90)))
    place %= len(content)
    if is_cut:
        del content[place:]
    else:
        random = Random(seed)
        content[place : place + 8] = random.randbytes(8)
    with suppress(InvalidInput):
        assert seen(read(bytes(content), f"me.{ENDINGS[kind]}")).size == (SIDE, SIDE)
