"""Pages and API of scores: who sees what, the fractions, the cases, the workbook, the rules in words."""

import io
from datetime import date, timedelta

import openpyxl
from tests.lines.supervision.test_scores import draft, objects, solved
from tests.lines.supervision.town import FIRST, town

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.lines.supervision.scoring import schemes

__all__ = ["town"]


def body(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_draft_is_for_those_who_make_and_decide_it(town):
    solved(town, late=2)
    matter = draft(town)
    path = f"/supervision/scores/{matter}/"
    for who, status in (
        (town.supervisor, 200),
        (town.leader, 200),
        (town.department, 404),
        (town.stranger, 404),
    ):
        body(town.client(who), path, status)
    assert town.client(town.enterprise).get(path).status_code == 403
    flow.move(town.supervisor, matter, "show", {})
    assert "6 / 8" in body(town.client(town.department), path).decode()
    body(town.client(town.stranger), path, 404)
    own, other = town.bureau, town.land
    case = by_ids([solved(town, 1)[0]])
    page = body(town.client(town.department), f"{path}{own}/?criterion=resolution").decode()
    assert "Counts against" in page
    assert f"{path}appeal/?criterion=resolution" in page
    page = body(town.client(town.clerks[town.land]), f"{path}{own}/?criterion=resolution").decode()
    assert "Counts against" not in page, "cases of another unit stay closed"
    body(town.client(town.department), f"{path}{other}/", 404)
    assert case


def test_the_form_the_department_sends_becomes_an_appeal(town):
    late = solved(town, late=2)[0]
    matter = draft(town)
    flow.move(town.supervisor, matter, "show", {})
    client = town.client(town.department)
    sent = {"title": "企业原因", "assessment": matter, "criterion": "resolution", "case": f"{late}.1"}
    sent |= {"reason": "企业要求", "key": "a"}
    answer = client.post(f"/supervision/scores/{matter}/appeal/", sent)
    assert answer.status_code == 303
    assert client.post(f"/supervision/scores/{matter}/appeal/", sent).url == answer.url, "happens once"
    assert (
        client.post(f"/supervision/scores/{matter}/appeal/", {**sent, "case": "1.1", "key": "b"}).status_code
        == 422
    )


def test_drafting_on_the_page_counts_and_freezes(town):
    solved(town)
    client = town.client(town.supervisor)
    body(client, "/supervision/scores/new/")
    sent = {"title": "三月考核", "subjects": "unit", "since": "2026-03-01", "until": "2026-03-31", "key": "x"}
    answer = client.post("/supervision/scores/new/", sent)
    assert answer.status_code == 303
    assert (
        client.post("/supervision/scores/new/", {**sent, "until": "2026-02-01", "key": "y"}).status_code
        == 422
    )
    page = body(client, answer.url).decode()
    assert "8 / 8" in page
    assert "三月考核" in body(client, "/supervision/scores/").decode()
    scheme = schemes.in_force(town.place)
    again = body(client, f"{answer.url}?scheme={scheme.id}").decode()
    assert "the same as what was frozen" in again
    assert "adjusted" in body(client, f"{answer.url}?beside=1").decode()


def test_the_workbook_is_the_appraisal_offices_form(town):
    late = solved(town, late=2)[0]
    matter = draft(town)
    flow.move(town.supervisor, matter, "show", {})
    raised = objects(town, matter, f"{late}.1")
    flow.move(
        town.supervisor, raised.matter, "correct", {"after": "side", "side": "enterprise", "reason": "属实"}
    )
    file = body(town.client(town.supervisor), f"/supervision/scores/{matter}/export/")
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    cells = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
    assert "二季度考核考核建议汇总表" in cells[0]
    assert "6／7" in cells
    assert any("更正（第 2 稿）" in text and "非政府一侧原因" in text for text in cells)
    assert any(schemes.in_force(town.place).hash in text for text in cells)


def test_the_rules_say_everything_in_words_and_numbers(town):
    scheme = schemes.in_force(town.place)
    page = body(town.client(town.department), f"/supervision/rules/{scheme.id}/?as=print").decode()
    for words in ("at most 30 points", "Fewer than 5 cases", "Only promises of the government", scheme.hash):
        assert words in page
    client = town.client(town.supervisor)
    body(client, "/supervision/rules/")
    body(client, "/supervision/rules/new/")
    sent = {"title": "新", "source": "纪要", "valid_from": "2026-06-01", "ranked_from": "50"}
    for name, term in scheme.terms.items():
        sent |= {
            f"weight_{name}": term.weight,
            f"zero_{name}": term.zero,
            f"full_{name}": term.full,
            f"least_{name}": 5,
        }
    assert client.post("/supervision/rules/new/", {**sent, "weight_response": "21"}).status_code == 422
    assert client.post("/supervision/rules/new/", sent).status_code == 303
    assert town.client(town.leader).post("/supervision/rules/new/", sent).status_code == 403


def test_the_api_says_what_the_page_says(town):
    solved(town, late=2)
    matter = draft(town)
    client, api = town.client(town.supervisor), "/api/v1/supervision"
    (row,) = client.get(f"{api}/assessments").json()["rows"]
    assert row["id"] == matter
    (line,) = client.get(f"{api}/assessments/{matter}/lines").json()
    score = next(one for one in line["scores"] if one["criterion"] == "resolution")
    assert (score["numerator"], score["denominator"], score["points"]) == (6, 8, "16.67")
    cases = client.get(f"{api}/assessments/{matter}/subjects/{town.bureau}/resolution").json()["cases"]
    assert (len(cases["good"]), len(cases["bad"])) == (6, 2)
    assert client.get(f"{api}/rules").json()[0]["hash"] == row["rules_hash"]
    assert town.client(town.department).get(f"{api}/assessments").json()["rows"] == []
    assert town.client(town.department).get(f"{api}/assessments/{matter}/lines").status_code == 404
    flow.move(town.supervisor, matter, "show", {})
    other = town.client(town.clerks[town.land])
    assert other.get(f"{api}/assessments/{matter}/subjects/{town.bureau}/resolution").status_code == 403
    assert FIRST + timedelta(days=1) > date(2026, 3, 2)
