"""Files: only what it says it is, nothing hidden inside, encrypted at rest, gone when purged."""

import io
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bihuan.kernel.content import actions as content
from bihuan.kernel.content.selectors import readings
from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused, Unavailable
from bihuan.kernel.files import actions, kinds, marks
from bihuan.kernel.files.previews import preview
from bihuan.kernel.files.selectors import by_ids, of_matter, open_file
from bihuan.kernel.files.store import Folder
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.store.sql import run
from tests.kernel import documents

OFFICER = Actor(Kind.POST, user=7, post=9, role="officer", unit=3)
OTHER = Actor(Kind.POST, user=8, post=10, role="officer", unit=4)
MATTER = 70_000_001


def named(value):
    """Name a case by its texts: bytes of a document differ from run to run."""
    return value if isinstance(value, str) else ""


def put(data, name, **options):
    return actions.upload(OFFICER, io.BytesIO(data), name, options.pop("matter", MATTER), **options)


def blobs(settings):
    return [path for path in settings.BIHUAN_FILES_DIR.rglob("*") if path.is_file()]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("申请.docx", documents.docx("关于用地的申请")),
        ("台账.xlsx", documents.xlsx([["项目", "投资"], ["甲", 1.5]])),
        ("函.ofd", documents.ofd("正文")),
        ("旧.doc", documents.ole("WordDocument")),
        ("旧.xls", documents.ole("Workbook")),
        ("旧.wps", documents.ole("WpsDocument")),
        ("新.wps", documents.docx("WPS 也存成这样")),
        ("表.et", documents.ole("EtWorkbook")),
        ("批复.PDF", documents.pdf("同意")),
        ("说明.txt", "第一行\n第二行".encode("gb18030")),
        ("数据.csv", "a,b\n1,2".encode("utf-8-sig")),
        ("宽.txt", "文".encode("utf-16")),
    ],
    ids=named,
)
def test_what_offices_have_is_taken_and_comes_back_byte_for_byte(settings, name, data):
    file = put(data, name)
    assert (file.state, file.name, file.size, file.matter) == ("ok", name, len(data), MATTER)
    assert open_file(file.id, OFFICER) == data
    assert [f.id for f in of_matter(MATTER)] == [file.id]
    (blob,) = blobs(settings)
    assert data[:40] not in blob.read_bytes()
    assert stat.S_IMODE(blob.stat().st_mode) == 0o600
    assert stat.S_IMODE(blob.parent.stat().st_mode) == 0o700
    (entry,) = ledger.history(file.id)
    assert (entry.move, entry.facts["ext"], set(entry.fields)) == ("files.add", file.ext, {"file"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.exe", b"MZ", "not taken"),
        ("noending", b"x", "not taken"),
        ("a.zip", documents.zipped({"a": "b"}), "not taken"),
        ("a.docm", documents.docx("x"), "not taken"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"MZ\x90\x00" * 100, "not what its name says"),
        ("a.pdf", documents.picture(), "inside it is jpg"),
        ("a.jpg", documents.picture("PNG"), "inside it is png"),
        ("a.docx", documents.xlsx([["x"]]), "not what its name says"),
        ("a.docx", documents.ole("EncryptedPackage"), "password"),
        ("a.docx", documents.ole("WordDocument"), "not what its name says"),
        ("a.doc", documents.ole("Workbook"), "not what its name says"),
        ("a.txt", b"a\x00b", "not what its name says"),
        ("a.docx", documents.docx("x")[:60], "damaged"),
        ("a.docx", documents.docx("x", **{"word/vbaProject.bin": "x"}), "macros"),
        ("a.doc", documents.ole("WordDocument", "Macros"), "macros"),
        ("a.xls", documents.ole("Workbook", "_VBA_PROJECT_CUR"), "macros"),
        ("a.docx", documents.docx("x", **{"word/big.xml": "0" * 2_000_000}), "unpacks"),
        ("a.docx", documents.docx("x", **{f"word/{n}": "" for n in range(5_001)}), "unpacks"),
        ("a.png", documents.png_bomb(30_000, 30_000), "million pixels"),
        ("a.png", documents.png_bomb(9_000, 9_000), "million pixels"),
        ("a.png", documents.png_bomb(10, 10), "damaged"),
        ("a.jpg", documents.picture(size=(400, 400))[:700], "damaged"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00\x00\x00\x00mif1heic" + b"\x00" * 64, "JPEG or PNG"),
    ],
    ids=named,
)
def test_what_is_not_taken_gets_a_clear_answer_and_leaves_nothing(settings, name, data, says):
    with pytest.raises(BadInput, match=says):
        put(data, name)
    assert blobs(settings) == []
    assert run("SELECT count(*) FROM files_file") == [(0,)]


@pytest.mark.django_db
def test_a_document_that_claims_less_than_it_unpacks_to_is_bounded(monkeypatch):
    monkeypatch.setattr("bihuan.kernel.files.texts.MAX_PART", 1000)
    file = put(documents.docx("字" * 3_000), "a.docx")
    assert preview(file.id, OFFICER).kind == "none"


@pytest.mark.django_db
def test_a_protected_zip_document_is_refused():
    data = bytearray(documents.docx("x"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        place = archive.start_dir
    data[place + 8] |= 1
    with pytest.raises(BadInput, match="password"):
        put(bytes(data), "a.docx")


class Endless:
    """A stream that would never end and counts what was taken from it."""

    def __init__(self, size=0):
        self.size, self.taken = size, 0

    def read(self, size):
        self.taken += size
        return b"x" * size


def test_a_large_upload_is_refused_while_it_arrives(settings):
    settings.BIHUAN_UPLOAD_LIMIT = 1_000_000
    endless = Endless()
    with pytest.raises(BadInput, match="larger"):
        actions.upload(OFFICER, endless, "a.txt")
    assert endless.taken < 2_000_000
    declared = Endless(size=200_000_000)
    with pytest.raises(BadInput, match="larger"):
        actions.upload(OFFICER, declared, "a.txt")
    assert declared.taken == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "ext"), [("JPEG", "jpg"), ("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp")]
)
def test_a_picture_loses_place_and_device_and_stands_upright(kind, ext):
    data = documents.picture(kind)
    assert b"SECRETPHONE" in data
    file = put(data, f"现场.{ext}")
    stored = open_file(file.id, OFFICER)
    assert b"SECRETPHONE" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.format == kind
        assert dict(picture.getexif()) == {}
        assert picture.size == (48, 64)
    assert file.has_thumb
    with Image.open(io.BytesIO(open_file(file.id, OFFICER, part="thumb"))) as thumb:
        assert max(thumb.size) <= 480
    assert preview(file.id, OFFICER).kind == "picture"


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "1"])
def test_pictures_of_every_mode_are_redrawn(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    file = put(documents.picture(kind, mode=mode, gps=False), "a.jpg" if kind == "JPEG" else "a.png")
    assert file.ok


SECRET = [
    ("a.docx", documents.docx("机密★5年", "关于某事的通知")),
    ("a.docx", documents.docx("x", "  绝 密 ★ 长期")),
    ("a.docx", documents.docx("秘密", "通知")),
    ("a.txt", "密级：机密★".encode()),
    ("a.ofd", documents.ofd("秘密★10年")),
    ("a.pdf", documents.pdf("机密★20年")),
    ("a.xlsx", documents.xlsx([["机密★"]])),
    ("a.doc", documents.ole("WordDocument", text="机密★5年")),
    ("（机密）方案.docx", documents.docx("x")),
    ("绝密资料.jpg", documents.picture()),
    ("【秘密】.pdf", documents.pdf("x")),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "data"), SECRET, ids=named)
