"""Pages nobody writes by hand: one a figure with its definition, one a part of the API."""

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from tools.docs.gathering import ROOT


def write(into: Path) -> None:
    """Write them all."""
    figures(into / "figures")
    operations(into / "api", json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")))


# ── figures ─────────────────────────────────────────────────────────────────


def figures(folder: Path) -> None:
    """Write a page for each registered figure: what it says, what is counted, what is left out, and its digest."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["# 指标 · Figures\n", "| 指标 | Figure | 单位 |", "|---|---|---|"]
    for figure in _registered():
        name = figure.name
        zh, en = _said(figure.title, "zh-hans"), _said(figure.title, "en")
        lines.append(f"| [{zh}]({name}.md) | {en} | {_said(figure.unit, 'zh-hans')} |")
        (folder / f"{name}.md").write_text(_figure(figure), encoding="utf-8")
    (folder / "index.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _registered() -> tuple[Any, ...]:
    """Return the figures of every line that is installed here; nothing is asked of a database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.site.settings")
    os.environ.setdefault("BIHUAN_TESTING", "1")
    os.environ.setdefault("BIHUAN_SECRET_KEY", "docs")
    import django

    django.setup()
    from bihuan.kernel.figures.registry import all_figures
    from bihuan.kernel.figures.tallies import all_tallies

    return tuple(sorted((*all_figures(), *all_tallies()), key=lambda one: one.name))


def _said(words: str, language: str) -> str:
    from django.utils.translation import gettext, override

    with override(language):
        return gettext(words) if words else ""


def _figure(figure: Any) -> str:
    from bihuan.logic.rates import Tally, canonical, fingerprint

    exact = figure.text if isinstance(figure, Tally) else canonical(figure)
    said = [f"# {_said(figure.title, 'zh-hans')} · {_said(figure.title, 'en')}\n"]
    said += [f"{_said(figure.definition, language)}\n" for language in ("zh-hans", "en")]
    said += ["| | |", "|---|---|", f"| 名称 name | `{figure.name}` |"]
    said.append(f"| 单位 unit | {_said(figure.unit, 'zh-hans')} {_said(figure.unit, 'en')} |")
    if figure.min_cases:
        said.append(f"| 少于此数不排名 ranked from | {figure.min_cases} |")
    better = "越小越好 less is better" if figure.lower_is_better else "越大越好 more is better"
    said.append(f"| 方向 direction | {better} |")
    left_out = [title for title, _count in figure.exclusions]
    for title in left_out:
        said.append(f"| 不计入 left out | {_said(title, 'zh-hans')} {_said(title, 'en')} |")
    text = json.dumps(json.loads(exact), ensure_ascii=False, indent=1)
    said += [
        "\n## 计算 · As it is computed\n",
        f"```json\n{text}\n```\n",
        f"SHA-256 `{fingerprint(exact)}`\n",
    ]
    return "\n".join(said)


# ── operations ──────────────────────────────────────────────────────────────


def operations(folder: Path, document: dict[str, Any]) -> None:
    """Write a page for each part of the API: every operation with what it takes and what it answers."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, list[str]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["house"])[0]
            parts[tag].append(_operation(method.upper(), path, operation))
    for tag, said in parts.items():
        (folder / f"{tag}.md").write_text(f"# {tag}\n\n" + "\n".join(said), encoding="utf-8")
    schemas = document["components"]["schemas"]
    forms = "\n".join(_schema(name, schema) for name, schema in sorted(schemas.items()))
    (folder / "forms.md").write_text(f"# Forms of what is sent and answered\n\n{forms}", encoding="utf-8")
    links = "\n".join(f"- [{tag}]({tag}.md): {len(said)}" for tag, said in sorted(parts.items()))
    (folder / "index.md").write_text(
        f"# API\n\n{document['info']['description']}\n\n"
        "A token goes into `Authorization: Bearer …`; whoever gets no answer asks again with the same "
        "`Idempotency-Key`. "
        "Failures are `application/problem+json`: what happened, and what to do. Of an installation itself, "
        f"`/api/v1/openapi.json` says the same to programs.\n\n{links}\n- [forms](forms.md)\n",
        encoding="utf-8",
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    said = [
        f"## {operation.get('summary') or path}\n",
        f"`{method} {path}`\n",
        operation.get("description", "") + "\n",
    ]
    parameters = operation.get("parameters", [])
    if parameters:
        said += ["| parameter | where | what | needed |", "|---|---|---|---|"]
        for one in parameters:
            needed = "yes" if one.get("required") else ""
            said.append(f"| `{one['name']}` | {one['in']} | {_type(one.get('schema', {}))} | {needed} |")
        said.append("")
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        said.append(f"Sent as `{kind}`: {_type(body.get('schema', {}))}\n")
    for status, answer in operation.get("responses", {}).items():
        forms = [_type(body.get("schema", {})) for body in answer.get("content", {}).values()]
        said.append(f"Answers `{status}`: {', '.join(forms) or answer.get('description', '')}\n")
    return "\n".join(said)


def _schema(name: str, schema: dict[str, Any]) -> str:
    said = [f"## {name}\n", schema.get("description", "") + "\n"]
    if values := schema.get("enum"):
        said.append(", ".join(f"`{one}`" for one in values) + "\n")
    fields = schema.get("properties", {})
    if fields:
        said += ["| field | what | needed |", "|---|---|---|"]
        needed = schema.get("required", [])
        said += [f"| `{f}` | {_type(s)} | {'yes' if f in needed else ''} |" for f, s in fields.items()]
        said.append("")
    return "\n".join(said)


def _type(schema: dict[str, Any]) -> str:
    """Return a form in a few words, with a link where it has a name."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        return f"[{name}](forms.md#{name.lower()})"
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " or ".join(_type(one) for one in several)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    words = [str(schema.get("type", "anything")), schema.get("format", "")]
    if "enum" in schema:
        words.append(", ".join(f"`{one}`" for one in schema["enum"]))
    for bound, said in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "at most")):
        if bound in schema:
            words.append(f"{said} {schema[bound]}")
    return " ".join(word for word in words if word)
