"""What a chat program shares with an installed page is an order after few taps, screenshots included, signal or not."""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.e2e.conftest import PASSWORD

from bihuan.kernel.files import selectors as files
from bihuan.kernel.store.sql import run

PHONE, DESK = "/hotline/phone/", "/hotline/console/"
#: Whether the page is that of whoever is signed in: one kept from before stands in where the answer is slow.
OWN = """async () => {
    const said = await (await fetch("/hotline/phone/cases/")).json();
    return said.who === document.querySelector("[data-offline]").dataset.who;
}"""
CHAT = "王阿姨 2026/11/30 08:12\n白沙花园3栋2单元楼道又漏水了！电梯口全是水\n李叔 08:15\n我家也是"
#: What the browser does for a share sheet: it posts a form to the address the manifest names.
SHARE = """async ({ at, title, text, files }) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", enctype: "multipart/form-data", action: at });
    for (const [name, value] of Object.entries({ title, text })) {
        form.append(Object.assign(document.createElement("textarea"), { name, value }));
    }
    const held = new DataTransfer();
    for (const { name, type, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        held.items.add(new File([bytes], name, { type }));
    }
    const input = Object.assign(document.createElement("input"), { type: "file", name: "files", multiple: true });
    input.files = held.files;
    form.append(input);
    document.body.append(form);
    form.submit();
}"""


def screenshot(name: str = "群聊.png", kind: str = "image/png") -> dict[str, str]:
    held = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(held, "PNG")
    return {"name": name, "type": kind, "base64": base64.b64encode(held.getvalue()).decode()}


def share(page, at: str, text: str = "", pictures=(), title: str = "") -> None:
    """Share as a chat program does; the answer leads to the page that takes it in."""
    with page.expect_navigation(url=lambda address: "share" not in address):
        page.evaluate(SHARE, {"at": at, "title": title, "text": text, "files": list(pictures)})


def received(page) -> None:
    page.wait_for_selector("[data-shares][data-filled]", timeout=30_000)


def forgotten(page) -> bool:
    """Whether the device keeps nothing that was shared any more."""
    return page.evaluate("""async () => {
        const { store } = document.querySelector("[data-shares]").dataset;
        const open = indexedDB.open(store);
        await new Promise((done) => { open.onsuccess = done; });
        const all = open.result.transaction("shares").objectStore("shares").getAll();
        await new Promise((done) => { all.onsuccess = done; });
        open.result.close();
        return all.result.length === 0;
    }""")


def orders(title: str) -> list[tuple[int, str]]:
    sql = "SELECT id, data ->> 'channel' FROM flow_matter WHERE kind = 'hotline.order' AND title LIKE %s"
    return run(sql, (f"%{title}%",))


def names(matter: int) -> list[str]:
    return sorted(one.name for one in files.of_matter(matter))


def works(page) -> None:
    page.wait_for_selector("[data-works=ready]:not([aria-busy])", timeout=30_000)


@pytest.fixture
def phone(person, park):
    """Return the phone of a grid officer whose page is installed."""
    page = person("wanggeyuan", "phone")
    page.goto(park + PHONE)
    works(page)
    page.reload()
    works(page)
    return page


@pytest.fixture
def desk(person, park):
    """Return the console of an operator whose page is installed."""
    page = person("jiexian", "desktop")
    page.goto(park + DESK)
    page.evaluate("navigator.serviceWorker.ready")
    return page


def test_a_share_is_an_order_of_the_grid_after_one_tap(phone):
    share(phone, f"{PHONE}share/", CHAT, [screenshot(), screenshot("IMG_1")])
    received(phone)
    assert phone.input_value("[name=title]").startswith("白沙花园3栋2单元楼道又漏水了")
    assert orders("楼道又漏水了") == [], "nothing opens before somebody has looked"
    phone.locator("[data-entry] button.btn-primary").click()
    expect(phone.locator("[data-state]")).to_have_text("已发送。", timeout=30_000)
    ((matter, channel),) = orders("楼道又漏水了")
    assert (channel, names(matter)) == ("chat", ["IMG_1.png", "群聊.png"])
    assert forgotten(phone)


