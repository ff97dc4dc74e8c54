"""The gallery's pages."""

from dataclasses import replace
from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.kernel.errors import Conflict, FieldErrors, Refused
from bihuan.logic.pictures import PictureStep, stepper_svg
from bihuan.ui.gallery import drawn, samples, samples_matter
from bihuan.ui.page import Crumb, Page, done, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Bulk,
    Empty,
    Filter,
    FilterBar,
    FormPanel,
    Group,
    MovesPanel,
    Pager,
    Panel,
    Picture,
    Progress,
    Prose,
    Tab,
    Table,
    Tabs,
)
from bihuan.ui.pictures import mechanism_panel, timetable_panel

LIST = Crumb("全部问题", "/gallery/list/")


@page(permit="anyone")
def panels(request: HttpRequest) -> Page:
    """Show the workbench kind of page."""
    return Page(
        title="工作台",
        lead="2025年10月15日(周三) · 今天有 4 件到期，9 件逾期",
        kind="list",
        panels=[
            samples.FIGURES,
            samples_matter.CARDS,
            Group(
                id="pair",
                body=[
                    samples.LINKS,
                    Prose(
                        id="words",
                        title="说明",
                        paragraphs=["一段话。", "<script>alert(1)</script> 不会运行。"],
                    ),
                ],
            ),
            Tabs(
                id="tabs",
                title="清单",
                tabs=[
                    Tab("问题清单", "?t=1", True, 137),
                    Tab("责任清单", "?t=2", count=12),
                    Tab("时限清单", "?t=3", count=9),
                ],
                body=[samples.DIFF],
            ),
            Progress(id="export", title="导出", url="/gallery/", text="正在导出台账", part=1200, whole=10000),
            Progress(
                id="ready",
                url="",
                text="台账已备好",
                done=True,
                action=Action(title="下载", href="#", icon="download"),
            ),
            Empty(
                id="none",
                title="还没有承诺事项",
                text="这里记下合同里双方答应的事，每件都有责任人和时限。",
                icon="flag",
                action=Action(title="登记第一件", href="#", primary=True),
            ),
            *(
                Alert(id=tone, title=tone, text="说明发生了什么。", tone=tone)
                for tone in ("info", "good", "warn", "bad")
            ),
        ],
    )


def _moves(form: FormPanel | None = None) -> MovesPanel:
    return MovesPanel(
        id="moves",
        title="下一步",
        moves=[
            Action(title="反馈", href="/gallery/matter/answer/", icon="send", primary=True, key="r"),
            Action(title="转派", href="/gallery/matter/answer/", icon="arrow", key="e"),
            Action(title="申请延期", href="/gallery/matter/answer/", icon="clock"),
            Action(title="提请协调", href="/gallery/matter/answer/", icon="people"),
            Action(title="撤回", href="/gallery/matter/answer/", icon="undo", danger=True),
        ],
        form=form,
    )


def _answer(request: HttpRequest, errors: dict[str, str]) -> FormPanel:
    values = {**request.POST.dict(), "channels": request.POST.getlist("channels")} if request.POST else {}
    return FormPanel(
        id="moves-form",
        form=samples.FORM,
        url="/gallery/matter/answer/",
        values=values,
        errors=errors,
        hidden={"ver": 7},
        options=lambda field: samples.UNITS if field.kind == "unit" else samples.MANY_UNITS,
        submit="反馈",
        cancel="/gallery/matter/",
    )


def _matter(form: FormPanel | None = None, status: int = 200) -> Page:
    return Page(
        title="企业专线接入迟滞，设备调试无电可用",
        code="WT-2025-000418",
        light="near",
        light_words="还剩 3 个工作日",
        crumbs=[Crumb("重点项目", "/gallery/"), LIST],
        actions=[
            Action(title="回执", href="#", icon="shield"),
            Action(title="打印", href="/gallery/paper/", icon="print"),
        ],
        panels=[samples.WARNING, samples_matter.STEPS, samples_matter.FACTS, samples_matter.HISTORY],
        side=[_moves(form), samples_matter.CLOCKS, samples.LINKS],
        status=status,
    )


@page(permit="anyone")
def matter(request: HttpRequest) -> Page:
    """Show the page of a matter."""
    return _matter()


@page(permit="anyone")
def answer(request: HttpRequest) -> Page | HttpResponseBase:
    """Show and take a move's form."""
    if request.method != "POST":
        return _matter(_answer(request, {}))
    data = {k: v for k, v in request.POST.items() if k not in {"csrfmiddlewaretoken", "ver"}}
    try:
        samples.FORM.parse({**data, "channels": request.POST.getlist("channels")})
    except FieldErrors as error:
        return _matter(_answer(request, error.errors), status=422)
    return done(request, "/gallery/matter/", "已反馈。")


