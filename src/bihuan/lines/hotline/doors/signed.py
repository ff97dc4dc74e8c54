"""Doors for other programs: no cookie counts, only a signature over the body; what is wrong is said as JSON."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bihuan.kernel.errors import BadInput, BihuanError, FieldErrors

Door = Callable[[HttpRequest, int], Mapping[str, Any]]


def signed(longest: int) -> Callable[[Door], Callable[..., Any]]:
    """Answer a POST of at most ``longest`` bytes with what the door returns; other statuses say what is wrong."""

    def wrap(door: Door) -> Callable[..., Any]:
        @wraps(door)
        def view(request: HttpRequest, public_place: int) -> JsonResponse:
            try:
                if int(request.headers.get("Content-Length") or 0) > longest:
                    raise BadInput(_("This is too large: at most %(n)d bytes.") % {"n": longest})
                return JsonResponse(door(request, public_place))
            except FieldErrors as error:
                return JsonResponse({"errors": dict(error.errors)}, status=422)
            except BihuanError as error:
                return JsonResponse({"errors": {"": error.message}}, status=error.status)
            except ValueError:
                return JsonResponse({"errors": {"": _("The body is no JSON.")}}, status=422)

        guarded = csrf_exempt(require_POST(view))
        guarded.permit = "anyone"  # type: ignore[attr-defined]
        return guarded

    return wrap
