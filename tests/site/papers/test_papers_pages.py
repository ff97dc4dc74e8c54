"""Papers in a browser's hands: waiting, signing in one tap, the scan, circulation, setup, the public check."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from pypdf import PdfReader
from tests.kernel.factories import make_role
from tests.kernel.test_papers import DATA, LETTER

from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.models import User
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import travel
from bihuan.kernel.papers import actions, selectors
from bihuan.site.papers import check

pytestmark = pytest.mark.django_db


class House:
    """A centre with a clerk, a chair, a reader and a stranger from elsewhere, each with a browser."""

    def __init__(self):
        self.park = people.add_division(SYSTEM, "花园", "park", 0)
        self.centre = people.create_organisation(SYSTEM, "协调中心", "government", division=self.park)
        bureau = people.create_organisation(SYSTEM, "建设局", "government", division=self.park)
        elsewhere = people.add_division(SYSTEM, "别处", "park", 0)
        far = people.create_organisation(SYSTEM, "别处中心", "government", division=elsewhere)
        self.clerk, self.clerk_web = self.person("drafting_clerk", self.centre, self.park)
        self.chair, self.chair_web = self.person("signing_chair", self.centre, self.park)
        self.reader, self.reader_web = self.person("reading_head", bureau, self.park)
        self.stranger, self.stranger_web = self.person("signing_chair", far, elsewhere)

    def person(self, role, unit, place):
        make_role(role)
        user = people.create_user(SYSTEM, f"{role}{place}{unit}", f"{role}")
        post = people.appoint(SYSTEM, user, unit, role, place)
        web = Client(headers={"accept-language": "en"})
        web.force_login(User.objects.get(id=user))
        return identity.actor_of(user, post), web

    def draft(self, **more):
        return actions.draft(self.clerk, LETTER.name, DATA, **more)


@pytest.fixture
def house(settings):
    settings.MFA_REQUIRED = False
    cache.clear()
    with travel(date(2026, 3, 2)):
        yield House()


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def test_a_leader_signs_in_two_taps(house):
    paper = house.draft()
    home = house.chair_web.get("/papers/waiting/").content.decode()
    assert f"/papers/{paper}/" in home
    page = house.chair_web.get(f"/papers/{paper}/").content.decode()
    sent = {"seen": hidden(page, "seen"), "key": hidden(page, "key")}
    answer = house.chair_web.post(f"/papers/{paper}/sign/", sent)
    assert answer.status_code == 303
    assert house.chair_web.post(f"/papers/{paper}/sign/", sent).status_code == 303, (
        "a second click finds it done"
    )
    row = selectors.paper(paper)
    assert row.number == "协调中心交办〔2026〕1号"
    assert row.number in house.clerk_web.get("/papers/").content.decode()
    assert "Waits for your signature" not in house.chair_web.get(f"/papers/{paper}/").content.decode()


def test_a_stale_page_signs_nothing(house):
    paper = house.draft()
    page = house.chair_web.get(f"/papers/{paper}/").content.decode()
    form = house.clerk_web.get(f"/papers/{paper}/edit/").content.decode()
    changed = {
        **DATA,
        "points": "甲",
        "demand": "改过",
        "paper_title": "改过的标题",
        "ver": hidden(form, "ver"),
    }
    assert house.clerk_web.post(f"/papers/{paper}/edit/", changed).status_code == 303
    assert selectors.paper(paper).title == "改过的标题"
    answer = house.chair_web.post(f"/papers/{paper}/sign/", {"seen": hidden(page, "seen")})
    assert answer.status_code == 409
    assert selectors.paper(paper).state == "draft"


def test_a_signature_on_paper_with_its_scan(house):
    paper = house.draft()
    sheet = SimpleUploadedFile("签批单.txt", "同意".encode())
    sent = {"signer_post": str(house.chair.post), "signed_on": "2026-03-01", "scan": sheet}
    answer = house.clerk_web.post(f"/papers/{paper}/record/", sent)
    assert answer.status_code == 422, "nobody held the post on that day"
    scan = re.search(r'name="scan"\s+value="(\d+)"', answer.content.decode()).group(1)
    sent = {"signer_post": str(house.chair.post), "signed_on": "2026-03-02", "scan": scan}
    assert house.clerk_web.post(f"/papers/{paper}/record/", sent).status_code == 303
    page = house.chair_web.get(f"/papers/{paper}/").content.decode()
    assert "Signed on paper" in page
    assert "Recorded by" in page
    assert house.chair_web.get(f"/files/{scan}/").status_code == 200
    assert house.stranger_web.get(f"/files/{scan}/").status_code == 404


def test_a_stranger_reads_nothing_and_a_reader_what_was_sent_round(house):
    paper = house.draft()
    assert house.reader_web.get(f"/papers/{paper}/").status_code == 404
    assert house.stranger_web.get(f"/papers/{paper}/").status_code == 404
    asked = {"posts": [str(house.reader.post)]}
    assert house.clerk_web.post(f"/papers/{paper}/circulate/", asked).status_code == 303
    assert DATA["subject"] in house.reader_web.get("/papers/waiting/").content.decode()
    assert house.reader_web.get(f"/papers/{paper}/").status_code == 200
    assert house.reader_web.post(f"/papers/{paper}/read/").status_code == 303
    assert selectors.rounds(paper)[0].read is not None
    assert selectors.paper(paper).state == "draft"
    for verb in ("sign", "void", "edit", "review", "return", "record", "correct", "read"):
        assert (
            house.stranger_web.post(f"/papers/{paper}/{verb}/", {"seen": "x", "reason": "x"}).status_code
            == 404
        )


def test_files_bundle_correction_and_void(house):
    papers = [house.draft() for _n in range(3)]
    for paper in papers:
        actions.sign(house.chair, paper)
    page = f"/papers/{papers[0]}"
    assert "非法定签章" in "".join(
        p.text for p in Document(BytesIO(house.clerk_web.get(f"{page}/docx/").content)).paragraphs
    )
    assert len(PdfReader(BytesIO(house.clerk_web.get(f"{page}/pdf/").content)).pages) >= 1
    made = house.clerk_web.post("/papers/bundle/?state=signed").url
    assert "Writing the file" in house.clerk_web.get(made).content.decode()
    run_due()
    assert house.clerk_web.get(f"{made}file/").content.startswith(b"%PDF")
    assert house.chair_web.get(made).status_code == 404, "somebody else's"
    edit = house.clerk_web.post(f"{page}/correct/", {"key": "a"}).url
    new = int(edit.split("/")[2])
    actions.sign(house.chair, new)
    assert selectors.paper(new).number in house.clerk_web.get(f"{page}/").content.decode()
    assert house.chair_web.post(f"{page}/void/", {"reason": ""}).status_code == 422
    assert house.chair_web.post(f"{page}/void/", {"reason": "有误"}).status_code == 303
    assert "void" in house.clerk_web.get(f"{page}/").content.decode()


def test_anybody_checks_a_paper_and_learns_no_content(house):
    paper = house.draft()
    code = selectors.paper(paper).code
    web = Client(headers={"accept-language": "en"})
    assert web.get(f"/check/{code}/").status_code == 404, "a draft"
    actions.sign(house.chair, paper)
    row = selectors.paper(paper)
    page = web.get(f"/check/{code}/").content.decode()
    assert row.number in page
    assert row.hash.hex() in page
    assert "is valid" in page
    assert DATA["subject"] not in page
    assert DATA["demand"][:8] not in page
    assert web.post("/check/", {"code": f" {code.lower()} "}).url == f"/check/{code}/"
    for _n in range(check.ALLOWED):
        last = web.get(f"/check/{code}/")
    assert last.status_code == 429


def test_setting_up_is_for_those_who_may(house):
    make_role("paper_keeper", "scope", {"admin.papers"})
    _actor, web = house.person("paper_keeper", house.centre, house.park)
    assert house.clerk_web.get("/papers/setup/").status_code == 403
    assert web.get("/papers/setup/").status_code == 200
    named = {
        "unit": str(house.centre),
        "word": "云高",
        "name": "云上高新区协调中心",
        "valid_from": "2026-03-01",
    }
    assert web.post("/papers/setup/issuer/", named).status_code == 303
    assert web.post("/papers/setup/issuer/", named).status_code == 422
    assert (
        web.post("/papers/setup/series/", {"word": "云高交办", "year": "2026", "last": "11"}).status_code
        == 303
    )
    paper = house.draft()
    assert actions.sign(house.chair, paper) == "云高交办〔2026〕12号"
    out = BytesIO()
    doc = Document()
    doc.add_paragraph("{{ colour }}")
    doc.save(out)
    answer = web.post(
        f"/papers/setup/{LETTER.name}/", {"template": SimpleUploadedFile("t.docx", out.getvalue())}
    )
    assert answer.status_code == 422
    assert "colour" in answer.content.decode()


def test_the_api_lists_and_signs(house):
    paper = house.draft()
    seen = house.chair_web.get(f"/api/v1/papers/{paper}").json()["hash"]
    wrong = house.chair_web.post(
        f"/api/v1/papers/{paper}/sign", {"seen": "0" * 64}, content_type="application/json"
    )
    assert wrong.status_code == 409
    done = house.chair_web.post(
        f"/api/v1/papers/{paper}/sign", {"seen": seen}, content_type="application/json"
    )
    assert done.json()["number"].endswith("1号")
    assert house.clerk_web.get("/api/v1/papers").json()["rows"][0]["id"] == paper
    assert house.clerk_web.get(f"/api/v1/papers/{paper}/data").json()["demand"] == DATA["demand"]
    assert house.stranger_web.get(f"/api/v1/papers/{paper}").status_code == 404
