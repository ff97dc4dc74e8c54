"""Marks of secrecy: what bears one does not belong here.

A state secret is marked 绝密★, 机密★ or 秘密★ with its term (GB/T 9704-2012, 7.2.2:
top left of the first page); work secrets and internal papers are marked in words.
The system is for unclassified work only.
"""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

#: Stands on every page that takes files.
NOTICE = _("State secrets and work secrets must not be uploaded (严禁上传国家秘密和工作秘密).")

_LEVELS = "绝密|机密|秘密"
_STARRED = re.compile(rf"({_LEVELS})[★☆*]")
_ALONE = re.compile(rf"({_LEVELS})(级|文件|件)?(\d+年|长期)?")
_IN_NAME = re.compile(rf"绝密|机密|({_LEVELS})[★☆*]|[(\[【〔]({_LEVELS})(级|件)?[)\]】〕]")
_INTERNAL = re.compile(r"内部(资料|文件|材料|刊物|使用|传阅)|工作秘密")
_INTERNAL_LINE = re.compile(rf"[★☆*(\[【〔]*({_INTERNAL.pattern}).{{0,12}}")
#: A mark stands at the head of the paper.
_HEAD_LINES = 15


def _tight(text: str) -> str:
    return re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text))


def secret_mark(name: str, text: str | None) -> str:
    """Return the state-secret mark found in the file's name or text, "" for none."""
    if found := _IN_NAME.search(_tight(name)):
        return found.group()
    tight = _tight(text or "")
    if found := _STARRED.search(tight):
        return found.group()
    head = [line for line in tight.split("\n") if line][:_HEAD_LINES]
    return next((line for line in head if _ALONE.fullmatch(line)), "")


def internal_mark(name: str, text: str | None) -> str:
    """Return the mark of an internal paper or work secret found in name or head, "" for none."""
    if found := _INTERNAL.search(_tight(name)):
        return found.group()
    head = [line for line in _tight(text or "").split("\n") if line][:_HEAD_LINES]
    return next((line for line in head if _INTERNAL_LINE.fullmatch(line)), "")
