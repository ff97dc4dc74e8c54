"""How well a message was answered, as far as its words show: relevance, completeness, evidence, timeliness.

Each part is 0 to 1 with the marks it rests on, so that a clerk can check it against the text. The score picks whom
to call back first. It never judges a person or a unit by itself: it sees words, not what was done.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from bihuan.logic.messages.places import places
from bihuan.logic.messages.words import words

#: What each part counts for in the whole.
WEIGHTS = {"relevance": 0.35, "completeness": 0.3, "evidence": 0.2, "timeliness": 0.15}
#: Days within which an answer is in time, and from which on it counts nothing: an example, not a rule.
PROMPT, LATE = 15, 60
#: A reply with fewer characters tells nobody anything.
_SHORT, _FULL = 25, 160
_MARKS = {
    "looked into": re.compile(r"调查|核实|核查|现场|了解|走访|查看|勘查|检查"),
    "says what was done": re.compile(
        r"已[经]?[^，。]{0,12}(?:完成|整改|修复|处理|拆除|解决|安排|责令|协调|办理|纳入|启动|清理|约谈)"
    ),
    "says what will be done": re.compile(
        r"(?:将|下一步|预计|计划|拟)[^。]{0,30}(?:[年月日]|完成|推进|加强|实施|督促|建设|启动|整治|解决)"
    ),
    "says why not": re.compile(r"(?:无法|不能|暂不|不予|不符合|不属于|暂无)[^。]{0,40}"),
    "says whom to ask": re.compile(
        r"(?:咨询|联系|拨打|热线|电话)[^。]{0,20}\d{3,}|\d{3,4}[-—]\d{7,8}|\d{8,12}"
    ),
}
_EVIDENCE = {
    "names a rule": re.compile(
        r"《[^》]{3,40}》|[〔\[（(]\d{4}[〕\]）)]\s*\d*\s*号|第[一二三四五六七八九十百\d]+条"
    ),
    "names a day": re.compile(r"\d{4}年(?:\d{1,2}月)?|\d{1,2}月\d{1,2}日"),
    "names figures": re.compile(r"\d+(?:\.\d+)?\s*(?:万|亿|元|米|平方|公里|户|人|%|％|个|台|栋|处|分贝)"),
    "names who looked": re.compile(
        r"[^，。；\s]{2,12}(?:局|委|办|街道|中心|公司|大队|社区|政府|所)(?:[^，。]{0,12})(?:核实|调查|回复|现场|查处|组织|联合)"
    ),
}
_NO_ANSWER = re.compile(
    r"^[^。]{0,40}(?:您好|你好)?[！!。，,]?(?:您的)?(?:留言|来信|问题|诉求)[^。]{0,12}(?:已收悉|已转|已阅|收到)[^。]{0,60}。?[^。]{0,40}。?$"
)


@dataclass(frozen=True, slots=True)
class Quality:
    """The parts of a reply's score, each 0 to 1, the whole, and the marks found (in English, to be translated)."""

    relevance: float
    completeness: float
    evidence: float
    timeliness: float
    score: float
    marks: tuple[str, ...]


def quality(subject: str, text: str, reply: str, asked: datetime | None, replied: datetime | None) -> Quality:
    """Score the reply to a message; a moment that isn't known counts as half in time."""
    reply = reply.strip()
    body = re.sub(r"\s+", "", reply)
    done = [name for name, mark in _MARKS.items() if mark.search(body)]
    shown = [name for name, mark in _EVIDENCE.items() if mark.search(body)]
    empty = len(body) < _SHORT or bool(_NO_ANSWER.match(body))
    parts = {
        "relevance": 0.0 if len(body) < _SHORT // 2 else _relevance(subject, text, body),
        "completeness": 0.0 if empty else min(1.0, 0.5 * min(1, len(body) / _FULL) + 0.2 * len(done)),
        "evidence": 0.0 if empty else min(1.0, len(shown) / 3),
        "timeliness": _timeliness(asked, replied),
    }
    score = sum(WEIGHTS[name] * value for name, value in parts.items())
    marks = (*(["says nothing to the matter"] if empty else ()), *done, *shown)
    return Quality(
        **{name: round(value, 3) for name, value in parts.items()}, score=round(score, 3), marks=marks
    )


def _relevance(subject: str, text: str, reply: str) -> float:
    """Return how much of what was asked stands in the reply: half of the subject's words are enough."""
    read = words(f"{subject}\n{text[:400]}")
    asked = {word for word in read.all[: read.head] if len(word) > 1} - _FILLING
    if not asked:
        asked = {word for word in read.all if len(word) > 1}
    held = sum(len(word) for word in asked if word in reply) / max(1, sum(map(len, asked)))
    named = places(subject)
    place = 0.0 if not named else max(float(one in reply or one[-3:] in reply) for one in named)
    return min(1.0, 2 * held) * 0.7 + 0.3 * (place if named else min(1.0, 2 * held))


_FILLING = frozenset(
    [
        "反映",
        "投诉",
        "举报",
        "咨询",
        "关于",
        "请问",
        "建议",
        "希望",
        "要求",
        "问题",
        "有关",
        "相关",
        "什么",
        "如何",
        "怎么",
    ]
)


def _timeliness(asked: datetime | None, replied: datetime | None) -> float:
    if asked is None or replied is None:
        return 0.5
    days = max(0.0, (replied - asked).total_seconds() / 86_400)
    return max(0.0, min(1.0, (LATE - days) / (LATE - PROMPT)))
