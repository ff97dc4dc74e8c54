"""Run from the command line; print where the site lies."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from tools.docs import gathering, generated, walking

#: Pages by what people come for; a folder stands for all pages in it.
SECTIONS = (
    ("闭环 Bihuan", ("index.md", "zh.md", "walk-zh.md", "walk.md", "changelog.md")),
    ("岗位 Roles", ("roles/zh", "roles")),
    ("业务条线 Lines", ("lines",)),
    ("指标 Figures", ("figures",)),
    (
        "运行 Running it",
        ("operations.md", "administration.md", "howto/replicated.md", "security.md", "threat-model.md", "compliance.md",
         "proof.md", "faults.md", "hotline-models.md"),
    ),
    (
        "开发 Building on it",
        ("howto/add-a-line.md", "contributing.md", "architecture.md", "kernel.md", "ui.md", "ledger.md", "finding.md",
         "glossary.md"),
    ),
    ("接口 API", ("api",)),
    ("决定 Decisions", ("decisions",)),
)  # fmt: skip


def build(into: Path, *, pictures: bool) -> None:
    """Gather, write and build; whatever a page links to and nobody has stops it."""
    pages = into.parent / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    gathering.gather(pages)
    generated.write(pages)
    walking.draw(pages, pictures=pictures)
    config = into.parent / "zensical.toml"
    config.write_text(gathering.configuration(pages, into, SECTIONS), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "--config-file", str(config)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"the site was not built:\n{done.stdout}\n{done.stderr}")


def main() -> int:
    """Build the site where it is asked for."""
    parser = argparse.ArgumentParser(description="Build the documents as a site")
    parser.add_argument("--into", type=Path, default=gathering.ROOT / "build" / "site")
    parser.add_argument(
        "--no-pictures", action="store_true", help="leave out the pictures, which need a browser"
    )
    given = parser.parse_args()
    into = given.into.resolve()
    build(into, pictures=not given.no_pictures)
    print(f"{into}/index.html; to search in it: {Path(sys.executable).name} -m http.server -d {into}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
