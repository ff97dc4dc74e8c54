"""A grid officer's phone in a place without a signal: nothing is lost, nothing happens twice, and it is quick."""

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.walking import stage

from bihuan.kernel.store.sql import run

PHONE = "/hotline/phone/"
#: What the device keeps, put there as 500 cases would be.
FILL = """async () => {
    const who = document.querySelector("[data-offline]").dataset.who;
    const open = indexedDB.open(`bihuan-offline-${who}`);
    await new Promise((done) => { open.onsuccess = done; });
    const on = open.result.transaction("cases", "readwrite");
    for (let n = 0; n < 500; n += 1) {
        on.objectStore("cases").put({ code: `RB99-${n}`, ver: 1, title: `第${n}件：楼道渗水请上门核实`, stage: "待反馈",
            left: "还剩 1 个工作日", due: "12-01 17:30", address: "白沙花园3栋2单元", detail: "渗水两天" });
    }
    await new Promise((done) => { on.oncomplete = done; });
}"""


@pytest.fixture
def phone(person, park):
    """Return the phone page of a grid officer, ready to go offline."""
    page = person("wanggeyuan", "phone")
    page.goto(park + PHONE)
    begun(page)
    page.reload()  # by now the worker keeps the page
    begun(page)
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    return page


def begun(page, works: str = "ready") -> None:
    """Wait until the page has restored and asked for what there is: what it asks for replaces what it keeps."""
    page.wait_for_selector(f"[data-works={works}]:not([aria-busy])", timeout=30_000)


def entries(code: str, move: str = "answer") -> int:
    sql = (
        "SELECT count(*) FROM ledger_entry e JOIN flow_matter m ON m.id = e.chain_id"
        " WHERE m.code = %s AND e.move = %s"
    )
    return run(sql, (code, move))[0][0]


def first_case(page) -> str:
    page.wait_for_selector("[data-list] li", timeout=30_000)
    return page.locator("[data-list] li .code").first.inner_text()


def answer(page, text: str) -> None:
    page.locator("[data-list] li button").first.click()
    page.fill("dialog[open] [name=reply]", text)
    page.locator("dialog[open] .btn-primary").click()


def record(page, title: str) -> None:
    page.locator("[data-open-entry]").click()
    page.fill("[data-entry] [name=title]", title)
    page.check("[data-entry] [name=settled][value=yes]")
    page.fill("[data-entry] [name=done]", "已清走")
    page.locator("[data-entry] button.btn-primary").click()


def waiting(page, count: int) -> None:
    expect(page.locator("[data-queue] > li")).to_have_count(count, timeout=30_000)


def test_work_without_a_signal_is_sent_once_in_order(phone):
    code = first_case(phone)
    phone.context.set_offline(True)
    phone.reload()
    begun(phone)
    assert first_case(phone) == code, "the list stands there without a signal"
    answer(phone, "上门看过，不再渗水")
    waiting(phone, 1)
    record(phone, "离线巡查：楼道堆物（演示数据）")
    waiting(phone, 2)
    phone.reload()
    waiting(phone, 2)
    assert (stage(code), entries(code)) == ("asked", 0)

    # The answer to the first entry gets lost on the way: it is sent again under its key.
    lost = []
    phone.context.route("**/hotline/phone/send/", lambda route: _lose(route, lost))
    phone.context.set_offline(False)
    phone.locator("[data-again]").click()
    for _tenth in range(300):
        phone.wait_for_timeout(100)
        if lost:
            break
    phone.wait_for_timeout(500)
    waiting(phone, 2)
    # The signal that is back sends by itself, the button once more if that has failed already.
    assert len(set(lost)) == 1, "each attempt is the first entry under its key; none overtakes it"
    assert entries(code) == 1, "the house has it, the phone does not know"
    phone.context.unroute("**/hotline/phone/send/")
    phone.locator("[data-again]").click()
    waiting(phone, 0)
    assert (stage(code), entries(code)) == ("given", 1)
    found = run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.found' AND title LIKE '离线巡查%%'")
    assert found == [(1,)]


def _lose(route, lost) -> None:
    """Let the house take an entry in and its answer get lost; keep the key it was sent under."""
    route.fetch()
    lost += re.findall(r'name="key"\r\n\r\n(\S+)', route.request.post_data)
    route.abort()


def test_the_second_of_two_phones_is_shown_the_conflict(phone, person, park):
    code = first_case(phone)
    phone.context.set_offline(True)
    answer(phone, "我下午去过")
    waiting(phone, 1)
    other = person("wanggezhang", "phone")
    other.goto(park + PHONE)
    begun(other)
    answer(other, "我上午去过")
    # List and queue change together: once the case has left the list, an empty queue means that it was sent.
    expect(other.locator("[data-list]")).not_to_contain_text(code, timeout=30_000)
    waiting(other, 0)
    assert stage(code) == "given"
    phone.context.set_offline(False)
    phone.locator("[data-again]").click()
    phone.wait_for_selector("[data-queue] .tag-bad", timeout=30_000)
    assert "易格长" in phone.locator("[data-queue]").inner_text()
    assert entries(code) == 1
    phone.locator("[data-queue] [data-keep]").click()
    waiting(phone, 0)
    assert entries(code, "note") == 1, "kept as a comment"


def test_five_hundred_cases_stand_there_within_a_second(phone):
    phone.context.set_offline(True)
    phone.evaluate(FILL)
    took = min(
        restored(phone) for _turn in range(5)
    )  # a machine that runs the whole suite holds up some of them
    assert phone.locator("[data-list] > li").count() >= 500
    assert took < 1000, f"{took} ms"


def restored(phone) -> int:
    """Open the page anew; return how many milliseconds it took until what the device keeps stood there."""
    phone.reload()
    phone.wait_for_selector("[data-restored]", state="attached")
    return int(phone.locator("[data-offline]").get_attribute("data-restored"))


def test_a_browser_that_keeps_nothing_says_so(person, park):
    page = person("wanggeyuan", "phone")
    page.add_init_script(
        "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', {value: undefined})"
    )
    page.goto(park + PHONE)
    begun(page, "nostore")
    record(page, "无存储：楼道堆物（演示数据）")
    expect(page.locator("[data-state]")).to_have_text("已发送。", timeout=30_000)
    found = run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.found' AND title LIKE '无存储%%'")
    assert found == [(1,)]
