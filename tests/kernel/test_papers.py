"""Papers: frozen, signed on screen or on paper, numbered once, corrected by another, never deleted."""

from datetime import date
from io import BytesIO

import pytest
from django.db import DatabaseError

from bihuan.kernel.content.actions import purge
from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.files.actions import upload
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.ledger.selectors import history
from bihuan.kernel.now import travel
from bihuan.kernel.papers import actions, kinds, numbering, selectors
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Facts, Head, Items, Picture, Rows, Template, Text, dumps, loads
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.store.sql import atomic, run
from tests.kernel.factories import make_actor, make_division, make_org, make_post

LETTER = kinds.register(
    Kind(
        "test.letter",
        "Letter",
        "交办",
        Template(
            title="关于{subject}的交办通知",
            to="{to}",
            body=(Text("{demand}"), Head("一、要求"), Items("points"), Facts((("主办单位", "{to}"),))),
            attachments="attachments",
        ),
        (
            PaperField("subject", "Subject", required=True),
            PaperField("to", "To"),
            PaperField("demand", "Demand", "text", required=True),
            PaperField("points", "Points", "list"),
            PaperField("attachments", "Attachments", "list"),
        ),
        signers=("signing_chair",),
        drafters=("drafting_clerk",),
        valid_days=30,
    )
)
CHECKED = kinds.register(
    Kind(
        "test.checked",
        "Checked letter",
        "通报",
        Template(title="{subject}", body=(Text("{subject}"),)),
        (PaperField("subject", "Subject", required=True),),
        signers=("signing_chair",),
        reviewed=True,
    )
)
DATA = {
    "subject": "供水管网",
    "to": "建设局",
    "demand": "请于月底前接通。\n逾期说明原因。",
    "points": ["甲", "乙"],
}

pytestmark = pytest.mark.django_db


class Desk:
    """A drafting clerk, a colleague and a chair of one centre in one park."""

    def __init__(self):
        self.park = make_division("花园", "park")
        self.unit = make_org("花园综合协调服务中心", division=self.park)
        self.clerk = make_actor("drafting_clerk", self.unit, self.park)
        self.colleague = make_actor("drafting_clerk", self.unit, self.park)
        self.chair = make_actor("signing_chair", make_org("管委会"), self.park)

    def draft(self, **more):
        return actions.draft(self.clerk, "test.letter", DATA, about=77, **more)

    def signed(self, **more):
        paper = self.draft(**more)
        actions.sign(self.chair, paper)
        return paper


@pytest.fixture
def desk():
    with travel(date(2026, 3, 2)):
        yield Desk()


def scan(actor):
    return upload(actor, BytesIO("签批单扫描".encode()), "签批单.txt").id


def test_a_paper_is_drafted_signed_and_checked_by_a_stranger(desk):
    actions.name_issuer(SYSTEM, desk.unit, "云高", "云上高新区综合协调服务中心", date(2026, 1, 1), "示例")
    paper = desk.draft()
    row = selectors.paper(paper)
    assert (row.state, row.title, row.number) == ("draft", "关于供水管网的交办通知", "")
    assert selectors.check(row.code) is None, "nobody outside learns of a draft"
    assert actions.sign(desk.chair, paper, seen=row.hash.hex()) == "云高交办〔2026〕1号"
    row = selectors.paper(paper)
    assert (row.form, row.signer_post, row.signed_on) == ("screen", desk.chair.post, date(2026, 3, 2))
    entry = history(paper)[-1]
    assert (entry.move, entry.facts["hash"], entry.actor["user"]) == (
        "papers.sign",
        row.hash.hex(),
        desk.chair.user,
    )
    found = selectors.check(row.code.lower())
    assert (found.number, found.issuer) == ("云高交办〔2026〕1号", "云上高新区综合协调服务中心")
    assert (found.state, found.valid_until) == ("valid", date(2026, 4, 1))
    assert selectors.genuine(row)
    assert [one.id for one in selectors.of(77)] == [paper]
    with travel(date(2026, 5, 1)):
        assert selectors.check(row.code).state == "expired"


