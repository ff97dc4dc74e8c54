"""Settings: everything that differs between installations comes from the environment."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from bihuan.site.discovery import line_apps

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("BIHUAN_STATE", "~/.local/share/bihuan")).expanduser()


def _secret(name: str) -> str:
    """Read a secret from NAME, or from the file NAME_FILE points to."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ.get(name, "")


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {k: v[0] for k, v in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": {"server_side_binding": True, **query},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


SECRET_KEY = _secret("BIHUAN_SECRET_KEY") or "development-only"
DEBUG = os.environ.get("BIHUAN_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "127.0.0.1,localhost").split(",")

DATABASE_URL = _secret("DATABASE_URL") or "postgresql://postgres@127.0.0.1:5440/bihuan"
DATABASES = {"default": _database(DATABASE_URL), "read": _database(DATABASE_URL)}
DATABASES["read"]["OPTIONS"] = {
    **DATABASES["read"]["OPTIONS"],  # type: ignore[dict-item]
    "options": "-c default_transaction_read_only=on",
}
DATABASES["read"]["TEST"] = {"MIRROR": "default"}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "bihuan.kernel.store",
    "bihuan.kernel.identity",
    "bihuan.kernel.people",
    "bihuan.kernel.forms",
    "bihuan.kernel.clock",
    "bihuan.kernel.ledger",
    "bihuan.kernel.content",
    "bihuan.kernel.files",
    "bihuan.kernel.permits",
    "bihuan.kernel.intake",
    "bihuan.kernel.notices",
    "bihuan.kernel.registers",
    "bihuan.kernel.flow",
    "bihuan.kernel.search",
    "bihuan.kernel.figures",
    "bihuan.ui",
    *line_apps(),
    "bihuan.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "bihuan.site.urls"
ASGI_APPLICATION = "bihuan.site.asgi.application"
WSGI_APPLICATION = "bihuan.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "site" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