@page(permit="anyone")
def listing(request: HttpRequest) -> Page:
    """Show a list with filters, ticks and pages."""
    light = request.GET.get("light", "")
    words = request.GET.get("q", "")
    rows = [p for p in samples.PROJECTS if light in {"", p.light} and words in p.name]
    return Page(
        title="重点项目",
        kind="list",
        actions=[
            Action(title="导入台账", href="#", icon="upload"),
            Action(title="导出所见", href="#", icon="download"),
            Action(title="新建项目", href="#", icon="plus", primary=True),
        ],
        panels=[_filters(light, words), _table(rows)],
    )


def _filters(light: str, words: str) -> FilterBar:
    return FilterBar(
        id="filters",
        url="/gallery/list/",
        search=words,
        filters=[
            Filter("whose", "谁的", [("", "所有人"), ("mine", "我的")]),
            Filter(
                "light", "灯", [("", "所有灯"), ("late", "逾期"), ("near", "临期"), ("normal", "正常")], light
            ),
            Filter("place", "属地", [("", "全区"), ("park", "青禾园区"), ("town", "柏溪镇")]),
        ],
        saved=[("我的 · 本周到期", "?whose=mine"), ("青禾园区 · 逾期", "?light=late")],
        save_url="#",
    )


def _table(rows: list[samples.Project]) -> Table:
    return Table(
        id="rows",
        caption="重点项目",
        columns=samples.COLUMNS,
        rows=rows,
        row_key=lambda row: row.id,
        row_href=lambda row: "/gallery/matter/",
        empty=Empty(
            title="没有符合的项目",
            text="换一个条件，或清除条件看全部。",
            action=Action(title="看全部", href="/gallery/list/"),
        ),
        pager=Pager(previous="", next="?after=7", shown="1–7，按项目名称"),
        bulk=Bulk("/gallery/bulk/", [("assign", "交办"), ("urge", "催办")]),
    )


@page(permit="anyone")
def bulk(request: HttpRequest) -> Page:
    """Show what was ticked."""
    return Page(title="催办预览", kind="form", panels=[Prose(paragraphs=request.POST.getlist("ids"))])


@page(permit="anyone")
def form(request: HttpRequest) -> Page:
    """Show a form page with faults."""
    panel = _answer(request, {})
    bad = {"result": "请填写“办理结果”。", "invested": "请填数字，例如 1200.5。", "": "这件事已被别人推进。"}
    return Page(
        title="反馈办理情况",
        kind="form",
        crumbs=[LIST],
        panels=[
            replace(panel, id="clean", in_place=False),
            replace(
                panel,
                id="faulty",
                values={"invested": "约三百", "kind": "partly", "told": "true", "unit": "2"},
                errors=bad,
                kept={"evidence": [("81", "现场照片.jpg")]},
            ),
        ],
    )


def _drawn() -> list[Panel]:
    counts = {
        "registered": 4,
        "assigned": 11,
        "handling": 86,
        "verifying": 23,
        "visiting": 9,
        "signed_off": 1204,
    }
    return [
        timetable_panel("timetable", "逆向时间控制表", drawn.timetable(date(2026, 7, 31))),
        timetable_panel("what-if", "如果 设计 再晚 20 天", drawn.what_if()),
        mechanism_panel(
            "mechanism",
            drawn.mechanism(),
            title="问题怎样销号",
            at_stage=counts,
            by_move={("happy", "visiting"): 1187},
        ),
        Picture(
            id="stepper",
            title="环节（纸面）",
            svg=stepper_svg(
                "环节",
                [
                    PictureStep("登记", "done", "9月22日"),
                    PictureStep("办理", "now", "第 2 次"),
                    PictureStep("销号"),
                ],
            ),
        ),
        timetable_panel("short", "三个月", drawn.short_timetable()),
        timetable_panel("long", "五年", drawn.long_timetable()),
    ]


@page(permit="anyone")
def pictures(request: HttpRequest) -> Page:
    """Show every picture."""
    return Page(title="图", kind="list", panels=_drawn())


@page(permit="anyone")
def paper(request: HttpRequest) -> Page:
    """Show a page for paper."""
    return Page(
        title="问题办理单",
        code="WT-2025-000418",
        kind="print",
        panels=[samples_matter.STEPS, samples_matter.FACTS, samples_matter.HISTORY],
    )


@page(permit="anyone")
def wall(request: HttpRequest) -> Page:
    """Show a page for the wall."""
    return Page(
        title="重点项目作战图",
        kind="wall",
        lead="2025年10月15日(周三)",
        panels=[samples.FIGURES, *_drawn()],
        refresh=60,
    )


@page(permit=lambda actor: False)
def refused(request: HttpRequest) -> Page:
    """Never shown."""
    raise Refused("unreachable")


@page(permit="anyone")
def conflict(request: HttpRequest) -> Page:
    """Show a stale page's answer."""
    raise Conflict("这件事在 2 分钟前已由供电公司反馈。")