def test_a_signature_on_paper_is_first_class(desk):
    paper, sheet = desk.draft(), scan(desk.clerk)
    with pytest.raises(BadInput, match="scan"):
        actions.sign(desk.clerk, paper, form="paper", signer_post=desk.chair.post)
    with pytest.raises(BadInput, match="may not sign"):
        actions.sign(desk.clerk, paper, form="paper", scan=sheet, signer_post=desk.colleague.post)
    with pytest.raises(BadInput, match="future"):
        actions.sign(
            desk.clerk,
            paper,
            form="paper",
            scan=sheet,
            signer_post=desk.chair.post,
            signed_on=date(2026, 3, 3),
        )
    with travel(date(2026, 3, 4)):
        actions.sign(
            desk.clerk,
            paper,
            form="paper",
            scan=sheet,
            signer_post=desk.chair.post,
            signed_on=date(2026, 3, 3),
        )
    row = selectors.paper(paper)
    assert (row.form, row.signer_user, row.recorder_user, row.scan) == (
        "paper",
        desk.chair.user,
        desk.clerk.user,
        sheet,
    )
    assert row.signed_on == date(2026, 3, 3)
    entry = history(paper)[-1]
    assert entry.facts["signer"] == desk.chair.user
    assert entry.actor["user"] == desk.clerk.user
    assert len(entry.facts["scan_sha256"]) == 64


def test_whose_post_had_ended_did_not_sign_on_paper(desk):
    with travel(date(2026, 2, 2)):
        ended = make_post("signing_chair", make_org(), desk.park, valid_until=date(2026, 3, 1))
    with pytest.raises(BadInput, match="Nobody held"):
        actions.sign(desk.clerk, desk.draft(), form="paper", scan=scan(desk.clerk), signer_post=ended)


def test_the_wrong_post_signs_nothing(desk):
    paper = desk.draft()
    elsewhere = make_actor("signing_chair", make_org(), make_division("别处", "park"))
    for actor in (desk.clerk, elsewhere, SYSTEM):
        with pytest.raises(Refused):
            actions.sign(actor, paper)
    assert selectors.paper(paper).state == "draft"
    assert run("SELECT count(*) FROM papers_number")[0][0] == 0


def test_what_was_not_seen_is_not_signed(desk):
    paper = desk.draft()
    seen = selectors.paper(paper).hash.hex()
    actions.revise(desk.clerk, paper, {**DATA, "demand": "改过"})
    with pytest.raises(Conflict):
        actions.sign(desk.chair, paper, seen=seen)
    assert selectors.data(selectors.paper(paper))["demand"] == "改过"


def test_a_void_number_is_never_given_again(desk):
    first = desk.signed()
    actions.void(desk.chair, first, "发文对象有误")
    second = desk.signed()
    numbers = [selectors.paper(one).number for one in (first, second)]
    assert numbers == ["花园综合协调服务中心交办〔2026〕1号", "花园综合协调服务中心交办〔2026〕2号"]
    assert selectors.check(selectors.paper(first).code).state == "void"
    third = desk.draft()
    with atomic():
        run("UPDATE papers_series SET last = 0")
        with pytest.raises(DatabaseError):
            actions.sign(desk.chair, third)
    run("UPDATE papers_series SET last = 2")
    for sql in (
        "DELETE FROM papers_number",
        "UPDATE papers_number SET no = 9",
        "DELETE FROM papers_paper",
        "UPDATE papers_paper SET state = 'draft' WHERE number <> ''",
        "UPDATE papers_paper SET hash = 'x' WHERE number <> ''",
        "UPDATE papers_paper SET signer_user = 1 WHERE number <> ''",
    ):
        with pytest.raises(DatabaseError), atomic():
            run(sql)


def test_a_signature_that_fails_leaves_no_gap(desk):
    paper = desk.draft()

    def sign_and_fall():
        with atomic():
            actions.sign(desk.chair, paper)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sign_and_fall()
    assert actions.sign(desk.chair, paper).endswith("〔2026〕1号")


def test_series_are_apart_by_year_and_go_on_after_what_the_office_gave_before(desk):
    word = numbering.issuer(desk.unit, date(2026, 3, 2)).word + "交办"
    numbering.continue_after(SYSTEM, word, 2026, 37)
    assert selectors.paper(desk.signed()).number.endswith("〔2026〕38号")
    with pytest.raises(Conflict):
        numbering.continue_after(SYSTEM, word, 2026, 5)
    with travel(date(2027, 1, 4)):
        assert selectors.paper(desk.signed()).number.endswith("〔2027〕1号")


def test_a_correction_is_another_paper_and_the_old_one_stays(desk):
    old = desk.signed()
    new = desk.draft(corrects=old, title="关于更正供水管网交办通知的通知")
    assert selectors.check(selectors.paper(old).code).corrected_by == ()
    actions.sign(desk.chair, new)
    assert selectors.check(selectors.paper(old).code).corrected_by == (selectors.paper(new).number,)
    assert selectors.paper(old).state == "signed"
    with pytest.raises(Conflict):
        actions.revise(desk.clerk, old, DATA)
    with pytest.raises(Conflict):
        desk.draft(corrects=desk.draft())


