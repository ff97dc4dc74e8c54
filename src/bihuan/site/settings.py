"""Settings: everything that differs between installations comes from the environment.

Reading them starts nothing: :mod:`bihuan.site.boot` fills what the administrator left out.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bihuan.site import logs
from bihuan.site.boot import key, secret, state_dir
from bihuan.site.discovery import line_apps, locale_paths

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = state_dir()
#: What this process is: "web", "worker" or "" (a command, a test).
PROCESS = os.environ.get("BIHUAN_PROCESS", "")
TESTING = os.environ.get("BIHUAN_TESTING") == "1"


def _listed(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def _database(url: str, *limits: str, reading: bool = False) -> dict[str, Any]:
    """Return Django's form of a database address; ``limits`` are settings of each session.

    Of several hosts the address asks for one that takes writes (``target_session_attrs``). A session for
    ``reading`` refuses to write wherever it is, so it asks for the primary instead: what was written is read.
    """
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if reading and query.get("target_session_attrs") == "read-write":
        query["target_session_attrs"] = "primary"
    host, port = query.pop("host", parts.hostname or ""), query.pop("port", "")
    asked = [query.pop("options", ""), *(f"-c {limit}" for limit in limits)]
    # Without a threshold psycopg prepares nothing, even where asked; with this one only where asked.
    prepared = {"server_side_binding": True, "prepare_threshold": 1_000_000}
    options: dict[str, Any] = {**prepared, **query, "options": " ".join(asked).strip()}
    if PROCESS == "web":
        # Each web process keeps its own; a pool and CONN_MAX_AGE exclude each other. It gives up after
        # five seconds without the database, and the next request tries anew: its own pauses only grow.
        size = int(os.environ.get("BIHUAN_POOL", "8"))
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 10, "reconnect_timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or port),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if PROCESS == "web" else 600,
        "CONN_HEALTH_CHECKS": PROCESS != "web",
    }


# No default: without a key Django refuses to serve.
SECRET_KEY = key("secret_key")
#: Wraps the keys of contents: 32 bytes, base64. Signs the ledger's roots: Ed25519, PEM.
BIHUAN_CONTENT_KEY = key("content_key")
BIHUAN_SIGNING_KEY = key("signing_key")
#: Finds persons by phone or number without storing either in clear.
BIHUAN_BLIND_KEY = key("blind_key")
#: Public halves of earlier signing keys, base64, one a line.
BIHUAN_OLD_PUBLIC_KEYS = os.environ.get("BIHUAN_OLD_PUBLIC_KEYS", "")
DEBUG = os.environ.get("BIHUAN_DEBUG", "") == "1"
# This machine itself always may: that is how it is seen that the program lives.
ALLOWED_HOSTS = [*_listed("BIHUAN_HOSTS"), "127.0.0.1", "localhost", "[::1]"]

#: What stands before addresses that leave the house (QR codes on papers); a folder with further fonts for them.
PUBLIC_URL = os.environ.get("BIHUAN_URL", "").rstrip("/")
#: A virus scanner (clamd) asked before an upload is kept: host:port or the path of its socket; none by itself.
BIHUAN_CLAMD = os.environ.get("BIHUAN_CLAMD", "")
#: The file ``bihuan hotline train`` wrote; "" lets the words of the duty catalogue advise.
BIHUAN_HOTLINE_MODEL = os.environ.get("BIHUAN_HOTLINE_MODEL", "")
FONTS_DIR = os.environ.get("BIHUAN_FONTS", "")

DATABASE_URL = secret("DATABASE_URL") or "postgresql:///bihuan"
# A process that stands still, or whose machine is gone, must not keep what it locked from everybody else.
_LIMITS = (
    ("statement_timeout=15s", "lock_timeout=5s", "idle_in_transaction_session_timeout=60s")
    if PROCESS == "web"
    else ("idle_in_transaction_session_timeout=10min",)
)
DATABASES = {
    "default": _database(DATABASE_URL, *_LIMITS),
    "read": _database(
        secret("BIHUAN_READ_URL") or DATABASE_URL,
        "default_transaction_read_only=on",
        *_LIMITS,
        reading=True,
    ),
}
if TESTING:  # one connection, so that a test sees what it has not committed; reading stays read-only
    del DATABASES["read"]
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("BIHUAN_TEST_TEMPLATE")}
DATABASE_ROUTERS = ["bihuan.kernel.store.reading.Router"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "bihuan.ui",  # before allauth, whose pages it dresses
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
    "bihuan.kernel.papers",
    "bihuan.kernel.registers",
    "bihuan.kernel.flow",
    "bihuan.kernel.orders",
    "bihuan.kernel.meetings",
    "bihuan.kernel.callbacks",
    "bihuan.kernel.search",
    "bihuan.kernel.figures",
    *line_apps(),
    "bihuan.site",
    "bihuan.site.admin",
    "bihuan.site.entrance",
    "bihuan.site.orders",
    "bihuan.site.meetings",
]

MIDDLEWARE = [
    "bihuan.site.middleware.requests",
    "django.middleware.security.SecurityMiddleware",
    "bihuan.site.middleware.content_policy",
    "bihuan.site.health.figures_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bihuan.site.middleware.compressed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bihuan.kernel.identity.middleware.ActorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.site.middleware.no_null",
    "bihuan.site.middleware.size_limit",
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
                "bihuan.ui.shell.context",
            ],
        },
    }
]

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["bihuan.kernel.identity.backends.Backend"]
CSRF_FAILURE_VIEW = "bihuan.ui.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = locale_paths()
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG  # nothing is collected then
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Login throttles count in here, so it must be one for all web processes and outlive a restart:
# the database has that already, and nothing on a hot path uses it.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}
    if not TESTING
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# ── jobs ───────────────────────────────────────────────────────────────────
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "bihuan.site.apps.add_jobs"

# ── sign-in ────────────────────────────────────────────────────────────────
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "bihuan.site.accounts.Adapter"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
#: Whether nobody but this machine can knock; where others can, staff need a second factor.
LOOPBACK = set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]"}
#: Whether every page says that the data is invented.
DEMO = os.environ.get("BIHUAN_DEMO") == "1"
MFA_REQUIRED = os.environ.get("BIHUAN_MFA", "0" if LOOPBACK else "1") == "1"
IDENTITY_REFUSED = "bihuan.ui.page.failure"
if TESTING:  # the real one takes a tenth of a second a user, on purpose
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_AGE = 12 * 3600  # a working day with its evening
#: After so many minutes without a request staff log in again; 0: only when the stay ends. GB/T 22239 asks for an end
#: and names no number: 待核实 with the assessor. Tests travel in time.
IDLE_MINUTES = int(os.environ.get("BIHUAN_IDLE_MINUTES") or ("0" if TESTING else "30"))
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# ── other systems' logins ──────────────────────────────────────────────────
BIHUAN_OIDC: dict[str, Any] = {
    "issuer": os.environ.get("BIHUAN_OIDC_ISSUER", ""),
    "client": os.environ.get("BIHUAN_OIDC_CLIENT", ""),
    "secret": secret("BIHUAN_OIDC_SECRET"),
    "claim": os.environ.get("BIHUAN_OIDC_CLAIM", "preferred_username"),
    "mfa": _listed("BIHUAN_OIDC_MFA", "mfa"),
}
BIHUAN_CAS = {"url": os.environ.get("BIHUAN_CAS_URL", ""), "mfa": os.environ.get("BIHUAN_CAS_MFA", "")}
BIHUAN_TICKET_SECRET = secret("BIHUAN_TICKET_SECRET")

# ── transport ──────────────────────────────────────────────────────────────
HTTPS = os.environ.get("BIHUAN_HTTPS", "") == "1"
if HTTPS:  # behind a proxy that ends TLS; on loopback a browser must not learn HSTS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31536000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = _listed("BIHUAN_ORIGINS")
SECURE_REFERRER_POLICY = "same-origin"
#: Portals (origins such as https://portal.example.gov.cn) that may show our pages inside theirs.
BIHUAN_FRAME_ANCESTORS = _listed("BIHUAN_FRAME_ANCESTORS")
if BIHUAN_FRAME_ANCESTORS and HTTPS:  # inside another site's page a browser sends Lax cookies nowhere
    SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "None"
    LANGUAGE_COOKIE_SECURE = True
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 << 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# ── files ──────────────────────────────────────────────────────────────────
#: A bucket for files, encrypted before they go there; without one they lie in the state folder.
BIHUAN_FILES_S3 = {
    "url": os.environ.get("BIHUAN_FILES_S3", ""),
    "key": secret("BIHUAN_FILES_S3_KEY"),
    "secret": secret("BIHUAN_FILES_S3_SECRET"),
    "region": os.environ.get("BIHUAN_FILES_S3_REGION", ""),
}

# ── leaving the house ──────────────────────────────────────────────────────
#: Hosts and networks of one's own that may be called although they are not public, or lack https.
BIHUAN_OUTBOUND = _listed("BIHUAN_OUTBOUND", "127.0.0.1" if TESTING else "")
#: A file with the certificates of one's own authority, for servers inside.
BIHUAN_OUTBOUND_CA = os.environ.get("BIHUAN_OUTBOUND_CA", "")
_MAIL = urlsplit(secret("BIHUAN_MAIL") or "")
if _MAIL.hostname:  # smtp://, smtp+tls:// or smtps://name:password@host:port
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _MAIL.hostname, _MAIL.port or (465 if _MAIL.scheme == "smtps" else 25)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.scheme == "smtps", _MAIL.scheme == "smtp+tls"
#: Whether there is a server to hand mail to; without one nobody is mailed and nothing waits for it.
BIHUAN_MAILS = bool(_MAIL.hostname) or TESTING
DEFAULT_FROM_EMAIL = os.environ.get("BIHUAN_MAIL_FROM", "bihuan@localhost")

#: Whoever brings it reads /metrics; without one only a site that serves this machine alone shows them, to itself.
BIHUAN_METRICS_TOKEN = secret("BIHUAN_METRICS_TOKEN")
LOGGING = logs.configuration(debug=DEBUG, quiet=TESTING)
