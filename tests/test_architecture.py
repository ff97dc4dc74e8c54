"""The house keeps its own rules: floors and rooms, sizes, names, words about meaning, one clock."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "bihuan"
LONGEST_FUNCTION, LONGEST_FILE = 40, 400

#: Longer than allowed, and why parting them would hide more than it shows.
LONG_FUNCTIONS = {
    "lines/projects/demo.py:_problems": "a list of invented problems",
    "ui/errors.py:_said": "one table of words",
    "ui/gallery/drawn.py:mechanism": "an invented mechanism",
    "ui/gallery/drawn.py:timetable": "an invented timetable",
    "ui/gallery/views.py:panels": "every panel once",
}
LONG_FILES: dict[str, str] = {}
#: What a file of a line may be called; anything else is a part of the line: a package with the same inside.
ROLES = {
    "__init__", "line", "apps", "urls", "pages", "api", "jobs", "commands", "demo", "life", "guards", "actions",
    "intake", "papers", "figures", "selectors", "registers", "models", "mechanisms", "forms", "roles", "contracts",
}  # fmt: skip
NO_NAMES = re.compile(r"(utils?|helpers?|common|misc|managers?|stuff|tools?|shared)(\.py)?\Z")


def _python(*folders: Path) -> list[Path]:
    files = [file for folder in folders for file in folder.rglob("*.py") if "migrations" not in file.parts]
    return sorted(file for file in files if "__pycache__" not in file.parts)


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return a function's lines without its docstring."""
    whole = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    return whole - ((first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(function) else 0)


# Imports -----------------------------------------------------------------------------------------------


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = (
        "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as c; c()"
    )
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_imports_go_down_only():
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's Python files with a second line and a part of it, so that rules can be broken."""
    root = tmp_path_factory.mktemp("house")
    for file in _python(SOURCE):
        target = root / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    shutil.copy(ROOT / ".importlinter", root)
    for name in ("__init__", "contracts", "models", "selectors", "actions", "pages", "part/__init__", "part/models",
                 "part/pages"):  # fmt: skip
        file = root / "src/bihuan/lines/other" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return root


BREACHES = [
    ("Floors", "kernel/clock/rows.py", "import bihuan.ui.format"),
    ("Rows of the kernel", "kernel/ledger/entries.py", "import bihuan.kernel.flow.rows"),
    ("Logic knows neither", "logic/text.py", "import django"),
    ("The kernel knows no HTML floor", "kernel/flow/rows.py", "import bihuan.site.health"),
    ("Rooms of the kernel form no circle", "kernel/content/values.py", "import bihuan.kernel.files.kinds"),
    ("A line sees another", "lines/other/actions.py", "import bihuan.lines.projects.selectors"),
    ("Inside a line", "lines/other/selectors.py", "import bihuan.lines.other.actions"),
    ("Inside a part of a line", "lines/other/part/models.py", "import bihuan.lines.other.part.pages"),
    ("What a line declares", "lines/other/contracts.py", "import django"),
    ("Pages, API and jobs", "lines/other/pages.py", "import bihuan.lines.other.models"),
]


@pytest.mark.parametrize(("rule", "file", "line"), BREACHES, ids=[rule for rule, _f, _l in BREACHES])
def test_a_breach_is_caught(copy: Path, rule: str, file: str, line: str):
    target = copy / "src/bihuan" / file
    before = target.read_text()
    target.write_text(f"{before}\n{line}\n")
    try:
        done = _lint(copy)
    finally:
        target.write_text(before)
    assert re.search(rf"^{rule}.* BROKEN", done.stdout, re.MULTILINE), done.stdout


def test_lines_may_not_depend_on_each_other_in_a_circle(copy: Path):
    lines = copy / "src/bihuan/lines"
    ours, theirs = lines / "other/contracts.py", lines / "projects/contracts.py"
    before = theirs.read_text()
    ours.write_text("import bihuan.lines.projects.contracts\n")
    one_way = _lint(copy)
    theirs.write_text(f"{before}\nimport bihuan.lines.other.contracts\n")
    circle = _lint(copy)
    ours.write_text("")
    theirs.write_text(before)
    assert one_way.returncode == 0, one_way.stdout
    assert "Contracts of lines form no circle BROKEN" in circle.stdout


# Sizes and names ---------------------------------------------------------------------------------------


def test_functions_are_short():
    long = {
        f"{file.relative_to(SOURCE)}:{function.name}": _lines(function)
        for file in _python(SOURCE)
        for function in _functions(ast.parse(file.read_text(encoding="utf-8")))
        if _lines(function) > LONGEST_FUNCTION
    }
    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "an exception nobody needs any more"


def test_files_are_short():
    folders = [SOURCE, *(ROOT / name for name in ("tests", "bench", "tools"))]
    long = {
        str(file.relative_to(ROOT)): lines
        for file in _python(*folders)
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert {name: lines for name, lines in long.items() if name not in LONG_FILES} == {}
    assert set(LONG_FILES) <= set(long), "an exception nobody needs any more"


def test_no_file_is_named_for_nothing():
    names = [path for path in SOURCE.rglob("*") if "vendor" not in path.parts and NO_NAMES.match(path.name)]
    assert names == [], "a file's name says what is in it"


def test_files_of_a_line_are_named_for_their_role():
    lines = [file.parent for file in (SOURCE / "lines").glob("*/line.py")]
    assert lines
    others = [file for line in lines for file in line.glob("*.py") if file.stem not in ROLES]
    assert others == [], "either a role or a part of the line in a package of its own"


# Words -------------------------------------------------------------------------------------------------


def _unsaid(tree: ast.Module) -> Iterator[str]:
    """Yield public functions, classes and methods without a docstring, Protocol stubs left out."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name
            methods = node.body if isinstance(node, ast.ClassDef) else []
            for method in methods:
                public = isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
                if public and not ast.get_docstring(method) and not _is_stub(method):
                    yield f"{node.name}.{method.name}"


def _is_stub(method: ast.stmt) -> bool:
    body = getattr(method, "body", [])
    return len(body) == 1 and isinstance(body[0], ast.Expr) and getattr(body[0].value, "value", None) is ...


def test_kernel_and_logic_say_what_they_mean():
    files = [f for f in _python(SOURCE / "kernel", SOURCE / "logic") if f.stem not in {"apps", "__init__"}]
    unsaid = {
        str(file.relative_to(SOURCE)): names
        for file in files
        if (names := list(_unsaid(ast.parse(file.read_text(encoding="utf-8")))))
    }
    assert unsaid == {}
    silent = [str(f) for f in files if not ast.get_docstring(ast.parse(f.read_text(encoding="utf-8")))]
    assert silent == [], "a module says what it is for"


# One clock ---------------------------------------------------------------------------------------------

_SQL_CLOCK = re.compile(
    r"(?<!\w)(now\(\)|clock_timestamp\(|statement_timestamp\(|current_(date|timestamp|time)\b)", re.IGNORECASE
)
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE)\b")


def _strings(tree: ast.AST) -> Iterator[str]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node)
        if isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_the_database_is_never_asked_for_the_time():
    asking = [
        f"{file.relative_to(SOURCE)}: {text.strip()[:80]}"
        for file in _python(SOURCE)
        if file.stem != "cli_doctor"  # which compares the two clocks
        for text in _strings(ast.parse(file.read_text(encoding="utf-8")))
        if _SQL.search(text) and _SQL_CLOCK.search(text)
    ]
    assert asking == []


def test_only_one_module_reads_the_clock():
    reading = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in _python(SOURCE)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and (getattr(node.value, "id", ""), node.attr)
        in {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("timezone", "now")}
    ]
    assert [place.partition(":")[0] for place in reading] == ["kernel/now.py"], reading
