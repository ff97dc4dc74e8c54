"""The desk, plates, campaigns and hints: beside the matters, never instead of them."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.kernel import factories as make
from tests.lines.supervision.town import moment, town

from bihuan.kernel.errors import BadInput, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.now import travel
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.campaigns import actions as campaigns
from bihuan.lines.supervision.campaigns import selectors as lens
from bihuan.lines.supervision.desk import actions, selectors
from bihuan.lines.supervision.hints import selectors as hints
from bihuan.lines.supervision.plates import actions as plates
from bihuan.lines.supervision.plates import selectors as hung

__all__ = ["town"]
DAY = date(2026, 6, 1)


# The desk ----------------------------------------------------------------------------------------------


def test_what_is_overdue_or_watched_lies_beside_from_the_first_hour(town):
    late = town.problem(date(2026, 5, 11), town.bureau)
    fresh = town.problem(date(2026, 5, 29), town.land)
    assert [one.row.id for one in selectors.beside(town.supervisor)] == [late]
    code = matters.matter(town.supervisor, fresh).code
    made = actions.ask(town.supervisor, code, {"title": "请报进度", "manner": "watch", "unit": town.land})
    (one,) = selectors.beside(town.supervisor, "watched")
    assert (one.row.id, one.watched, one.watch) == (fresh, True, made.code)
    with pytest.raises(BadInput):
        actions.ask(town.supervisor, code, {"title": "再报", "manner": "watch", "unit": town.land})
    actions.ask(town.supervisor, code, {"title": "催", "manner": "urge", "unit": town.land})
    flow.move(town.clerks[town.land], made.matter, "answer", {"reply": "已排期"})
    assert [row.id for row in selectors.waiting(town.supervisor)] == [made.matter]
    flow.move(town.supervisor, made.matter, "lift", {})
    assert selectors.counts(town.supervisor) == {"late": 1, "watched": 1, "appeals": 0, "cards": 0}
    assert selectors.beside(town.stranger) == []
    with pytest.raises(Refused):
        actions.ask(town.coordinator, code, {"title": "催", "manner": "urge", "unit": town.land})


def test_the_desks_page_urges(town):
    late = town.problem(date(2026, 5, 11), town.bureau)
    code = matters.matter(town.supervisor, late).code
    client = town.client(town.supervisor)
    assert code in client.get("/supervision/").content.decode()
    for query in ("?state=late", "?state=watched", "?kind=projects.problem"):
        assert client.get(f"/supervision/{query}").status_code == 200
    path = f"/supervision/ask/{code}/"
    assert client.get(f"{path}?manner=watch").status_code == 200
    sent = {"title": "请办", "manner": "urge", "unit": town.bureau, "key": "u"}
    assert client.post(path, sent).status_code == 303
    assert client.post(path, {**sent, "key": "v"}).status_code == 422
    assert town.client(town.coordinator).get("/supervision/").status_code == 403


# Plates ------------------------------------------------------------------------------------------------


def plate(town, **more):
    data = {
        "title": "十月底前通水", "leader": town.leader.post, "unit": town.bureau, "officer": town.officer.post,
        "due": "2026-10-30", **more,
    }  # fmt: skip
    return plates.put_up(town.supervisor, data, project=town.about)


def test_a_plate_tells_the_public_posts_and_no_names_unless_allowed(town):
    made = plate(town)
    token = run("SELECT token FROM supervision_plate WHERE id = %s", (made.matter,))[0][0]
    found = hung.public(token)
    assert (found.project, found.unit, found.leader) == ("智能液冷项目", "开发建设局", "")
    name = hung.duty(town.supervisor, made.code).leader
    page = Client(headers={"accept-language": "en"}).get(f"/supervision/plaque/{token}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "十月底前通水" in text
    assert name not in text
    named = plate(town, shows_names=True)
    token2 = run("SELECT token FROM supervision_plate WHERE id = %s", (named.matter,))[0][0]
    assert name in Client().get(f"/supervision/plaque/{token2}/").content.decode()
    with pytest.raises(NotFound):
        hung.public("nothing")
    flow.move(
        town.supervisor,
        made.matter,
        "take_down",
        {"evidence": [make.make_file(town.supervisor, made.matter)]},
    )
    assert hung.public(token).down_at is not None
    assert (
        "Done and taken down"
        in Client(headers={"accept-language": "en"}).get(f"/supervision/plaque/{token}/").content.decode()
    )


def test_pages_of_plates(town):
    client = town.client(town.supervisor)
    made = plate(town)
    assert "十月底前通水" in client.get("/supervision/plates/").content.decode()
    assert client.get("/supervision/plates/?state=down").status_code == 200
    for query in ("", "?as=print"):
        assert "<svg" in client.get(f"/supervision/plates/{made.code}/{query}").content.decode()
    assert client.get("/supervision/plates/new/").status_code == 200
    sent = {"title": "通路", "leader": town.leader.post, "unit": town.bureau, "due": "2026-09-01", "key": "p"}
    assert client.post("/supervision/plates/new/", sent).status_code == 303
    assert (
        client.post("/supervision/plates/new/", {**sent, "due": "2020-01-01", "key": "o"}).status_code == 422
    )
    assert town.client(town.department).get("/supervision/plates/").status_code == 403


# Campaigns ---------------------------------------------------------------------------------------------


def begun(town, **more):
    data = {"name": "夏季大会战", "first_day": date(2026, 5, 11), "last_day": date(2026, 8, 18), **more}
    return campaigns.begin(town.supervisor, **data)


def test_a_campaign_is_a_lens_that_copies_nothing(town):
    before = town.solve(date(2026, 4, 1), 1, town.bureau)
    closed = town.solve(date(2026, 5, 12), 2, town.bureau)
    late = town.problem(date(2026, 5, 13), town.land)
    town.promise(date(2026, 5, 14), town.bureau, date(2026, 9, 1))
    count = run("SELECT count(*) FROM flow_matter")[0][0]
    key = begun(town, kinds=["projects.problem"])
    found = lens.campaign(town.supervisor, key)
    made = lens.counts(found)
    assert (made.opened, made.closed, made.open, made.late, made.projects) == (2, 1, 1, 1, 1)
    assert (found.days, found.left(DAY), found.left(date(2026, 8, 18)), found.left(date(2026, 8, 19))) == (
        100,
        79,
        1,
        0,
    )
    shown = [row.id for row in lens.matters(town.supervisor, found)[0]]
    assert shown == [late, closed]
    assert before not in shown
    assert run("SELECT count(*) FROM flow_matter")[0][0] == count
    assert lens.by_day(found) == [
        (date(2026, 5, 12), 1, 0),
        (date(2026, 5, 13), 1, 0),
        (date(2026, 5, 14), 0, 1),
    ]
    past = lens.counts(found, date(2026, 5, 13))
    assert (past.opened, past.closed, past.opened_today) == (2, 0, 1)
    with pytest.raises(NotFound):
        lens.campaign(town.stranger, key)


def test_a_days_report_is_frozen_and_corrected_by_a_new_draft(town):
    key = begun(town)
    assert campaigns.report(town.supervisor, key, date(2026, 5, 20)) == 1
    town.problem(date(2026, 5, 20), town.bureau)
    assert campaigns.report(town.supervisor, key, date(2026, 5, 20)) == 2
    second, first = lens.reports(key)
    assert "累计新增0件" in first.text
    assert "累计新增1件" in second.text
    assert "第10天" in first.text
    with pytest.raises(BadInput):
        campaigns.report(town.supervisor, key, date(2026, 7, 1))
    with pytest.raises(Refused):
        campaigns.report(town.leader, key, date(2026, 5, 20))


@pytest.mark.parametrize("wrong", [{"last_day": date(2026, 1, 1)}, {"kinds": ["no.such"]}])
def test_a_campaign_that_makes_no_sense_is_refused(town, wrong):
    with pytest.raises(BadInput):
        begun(town, **wrong)


def test_pages_of_campaigns(town):
    client = town.client(town.supervisor)
    town.solve(date(2026, 5, 12), 2, town.bureau)
    sent = {
        "name": "百日攻坚",
        "first_day": "2026-05-11",
        "last_day": "2026-08-18",
        "kinds": ["projects.problem"],
    }
    assert client.get("/supervision/campaigns/new/").status_code == 200
    answer = client.post("/supervision/campaigns/new/", sent)
    assert answer.status_code == 303
    assert client.post("/supervision/campaigns/new/", sent).status_code == 409, "one of that name"
    for query in ("", "?state=closed", "?state=late"):
        assert client.get(answer.url + query).status_code == 200
    assert client.post(f"{answer.url}report/").status_code == 303
    assert "百日攻坚战报" in client.get(answer.url).content.decode()
    assert town.client(town.department).get(answer.url).status_code == 200
    assert town.client(town.department).post(f"{answer.url}report/").status_code == 403
    assert client.post(f"{answer.url}end/").status_code == 303
    assert "Campaign ended" in client.get("/supervision/campaigns/").content.decode()


# Hints -------------------------------------------------------------------------------------------------


def found(town, name):
    return next(
        one for one in hints.look(town.supervisor, date(2026, 3, 1), DAY) if one.detector.name == name
    ).hints


def test_closing_in_bulk_at_the_limit_is_seen_and_quick_work_is_not(town):
    for n in range(6):
        matter = town.problem(date(2026, 3, 2), town.bureau)
        with travel(moment(date(2026, 3, 9), 11 if n == 5 else 10)):
            said = {"closing": "solved", "reply": "办", "evidence": [make.make_file(town.department, matter)]}
            flow.move(town.department, matter, "answer", said)
        town.close(date(2026, 3, 10), matter)
    for n in range(6):
        town.solve(date(2026, 4, 1) + timedelta(days=n), 0, town.land)
    seen = found(town, "limit")
    assert [(one.unit, one.cases, one.of) for one in seen] == [(town.bureau, 6, 6)] or seen == ()
    due = run("SELECT due FROM clock_clock WHERE main ORDER BY id LIMIT 1")[0][0]
    assert due is not None


def test_what_comes_back_soon_is_seen(town):
    for n in range(3):
        matter = town.solve(date(2026, 3, 2 + n), 1, town.bureau)
        town.hear(date(2026, 3, 9), matter, "")
    (one,) = found(town, "reopen")
    assert (one.unit, one.cases, len(one.matters)) == (town.bureau, 3, 3)


def test_one_need_in_three_pieces_is_seen(town):
    for _n in range(3):
        town.problem(date(2026, 3, 2), town.bureau)
    town.problem(date(2026, 3, 20), town.land)
    (one,) = found(town, "split")
    assert (one.unit, one.cases) == (town.bureau, 3)


def test_extensions_at_the_last_moment_are_seen(town):
    for _n in range(2):
        matter = town.problem(date(2026, 3, 2), town.bureau)
        due = run("SELECT due FROM clock_clock WHERE matter_id = %s AND main", (matter,))[0][0]
        with travel(due - timedelta(hours=1)):
            flow.move(town.department, matter, "ask_extension", {"days": 3, "reason": "再等等"})
    (one,) = found(town, "extension")
    assert (one.unit, one.cases, one.of) == (town.bureau, 2, 2)


def test_hints_are_for_the_supervision_office_alone(town):
    town.problem(date(2026, 5, 4), town.bureau)
    page = town.client(town.supervisor).get("/supervision/hints/")
    assert page.status_code == 200
    assert "When it is wrong" in page.content.decode()
    for who in (town.leader, town.department, town.coordinator):
        assert town.client(who).get("/supervision/hints/").status_code == 403


def test_a_visit_nothing_but_the_visitor_shows_is_seen(town):
    """The visits are those of the real form: noted by its own action, files and answers where they land."""
    from bihuan.lines.officers import actions as officers
    from bihuan.lines.officers.grids.selectors import target_project
    from bihuan.lines.officers.visits import actions as visits

    with travel(moment(date(2026, 3, 16))):
        officers.assign(town.coordinator, town.about, town.officer.post)
        other = town.project("另一个项目")
        target, quiet = target_project(town.officer, town.about), target_project(town.officer, other)
        visits.note(town.officer, target, {"day": "2026-03-16", "progress": "到场查看"}, key="a")
        file = make.make_file(town.officer, 0)
        visits.note(town.officer, quiet, {"day": "2026-03-16", "evidence": [file]}, key="b")
    (one,) = found(town, "contact")
    assert (one.unit, one.cases, one.of) == (town.office, 1, 2), "a photo shows the other one"
    with travel(moment(date(2026, 3, 18))):
        data = {"title": "门口积水", "category": "surroundings"}
        flow.open(
            town.enterprise, "projects.problem", data, scope=town.scope, subject=town.about, party=town.firm
        )
    assert found(town, "contact") == (), "two days later the enterprise spoke by itself"


# Papers ------------------------------------------------------------------------------------------------


def campaign(town):
    """Begin a campaign in May."""
    return campaigns.begin(
        town.supervisor, name="百日攻坚", first_day=date(2026, 5, 1), last_day=date(2026, 8, 8)
    )


def test_rules_proposal_and_report_are_papers_in_word_and_pdf(town):
    from bihuan.kernel.papers import actions as papers
    from bihuan.kernel.papers import rendering
    from bihuan.kernel.papers import selectors as kept
    from bihuan.lines.supervision.issuing import actions as issuing
    from bihuan.lines.supervision.scoring import actions as scoring
    from bihuan.lines.supervision.scoring import schemes

    town.solve(date(2026, 3, 4), 1, town.bureau)
    data = {"title": "一季度", "subjects": "unit", "since": "2026-03-02", "until": "2026-05-29"}
    made = scoring.draft(town.supervisor, data).matter
    rule = schemes.in_force(town.place).id
    key = campaign(town)
    draft = campaigns.report(town.supervisor, key, date(2026, 5, 20))
    drafted = [
        issuing.rules_paper(town.supervisor, rule),
        issuing.appraisal_paper(town.supervisor, made),
        issuing.report_paper(town.supervisor, key, date(2026, 5, 20), draft),
    ]
    assert issuing.rules_paper(town.supervisor, rule) == drafted[0], "once a version"
    for paper in drafted:
        assert rendering.docx(paper)[:2] == b"PK"
        assert rendering.pdf(paper)[:4] == b"%PDF"
    said = kept.data(kept.paper(drafted[0]))
    assert "解决" in "".join(row["criterion"] for row in said["criteria"]), "Chinese, whoever asks"
    assert "1／1" in kept.data(kept.paper(drafted[1]))["scores"][0]["resolution"]
    report = drafted[2]
    words = kept.data(kept.paper(report))
    papers.revise(town.supervisor, report, {**words, "text": words["text"] + "\n下一步：清零逾期。"})
    papers.review(town.person("supervisor", town.watch), report)
    assert papers.sign(town.leader, report, key="s").endswith("号")
    assert lens.reports(key)[0].paper == report
    with pytest.raises(Refused):
        issuing.appraisal_paper(town.department, made)


def test_the_pages_issue_papers(town):
    from bihuan.lines.supervision.scoring import actions as scoring
    from bihuan.lines.supervision.scoring import schemes

    data = {"title": "一季度", "subjects": "unit", "since": "2026-03-02", "until": "2026-05-29"}
    town.solve(date(2026, 3, 4), 1, town.bureau)
    made = scoring.draft(town.supervisor, data).matter
    client = town.client(town.supervisor)
    for path in (f"scores/{made}/paper/", f"rules/{schemes.in_force(town.place).id}/paper/"):
        assert client.get(f"/supervision/{path}").status_code == 303
        answer = client.post(f"/supervision/{path}")
        assert answer.url.startswith("/papers/")
        assert client.get(answer.url).status_code == 200
        assert town.client(town.coordinator).post(f"/supervision/{path}").status_code == 403


def test_a_plate_begins_with_who_answers(town):
    from bihuan.lines.officers import actions as officers

    officers.assign(town.coordinator, town.about, town.officer.post)
    found = hung.answering(town.supervisor, town.about)
    assert found["officer"] == town.officer.post
    assert "智能液冷项目" in found["title"]
    assert hung.answering(town.supervisor, 0) == {}
    with pytest.raises(NotFound):
        hung.answering(town.stranger, town.about)
    page = town.client(town.supervisor).get(f"/supervision/plates/new/?project={town.about}")
    assert f'value="{town.officer.post}" selected' in page.content.decode()


def test_the_api_reads_scores_cards_campaigns_and_plates(town):
    made, key = plate(town), campaign(town)
    client = town.client(town.supervisor)
    base = "/api/v1/supervision"
    assert [row["code"] for row in client.get(f"{base}/plates").json()["rows"]] == [made.code]
    assert client.get(f"{base}/plates/{made.code}").json()["project"] == "智能液冷项目"
    assert client.get(f"{base}/campaigns").json()[0]["id"] == key
    assert client.get(f"{base}/campaigns/{key}/counts").json()["projects"] == 1
    for path in (
        "cards",
        "mentions",
        f"campaigns/{key}",
        f"campaigns/{key}/matters",
        f"campaigns/{key}/reports",
    ):
        assert client.get(f"{base}/{path}").status_code == 200
        assert Client().get(f"{base}/{path}").status_code == 401
    assert town.client(town.department).get(f"{base}/cards").status_code == 403
    assert town.client(town.stranger).get(f"{base}/plates/{made.code}").status_code == 404
