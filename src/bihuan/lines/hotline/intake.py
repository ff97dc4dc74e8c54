"""Text copied out of a chat group: who said what, and from it a matter's title, place and phone. Pure."""

import re
from dataclasses import dataclass

#: How phones and programs head a message when it is copied: name and moment on a line, or name and a colon.
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?"
_MOMENT = rf"(?:\d{{4}}[-/.年])?\d{{1,2}}[-/.月]\d{{1,2}}日?\s*(?:[上下]午|晚上|早上)?\s*{_TIME}|{_TIME}"
_HEAD = re.compile(rf"^\s*(?P<who>[^\n:：\d][^\n:：]{{0,24}}?)\s*[:：]?\s+(?:{_MOMENT})\s*[:：]?\s*$")
_SAID = re.compile(r"^\s*(?P<who>[^\n:：\d，。！？,.!?]{1,16})[:：]\s*(?P<text>.*)$")
_DAY = re.compile(r"\s+(?:今天|昨天|前天|星期[一二三四五六日天]|周[一二三四五六日])$")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
#: What a chat program writes where something was no text.
_NOTHING = re.compile(r"\[(?:图片|视频|语音|表情|文件|动画表情|位置|链接)\]|\[[\u4e00-\u9fff]{1,4}\]")
_SENTENCE = re.compile(r"[。！？!?\n；;]")
LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Chat:
    """What a pasted piece of a chat says: ``lines`` pairs who with what, in order."""

    lines: tuple[tuple[str, str], ...]
    pictures: int

    @property
    def caller(self) -> str:
        """Who spoke first."""
        return next((who for who, text in self.lines if who and text), "")

    @property
    def detail(self) -> str:
        """Everything that was said, with who said it where more than one did."""
        several = len({who for who, _text in self.lines}) > 1
        return "\n".join(f"{who}：{text}" if several and who else text for who, text in self.lines if text)

    @property
    def title(self) -> str:
        """The first sentence that says something."""
        parts = (part.strip() for _who, text in self.lines for part in _SENTENCE.split(text))
        first = next((part for part in parts if len(_PHONE.sub("", part)) >= 4), "")
        return first[:LONGEST_TITLE]

    @property
    def phone(self) -> str:
        """The first mobile number in it."""
        found = _PHONE.search(self.detail)
        return re.sub(r"[- ]", "", found.group()) if found else ""


def read_chat(text: str) -> Chat:
    """Return what a pasted piece of a chat says; plain text is one message of nobody."""
    lines: list[tuple[str, str]] = []
    who, pictures = "", 0
    for raw in text.replace("\r", "").split("\n"):
        pictures += len(_NOTHING.findall(raw))
        line = _NOTHING.sub("", raw).strip()
        if head := _HEAD.match(line):
            who = _DAY.sub("", head["who"].strip(" @　"))
        elif said := _SAID.match(line):
            who = said["who"].strip(" @　")
            lines.append((who, said["text"].strip()))
        elif line:
            lines.append((who, line))
    return Chat(tuple((name, words) for name, words in lines if words), pictures)
