"""Matters opened by flow are found at once, by batch after the job, and not after their text is erased."""

from collections.abc import Iterator

import pytest

from bihuan.kernel.content.actions import erase, purge
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.actions import open as open_matter
from bihuan.kernel.flow.bulk import New, open_many
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.forms.fields import register as register_form
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.jobs import run_due
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.kernel.search import actions, jobs, selectors
from bihuan.kernel.store.sql import run
from bihuan.logic.mechanism import Grant, Mechanism, Move, Stage

HERE = Scope(division=7, county=5, park=7)
register_form(
    Form(
        "found.need",
        "Need",
        (
            Field("title", "Title", required=True),
            Field("more", "More", "long"),
            Field("phone", "Phone", "phone", cls="personal"),
        ),
    )
)
registry.register(
    Mechanism(
        name="found.loop",
        title="Loop",
        noun="Loop",
        prefix="FL",
        stages=(Stage("new", "New"), Stage("done", "Done", final=True)),
        moves=(
            Move("open", "Open", (), "new", (Grant("system"),), form="found.need", hold="role:desk"),
            Move("close", "Close", ("new",), "done", (Grant("system"),), hold="none"),
        ),
    )
)


@pytest.fixture(autouse=True)
def _fresh(db: None) -> Iterator[None]:
    registry.forget()
    yield
    registry.forget()


def found(text: str) -> list[int]:
    return [hit.id for hit in selectors.search([EVERYTHING], text).hits]


def start(title: str, more: str = "") -> int:
    data = {"title": title, "more": more, "phone": "13812345678"}
    return open_matter(SYSTEM, "found.loop", data, scope=HERE).matter


@pytest.mark.django_db
def test_an_opened_matter_is_found_at_once_by_text_and_code_but_not_by_personal_values() -> None:
    matter = start("厂区供水压力不足", "三号车间夜间停机")
    [hit] = selectors.search([Branch("park", 7)], "供水").hits
    assert (hit.id, hit.title, hit.stage) == (matter, "厂区供水压力不足", "new")
    assert found("车间") == found(hit.code) == found(hit.code[:6]) == [matter]
    assert found("13812345678") == []
    assert selectors.search([Branch("park", 8)], "供水").hits == ()


@pytest.mark.django_db
def test_a_rebuilt_index_equals_the_one_flow_wrote() -> None:
    for n in range(3):
        start(f"道路第{n}处坑洼", "请尽快修补")
    before = run("SELECT matter_id, tsv::text FROM search_doc ORDER BY matter_id")
    run("DELETE FROM search_doc")
    assert actions.reindex() == 3
    assert run("SELECT matter_id, tsv::text FROM search_doc ORDER BY matter_id") == before


@pytest.mark.django_db
def test_erased_text_leaves_the_index_and_the_rest_stays() -> None:
    matter = start("道路坑洼", "家住玉兰巷")
    erase(SYSTEM, matter, field="more", reason="本人要求")
    assert found("玉兰") == []
    assert found("道路") == [matter]
    assert selectors.waiting_for_scrub() == 1
    purge(SYSTEM, matter, reason="误录")
    assert found("道路") == []


@pytest.mark.django_db
def test_a_batch_is_found_after_the_one_job_it_queues() -> None:
    rows = [New({"title": f"排水第{n}处"}, HERE) for n in range(3)]
    other = open_many(SYSTEM, "found.loop", rows)
    run("DELETE FROM procrastinate_jobs")
    made = open_many(SYSTEM, "found.loop", rows)
    assert found("排水") == []
    assert run("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'") == [("search.index",)]
    run_due()
    assert sorted(found("排水")) == sorted(o.receipt.matter for o in made if o.receipt)
    assert jobs.index_new() is None, "every night what no job did"
    made += other
    assert sorted(found("排水")) == sorted(o.receipt.matter for o in made if o.receipt)


@pytest.mark.django_db(transaction=True)
def test_scrubbing_takes_erased_words_off_the_disk() -> None:
    """A GIN index keeps keys without rows: the words of the erased are gone from its pages only after."""
    matter = start("道路坑洼", "龘靐齉")
    run("VACUUM search_doc")
    assert _on_disk("靐齉")
    erase(SYSTEM, matter, field="more", reason="本人要求")
    run("VACUUM search_doc")
    assert _on_disk("靐齉")
    assert actions.scrub() == 1
    assert not _on_disk("靐齉")
    assert selectors.waiting_for_scrub() == 0
    assert found("道路") == [matter]


def _on_disk(word: str) -> bool:
    run("CHECKPOINT")
    sql = "SELECT position(%s::bytea IN pg_read_binary_file(pg_relation_filepath('search_doc_terms')))"
    return bool(run(sql, (word.encode(),))[0][0])
