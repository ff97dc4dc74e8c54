"""A person at work in the browser, whose taps and pages are counted; and a clock for the whole house."""

from datetime import date, datetime, time
from itertools import count

from playwright.sync_api import TimeoutError as Waited

from bihuan.kernel import now as clock
from bihuan.kernel.clock.ground import current, ground
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import LOCAL, today
from bihuan.kernel.store.sql import run

_FILES = count(1)
#: Milliseconds; a machine that runs the whole suite is slow, and the form with faults is what comes else.
_PATIENCE = 60_000


def choose(page, name: str, value: str) -> None:
    """Choose in a list, among buttons or boxes: how many there are says which of them a form shows."""
    one = page.locator(f"input[name='{name}'][value='{value}']")
    if one.count():
        one.first.check()
    else:
        page.select_option(f"select[name='{name}']", value)


class Everywhere:
    """Stands in for the context variable of :mod:`bihuan.kernel.now`: the serving threads travel, too."""

    moment: datetime | None = None

    def get(self):
        return self.moment

    def set(self, moment):
        before, self.moment = self.moment, moment
        return before

    def reset(self, token):
        self.moment = token


class House:
    """The hours and the jobs of the house the test walks through."""

    def __init__(self, monkeypatch) -> None:
        self._clock = Everywhere()
        monkeypatch.setattr(clock, "_travelled", self._clock)

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """Let it be an hour of a day for everybody, and run what waits."""
        self._clock.moment = datetime.combine(day, time(hour, minute), LOCAL)
        self.work()

    def work(self) -> None:
        """Do what the worker would do."""
        run_due()


def next_working_monday() -> date:
    """Return the first Monday after today on which people work, and the week after it, too."""
    ground()
    calendar = current().calendar()
    day = today()
    while True:
        day = date.fromordinal(day.toordinal() + 1)
        days = [date.fromordinal(day.toordinal() + n) for n in range(5)]
        if day.weekday() == 0 and all(calendar.add_working(one, 0) == one for one in days):
            return day


class Person:
    """Somebody at a browser. ``taps`` counts buttons and links, ``pages`` whole pages that were opened."""

    def __init__(self, page, address: str) -> None:
        self.page, self.address = page, address
        self.taps, self.pages = 0, 0
        page.on("framenavigated", self._navigated)

    def _navigated(self, frame) -> None:
        if frame == self.page.main_frame:
            self.pages += 1

    def begin(self) -> None:
        """Stand at one's first page; count from here."""
        self.page.goto(self.address)
        self.taps = self.pages = 0

    def tap(self, what: str, *, opens: bool = True) -> None:
        """Press a button or link; ``opens``: a page follows."""
        self.taps += 1
        if not opens:
            self.page.click(what)
            return
        with self.page.expect_navigation(timeout=_PATIENCE):
            self.page.click(what)
        self.fits()

    def fits(self) -> None:
        """Nothing may be wider than the screen."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), (
            self.page.url
        )

    def open(self, code: str) -> None:
        """Open a matter from the first page, where it must be found."""
        self.begin()
        self.tap(f"main a[href='/matters/{code}/'] >> nth=0")

    def primary(self) -> None:
        """Open the small form of the primary move in place."""
        self.tap(".moves .btn-primary >> nth=0", opens=False)
        self.page.wait_for_selector("#moves-form form")

    def other(self, name: str) -> None:
        """Open the small form of another move in place."""
        self.tap(".menu-moves summary", opens=False)
        self.tap(f".menu-moves a[href$='/moves/{name}/']", opens=False)
        self.page.wait_for_selector("#moves-form form")

    def send(self, form: str = "main form:has(.form-actions)") -> None:
        """Press the form's button; the page that follows must not be the form with faults."""
        try:
            self.tap(f"{form} .form-actions button.btn-primary")
        except Waited as error:
            raise AssertionError(self._faults()) from error
        assert not self._faults()

    def _faults(self) -> str:
        found = self.page.locator(".field-error, form .alert-bad, #flash").all_inner_texts()
        fault = self.page.locator(".field-error, form .alert-bad")
        return f"{self.page.url}: {found}" if fault.count() else ""

    def choose(self, name: str, *values: object) -> None:
        """Choose in a list, among buttons or boxes."""
        for value in map(str, values):
            choose(self.page, name, value)

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.fill(f"[name='{name}']", value)

    def attach(self, text: str) -> None:
        """Hand in a file that says ``text``."""
        file = {"name": f"证据{next(_FILES)}.txt", "mimeType": "text/plain", "buffer": text.encode()}
        self.page.set_input_files("input[type=file][name=evidence]", file)

    def says(self, text: str) -> None:
        """The page must say so."""
        assert text in self.page.locator("main").inner_text(), f"{self.page.url} does not say {text}"

    def refused(self, path: str) -> bool:
        """Whether an address is closed to this person."""
        return self.page.request.get(f"{self.address}{path}").status in {403, 404}


def unit(name: str) -> int:
    return run("SELECT id FROM identity_organisation WHERE short_name = %s", (name,))[0][0]


def stage(code: str) -> str:
    return run("SELECT stage FROM flow_matter WHERE code = %s", (code,))[0][0]


def children(code: str, kind: str) -> list[str]:
    sql = (
        "SELECT c.code FROM flow_matter c JOIN flow_matter m ON c.parent = m.id"
        " WHERE m.code = %s AND c.kind = %s ORDER BY c.id"
    )
    return [row[0] for row in run(sql, (code, kind))]
