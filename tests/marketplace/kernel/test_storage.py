"""Files are judged by their bytes, and kept under names that nobody can guess."""

import io
import zlib

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer
from werkzeug.datastructures import FileStorage

from marketplace.kernel import storage
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.storage import MAX_FILE_BYTES, MAX_NAME_LENGTH, check_upload, clean_name, sniff
from marketplace.site.settings import WrongSetting, read_settings
from tests.factories import NOON
from tests.factories.accounts import make_person

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 17 + zlib.compress(b"")
PDF = b"%PDF-1.7\n1 0 obj\n"


BUCKET = "handrail-files"


@pytest.fixture(scope="module")
def s3_server():
    """An S3 server with a bucket; gives its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "for-tests")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "for-tests")
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="eu-central-1")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["file", "memory", "s3", "s3 folder"])
def place(request, tmp_path):
    """The address of a place for files, of every kind that there is."""
    if request.param in {"file", "memory"}:
        return f"file://{tmp_path / 'files'}" if request.param == "file" else "memory://"
    server = request.getfixturevalue("s3_server")
    folder = "/of/handrail" if request.param == "s3 folder" else ""
    return f"s3://{BUCKET}{folder}?region=eu-central-1&endpoint={server}"


def sent(content, name):
    """A file as a browser sends it."""
    return FileStorage(io.BytesIO(content), filename=name)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "screen.PNG", "image/png"),
        (PDF, "bill.pdf", "application/pdf"),
        ("Fehler: ß\n".encode(), "error.log", "text/plain"),
        (b'{"a": 1}', "settings.json", "text/plain"),
    ],
)
def test_what_is_what_it_says_is_taken(content, name, kind):
    assert check_upload(sent(content, name), field="files").content_type == kind


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "screen.png", "empty"),
        (b"x" * (MAX_FILE_BYTES + 1), "long.txt", "10 MB"),
        (PNG, "screen.jpg", "not what its name says"),
        (b"<script>alert(1)</script>", "screen.png", "not what its name says"),
        (b"MZ\x90\x00" + b"\0" * 60, "tool.exe", "not taken"),
        (b"PK\x03\x04" + b"\0" * 30, "logs.zip", "not taken"),
        (b"\xff\xfe\x00broken", "log.txt", "not taken"),
    ],
)
def test_what_is_not_is_refused_with_the_reason(content, name, words):
    with pytest.raises(InvalidInput) as refusal:
        check_upload(sent(content, name), field="files")
    assert words in refusal.value.fields["files"][0]


def test_an_image_that_could_run_is_not_taken():
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    with pytest.raises(InvalidInput):
        check_upload(sent(drawing, "drawing.svg"), field="files")


@given(st.text(max_size=400))
def test_a_name_has_no_folder_no_control_and_an_end(name):
    clean = clean_name(name)
    assert clean
    assert len(clean) <= MAX_NAME_LENGTH
    assert "/" not in clean
    assert clean.isprintable()


@given(st.binary(max_size=200))
def test_any_bytes_are_judged_without_an_error(content):
    assert sniff(content) is None or sniff(content) in storage.ENDINGS


def test_a_file_comes_back_as_it_was(app):
    with transaction() as session:
        upload = check_upload(sent(PNG, "screen.png"), field="files")
        stored = storage.save(session, upload, owner_id=make_person(session).id, now=NOON)
        assert storage.read(stored) == PNG
        assert stored.name not in stored.key


def test_files_can_be_kept_in_another_store(app, tmp_path):
    for url in ("memory:///", f"file://{tmp_path / 'elsewhere'}"):
        storage.connect(app, storage.open_store(url))
        with transaction() as session:
            upload = check_upload(sent(PDF, "bill.pdf"), field="files")
            stored = storage.save(session, upload, owner_id=make_person(session).id, now=NOON)
            assert storage.read(stored) == PDF


def test_what_is_kept_is_found_again_wherever_it_is_kept(app, place):
    settings = read_settings({"HANDRAIL_STORAGE_URL": place})
    storage.connect(app, storage.open_store(settings.storage_url))
    upload = check_upload(sent(PNG, "screen.png"), field="files")
    with transaction() as session:
        owner = make_person(session)
        stored = storage.save(session, upload, owner_id=owner.id, now=NOON)
        assert storage.read(stored) == PNG
        assert storage.answer(stored, shown=True).data == PNG


@pytest.mark.parametrize("wrong", ["file:files", "s3://", "s3://bucket?zone=x", "ftp://x", "files"])
def test_a_place_that_is_none_is_refused_at_the_start(wrong):
    with pytest.raises(WrongSetting, match="should look like file:///folder or s3://"):
        read_settings({"HANDRAIL_STORAGE_URL": wrong})