def test_drafting_and_signing_twice_happen_once(desk):
    paper = desk.draft(key="a")
    assert desk.draft(key="a") == paper
    with pytest.raises(Conflict):
        desk.draft(key="a", title="另一份")
    number = actions.sign(desk.chair, paper, key="s")
    assert actions.sign(desk.chair, paper, key="s") == number
    with pytest.raises(Conflict, match="signed already"):
        actions.sign(desk.chair, paper)


def test_a_review_is_somebody_elses_and_falls_with_a_change(desk):
    paper = actions.draft(desk.clerk, "test.checked", {"subject": "月通报"})
    with pytest.raises(Conflict, match="reviewed"):
        actions.sign(desk.chair, paper)
    with pytest.raises(Refused):
        actions.review(desk.clerk, paper)
    actions.review(desk.colleague, paper, note="已核")
    assert selectors.paper(paper).state == "reviewed"
    actions.revise(desk.clerk, paper, {"subject": "月通报（二稿）"})
    assert selectors.paper(paper).state == "draft"
    actions.review(desk.colleague, paper)
    actions.send_back(desk.chair, paper, "数据再核")
    actions.review(desk.colleague, paper)
    actions.sign(desk.chair, paper)
    assert [entry.move for entry in history(paper)] == [
        "papers.draft",
        "papers.review",
        "papers.revise",
        "papers.review",
        "papers.send_back",
        "papers.review",
        "papers.sign",
    ]


def test_having_read_it_is_not_consent(desk):
    paper = desk.draft()
    reader = make_actor("reading_head", make_org("建设局"), desk.park)
    assert actions.circulate(desk.clerk, paper, [reader.post]) == [reader.post]
    assert actions.circulate(desk.clerk, paper, [reader.post]) == []
    assert [row.id for row in selectors.to_read(reader)] == [paper]
    assert actions.mark_read(reader, paper)
    assert actions.mark_read(reader, paper) is None
    (asked,) = selectors.rounds(paper)
    assert asked.read is not None
    assert selectors.paper(paper).state == "draft", "read, not signed"


def test_data_is_checked_field_by_field(desk):
    with pytest.raises(FieldErrors) as caught:
        actions.draft(desk.clerk, "test.letter", {"subject": "", "colour": "red"})
    assert set(caught.value.errors) == {"subject", "demand", "colour"}
    with pytest.raises(Refused):
        actions.draft(desk.chair, "test.letter", DATA)
    with pytest.raises(BadInput):
        actions.draft(SYSTEM, "test.letter", DATA)


def test_a_template_that_names_unknown_fields_is_refused():
    with pytest.raises(ValueError, match="colour"):
        kinds.register(
            Kind("test.wrong", "Wrong", "错", Template("{colour}", ()), (), signers=("signing_chair",))
        )


def test_a_template_is_kept_as_it_was():
    template = Template(
        "{a}", (Text("{a}"), Rows("b", (("c", "列", 2),)), Picture("d"), Facts((("甲", "{a}"),))), to="{a}"
    )
    import json

    assert loads(json.loads(dumps(template))) == template


def test_purging_a_matter_takes_its_papers_along(desk):
    paper = desk.signed()
    row = selectors.paper(paper)
    purge(SYSTEM, paper, reason="涉密")
    with pytest.raises(NotFound):
        selectors.data(row)
    assert selectors.paper(paper).title == ""
    assert selectors.check(row.code).number == row.number, "the number stays its own"


def test_the_register_shows_what_was_issued_page_by_page(desk):
    papers = [desk.signed() for _n in range(5)]
    desk.draft()
    seen = branches(identity.as_actor(identity.post(desk.clerk.post)))
    ways = [*seen, *branches(SYSTEM)]
    first, before = selectors.listed(ways, selectors.Sought(), limit=3)
    rest, end = selectors.listed(ways, selectors.Sought(), before=before, limit=3)
    assert [row.id for row in [*first, *rest]] == papers[::-1]
    assert end == 0
    assert [row.id for row in selectors.listed(ways, selectors.Sought(q="〕2号"))[0]] == [papers[1]]
    assert selectors.listed(ways, selectors.Sought(state="draft"))[0][0].state == "draft"
    assert selectors.listed(ways, selectors.Sought(since=date(2026, 3, 3)))[0] == []