def test_a_file_with_a_secrecy_mark_is_not_kept_at_all(settings, name, data):
    file = put(data, name)
    assert file.state == "refused"
    assert "secret" in file.message.lower()
    assert file.name == f"*.{file.ext}"
    assert blobs(settings) == []
    assert run("SELECT count(*) FROM content_key") == [(0,)]
    with pytest.raises(Refused):
        open_file(file.id, OFFICER)
    assert preview(file.id, OFFICER).why == file.message


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", documents.docx("内部资料 注意保存", "正文")),
        ("a.txt", "工作秘密\n正文".encode()),
        ("内部文件.pdf", documents.pdf("x")),
    ],
    ids=named,
)
def test_an_internal_paper_is_held_until_a_reviewer_releases_it(name, data):
    file = put(data, name)
    assert file.state == "held"
    assert file.why in file.message
    with pytest.raises(Refused, match="Held back"):
        open_file(file.id, OFFICER)
    released = actions.release_file(OTHER, file.id, "旧表头，无内部内容")
    assert released.ok
    assert open_file(file.id, OFFICER) == data
    assert [entry.move for entry in ledger.history(file.id)] == ["files.add", "content.release"]
    with pytest.raises(Conflict):
        actions.release_file(OTHER, file.id, "again")


@pytest.mark.parametrize(
    "text",
    [
        "中华人民共和国保守国家秘密法",
        "第三条 涉及商业秘密的，应当予以保密。",
        "本办法所称工作秘密，是指机关、单位在履行职能过程中产生的信息。",
        "企业内部使用的制度由企业自行制定，报主管部门备案后实施。",
        "严禁上传国家秘密和工作秘密",
    ],
)
def test_a_text_about_secrets_is_not_one(text):
    assert marks.secret_mark("规定.docx", text) == ""
    assert marks.internal_mark("规定.docx", text) == ""


