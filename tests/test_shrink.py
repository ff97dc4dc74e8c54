"""What is left of Tabler: everything our pages can use, in its order, and nothing that only others could."""

import re

import pytest
from tools import shrink, vendor

WORDS = shrink.Words(['<div class="card btn-primary">', 'f"bg-{tone}"'], ["b { c: var(--ours) }"])


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        (".card{a:b}.modal{a:b}", ".card{a:b}"),
        (".card .modal,.card>p{a:b}", ".card>p{a:b}"),
        (".bg-red{a:b}.bg{a:b}", ".bg-red{a:b}"),
        ("@media(x){.modal{a:b}}@media(y){.card{a:b}}", "@media(y){.card{a:b}}"),
        ("p:not(.modal){a:b}.card:is(.modal,b){a:b}", "p:not(.modal){a:b}.card:is(.modal,b){a:b}"),
        (
            "@font-face{a:b}@keyframes x{0%{a:b}}:root{a:'}'}",
            "@font-face{a:b}@keyframes x{0%{a:b}}:root{a:'}'}",
        ),
        (
            ":root{--a:url('x;y');--b:var(--a);--c:var(--d);--d:f(g(1;2));--ours:1}p{a:var(--b,2)}",
            ":root{--a:url('x;y');--b:var(--a);--ours:1}p{a:var(--b,2)}",
        ),
        ("/*! licence */@charset 'x';/* more */.modal{a:b}", "/*! licence */@charset 'x';"),
    ],
)
def test_a_rule_stays_when_the_source_may_use_it(sheet: str, left: str):
    assert shrink.shrink(sheet, WORDS) == left


def test_what_pages_load_is_of_this_source():
    """The sheet was made of this source: what a page began to use since is in it (``python -m tools.vendor copy``)."""
    whole = (vendor.ROOT / "node_modules" / vendor.FILES["tabler.min.css"]).read_text(encoding="utf-8")
    made = (vendor.TARGET / "tabler.min.css").read_text(encoding="utf-8")
    fresh = shrink.shrink(whole, shrink.source_words(vendor.ROOT / "src" / "bihuan"))
    assert len(fresh) < len(whole) / 3
    named = [set(re.findall(r"\.(-?[a-z][\w-]*)", sheet.partition("*/")[2])) for sheet in (fresh, made)]
    assert named[0] - named[1] == set()
