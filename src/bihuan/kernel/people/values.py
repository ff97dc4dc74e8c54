"""Names, phones and identity numbers: how they are normalised, masked and indexed."""

import hashlib
import hmac
import unicodedata
from datetime import date

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.cn import ric

from bihuan.kernel.errors import FieldErrors, Unavailable
from bihuan.kernel.now import today

_SETTING = "BIHUAN_BLIND_KEY"
_MIN_KEY = 32


def clean_name(raw: str) -> str:
    """Return a name without outer and doubled space; raise FieldErrors when nothing is left."""
    name = " ".join(raw.split())
    if not name:
        raise FieldErrors({"name": _("Give a name.")})
    return name


def clean_phone(raw: str) -> str:
    """Return a phone number in E.164 (+86… unless it says otherwise); full-width digits are read."""
    text = unicodedata.normalize("NFKC", raw)
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise FieldErrors({"phone": _("This is not a phone number in use: check its digits.")})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def clean_number(raw: str) -> str:
    """Return a citizen's identity number (GB 11643-1999): 18 places, real date, check digit proved.

    The place code is not looked up: codes are withdrawn and issued every year.
    """
    number: str = ric.compact(unicodedata.normalize("NFKC", raw))
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        raise FieldErrors({"number": _("An identity number has 18 places: 17 digits and a check digit.")})
    if number[-1] != ric.calc_check_digit(number):
        raise FieldErrors(
            {"number": _("The check digit of this identity number is wrong: compare it again.")}
        )
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = date.max
    if not date(1850, 1, 1) <= born <= today():
        raise FieldErrors({"number": _("The date of birth in this identity number can't be right.")})
    return number


def mask_name(name: str) -> str:
    """Return 王*平 for 王建平, 王* for 王平."""
    if len(name) <= 2:
        return name[:-1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """Return 138****1234 for a cleaned phone number."""
    if not phone:
        return ""
    number = phonenumbers.parse(phone)
    digits = phonenumbers.national_significant_number(number)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else f"****{digits[-2:]}"


def mask_number(number: str) -> str:
    """Return 430***********123X for a cleaned identity number."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if number else ""


def blind(kind: str, value: str) -> bytes | None:
    """Return the blind index of a cleaned value, None for none; equal only for equal kind and value.

    ``settings.BIHUAN_BLIND_KEY`` is secret text of 32 characters or more. It can't be
    changed without indexing everybody anew.
    """
    if not value:
        return None
    key = str(getattr(settings, _SETTING, "")).strip()
    if len(key) < _MIN_KEY:
        raise Unavailable(_("No key for blind indexes is set: persons can't be stored or found."), _SETTING)
    return hmac.digest(key.encode(), f"{kind}\x00{value}".encode(), hashlib.sha256)
