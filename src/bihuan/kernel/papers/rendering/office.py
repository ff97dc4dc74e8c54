"""Papers as DOCX: in the office's own template where it handed one in, else in the built-in layout."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import jinja2
import segno
from django.utils.translation import gettext as _
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment

from bihuan.kernel.errors import BadInput
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.papers import kinds, selectors
from bihuan.kernel.papers.owning import own_template
from bihuan.kernel.papers.rendering import word
from bihuan.kernel.papers.rendering.printed import picture
from bihuan.kernel.papers.rendering.sheet import Sheet, sheet
from bihuan.kernel.papers.templates import OWN

#: Further names a template may use.
EXTRA = frozenset({"title", "qr"})


def docx(paper_id: int) -> bytes:
    """Return a paper as DOCX: a signed one in the template that held when it was signed."""
    page, row = sheet(paper_id), selectors.paper(paper_id)
    file = own_template(row.kind, row.unit, row.signed or now())
    if not file:
        return word.write(page)
    return _fill(
        open_file(file, SYSTEM, "paper"), page, kinds.get(row.kind) if kinds.known(row.kind) else None
    )


def _environment() -> SandboxedEnvironment:
    """Return a Jinja without functions: a template fills in fields, repeats and chooses, nothing else."""
    made = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    made.globals.clear()
    return made


def check(data: bytes, kind: kinds.Kind) -> None:
    """Raise BadInput for a DOCX that can't be a template of this kind, naming every field that is unknown."""
    known = _names(kind)
    try:
        template = DocxTemplate(BytesIO(data))
        asked = template.get_undeclared_template_variables(jinja_env=_environment())
    except jinja2.TemplateError as error:
        text = _("The template can't be read: %(why)s") % {"why": str(error)}
        raise BadInput(text, where="template") from error
    except Exception as error:  # python-docx raises what zip, lxml and it feel like
        raise BadInput(_("This is no DOCX a word processor would open."), where="template") from error
    if unknown := sorted(asked - known):
        text = _("The template names fields this paper does not have: %(unknown)s. It has: %(known)s.")
        named = {"unknown": "、".join(unknown), "known": "、".join(sorted(known))}
        raise BadInput(text % named, where="template", unknown=unknown)
    if not asked:
        raise BadInput(
            _("The template names no field, so every paper would look the same."), where="template"
        )
    _try(data, kind)


def _names(kind: kinds.Kind) -> frozenset[str]:
    return frozenset(item.name for item in kind.fields) | OWN | EXTRA


def _try(data: bytes, kind: kinds.Kind) -> None:
    """Fill the template once with a word a field, so that what breaks breaks now."""
    context: dict[str, Any] = dict.fromkeys(_names(kind), "×")
    for item in kind.fields:
        if item.kind == "list":
            context[item.name] = ["×"]
        if item.kind == "rows":
            context[item.name] = [dict.fromkeys(item.columns, "×")]
    try:
        DocxTemplate(BytesIO(data)).render(context, jinja_env=_environment())
    except Exception as error:
        raise BadInput(
            _("The template can't be read: %(why)s") % {"why": str(error)}, where="template"
        ) from error


def _fill(data: bytes, page: Sheet, kind: kinds.Kind | None) -> bytes:
    template = DocxTemplate(BytesIO(data))
    context: dict[str, Any] = dict.fromkeys(_names(kind), "") if kind else {}
    context |= page.context
    pictures = [item.name for item in kind.fields if item.kind == "picture"] if kind else []
    for name in (name for name in pictures if context.get(name)):
        context[name] = InlineImage(template, BytesIO(picture(context[name])), width=Mm(150))
    drawn = BytesIO()
    segno.make_qr(page.check_url, error="M").save(drawn, kind="png", scale=8, border=1)
    context["qr"] = InlineImage(template, BytesIO(drawn.getvalue()), width=Mm(20))
    out = BytesIO()
    template.render(context, jinja_env=_environment())
    template.save(out)
    return out.getvalue()


def fields_of(kind: kinds.Kind) -> Iterable[tuple[str, str]]:
    """Yield (name, title) of what a template of this kind may name, for the page that takes one."""
    yield from ((item.name, item.title) for item in kind.fields)