def test_without_a_signal_a_share_waits_and_is_sent_later(phone):
    phone.context.set_offline(True)
    share(phone, f"{PHONE}share/", "楼道灯全灭了，三天没人修（演示分享）")
    received(phone)
    works(phone)
    phone.reload()
    received(phone)
    share(phone, f"{PHONE}share/", "", [screenshot()])
    received(phone)
    assert phone.input_value("[name=done]") == "楼道灯全灭了，三天没人修（演示分享）"
    phone.locator("[data-entry] button.btn-primary").click()
    expect(phone.locator("[data-queue] > li")).to_have_count(1, timeout=30_000)
    assert (forgotten(phone), orders("楼道灯全灭")) == (True, [])
    phone.context.set_offline(False)
    phone.locator("[data-again]").click()
    expect(phone.locator("[data-queue] > li")).to_have_count(0, timeout=30_000)
    ((matter, _channel),) = orders("楼道灯全灭")
    assert names(matter) == ["群聊.png"]


def test_the_desk_reads_a_share_and_registers_it_in_two_taps(desk):
    share(desk, f"{DESK}share/", CHAT, [screenshot()])
    received(desk)
    assert desk.input_value("[name=text]") == CHAT
    for words in ("识别", "登记"):
        assert not forgotten(desk), "a fault on the way loses nothing"
        desk.locator(f"main .form-actions button:has-text('{words}')").first.click()
        desk.wait_for_load_state()
    desk.wait_for_selector("#dispatch")
    ((matter, channel),) = orders("楼道又漏水了")
    assert (channel, names(matter)) == ("chat", ["群聊.png"])
    desk.wait_for_selector("[data-shares]", state="attached")
    expect(desk.locator("#dispatch")).to_be_visible()
    for _turn in range(100):
        if forgotten(desk):
            break
        desk.wait_for_timeout(100)
    assert forgotten(desk)


def test_what_is_no_picture_is_left_out_and_said(phone):
    bad = [
        {"name": "坏.gif", "type": "image/gif", "base64": "R0lGODlh"},
        {"name": "页.html", "type": "text/html", "base64": "PGI+"},
    ]
    share(phone, f"{PHONE}share/", "", [screenshot(), *bad])
    received(phone)
    assert phone.locator("[data-shares-count]").inner_text() == "2"
    assert phone.evaluate("document.querySelector('[data-entry] [name=evidence]').files.length") == 1
    phone.locator("[data-shares-drop]").click()
    expect(phone.locator("[data-entry] [name=evidence]")).to_have_value("")
    assert forgotten(phone)


def test_a_page_of_elsewhere_fills_a_form_and_no_more(phone, park):
    before = run("SELECT count(*) FROM flow_matter"), run("SELECT count(*) FROM files_file")
    phone.route("http://elsewhere.invalid/", lambda route: route.fulfill(body="<p>elsewhere</p>"))
    phone.goto("http://elsewhere.invalid/")
    share(phone, f"{park}{PHONE}share/", "别处塞来的话", [screenshot()])
    received(phone)
    assert (run("SELECT count(*) FROM flow_matter"), run("SELECT count(*) FROM files_file")) == before


def test_a_share_survives_signing_in_and_stands_before_nobody_else(phone, park):
    phone.context.clear_cookies()
    share(phone, f"{PHONE}share/", "登录之前分享的话")
    sign_in(phone, park, "wanggezhang")
    phone.wait_for_timeout(500)
    assert phone.input_value("[name=done]") == "", "it was shared with another post"
    sign_in(phone, park, "wanggeyuan")
    received(phone)
    assert phone.input_value("[name=done]") == "登录之前分享的话"


def sign_in(page, park: str, login: str) -> None:
    """Sign out and in; then the page that stands there must be this person's, not the one kept from before."""
    page.goto("about:blank")  # whoever was signed in asks for nothing any more
    page.context.clear_cookies()
    page.goto(f"{park}/accounts/login/?next={PHONE}")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
    works(page)
    while not page.evaluate(OWN):
        page.reload()
        works(page)