@pytest.mark.django_db(transaction=True)
def test_a_purged_file_is_gone_with_its_preview_and_every_copy(settings):
    data = documents.picture()
    first, copy = put(data, "a.jpg"), put(data, "b.jpg", matter=MATTER + 1)
    other = put(documents.docx("x"), "c.docx")
    assert len(blobs(settings)) == 5
    assert actions.purge_file(OFFICER, first.id, "涉密") == [first.id, copy.id]
    assert len(blobs(settings)) == 1
    for file in by_ids([first.id, copy.id]).values():
        assert (file.state, file.name) == ("purged", "*.jpg")
        with pytest.raises(Refused, match="Purged"):
            open_file(file.id, OFFICER)
        assert ledger.history(file.id)[-1].move == "content.purge"
    assert open_file(other.id, OFFICER)


@pytest.mark.django_db
def test_purging_a_matter_takes_its_files_along_but_erasing_a_field_does_not():
    file = put(documents.docx("x"), "c.docx")
    sealed = content.seal_value(MATTER, 1, "need", "text", "open")
    content.insert_many([sealed])
    content.erase(OFFICER, MATTER, field="need", reason="本人要求")
    assert by_ids([file.id])[file.id].ok
    content.purge(OFFICER, MATTER, reason="涉密")
    assert by_ids([file.id])[file.id].state == "purged"


@pytest.mark.django_db
def test_a_personal_file_is_opened_with_a_reason_that_stays():
    file = put(documents.docx("身份证明"), "证明.docx", cls="sensitive")
    with pytest.raises(BadInput):
        open_file(file.id, OFFICER)
    open_file(file.id, OFFICER, "核对身份")
    (line,) = readings(file.id)
    assert (line.why, line.user) == ("核对身份", 7)


@pytest.mark.django_db
def test_files_are_attached_once_and_only_by_whoever_brought_them():
    file = put(documents.docx("x"), "a.docx", matter=0)
    with pytest.raises(Conflict):
        actions.attach(OTHER, [file.id], MATTER)
    actions.attach(OFFICER, [file.id], MATTER)
    actions.attach(OFFICER, [file.id], MATTER)
    with pytest.raises(Conflict):
        actions.attach(OFFICER, [file.id], MATTER + 1)
    assert by_ids([file.id])[file.id].matter == MATTER


@pytest.mark.django_db
def test_damaged_or_missing_bytes_are_told_apart_from_a_missing_file(settings):
    file = put(documents.docx("x"), "a.docx")
    (blob,) = blobs(settings)
    blob.write_bytes(blob.read_bytes()[:-1] + b"\x00")
    with pytest.raises(Unavailable, match="damaged"):
        open_file(file.id, OFFICER)
    blob.unlink()
    with pytest.raises(Unavailable, match="can't be read"):
        open_file(file.id, OFFICER)
    with pytest.raises(NotFound):
        open_file(file.id + 1, OFFICER)
    with pytest.raises(NotFound):
        open_file(file.id, OFFICER, part="thumb")


@pytest.mark.django_db
def test_tables_and_texts_are_shown_as_plain_text():
    rows = [["<script>", 12.0, 1.5, None]] + [["r", n] for n in range(80)]
    shown = preview(put(documents.xlsx(rows), "a.xlsx").id, OFFICER)
    assert shown.kind == "table"
    assert (shown.sheets[0].title, shown.sheets[0].cut, len(shown.sheets[0].rows)) == ("表一", True, 50)
    assert shown.sheets[0].rows[0] == ["<script>", "12", "1.5"]
    shown = preview(put(documents.docx("第一段", "第二段"), "a.docx").id, OFFICER)
    assert (shown.kind, shown.lines) == ("text", ["第一段", "第二段"])
    assert preview(put(documents.pdf("同意"), "a.pdf").id, OFFICER).kind == "pdf"
    assert preview(put("一\n二".encode("gb18030"), "a.txt").id, OFFICER).lines == ["一", "二"]
    for name, data in (("a.doc", documents.ole("WordDocument")), ("a.xls", documents.ole("Workbook"))):
        shown = preview(put(data, name).id, OFFICER)
        assert shown.kind == "none"
        assert "download" in shown.why


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\桌面\\报告.docx", "报告.docx"),
        ("bad\u202ecod.exe.txt", "badcod.exe.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("长" * 300 + ".pdf", "长" * 197 + ".pdf"),
    ],
)
def test_names_lose_paths_and_tricks(given, kept):
    assert actions.clean_name(given) == kept


@given(st.binary(max_size=3000), st.sampled_from(sorted(kinds.MIMES)))
def test_any_bytes_are_taken_or_refused_but_never_crash(data, ext):
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.4\n"):
        try:
            kinds.sniff(start + data, f"a.{ext}")
        except BadInput as error:
            said = error.message
            assert said


def test_the_store_keeps_nothing_half_and_no_foreign_path(tmp_path, monkeypatch):
    folder = Folder(tmp_path / "files")
    address = folder.put(b"abc")
    assert folder.put(b"abc") == address
    assert folder.get(address) == b"abc"
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(Unavailable):
        folder.put(b"def")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    with pytest.raises(ValueError, match="address"):
        folder.get("../../etc/passwd")
    folder.drop(address)
    folder.drop(address)
    with pytest.raises(Unavailable):
        folder.get(address)
