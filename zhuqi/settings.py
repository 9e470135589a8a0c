"""All settings, from the environment. Fails closed: what production lacks, it refuses to start without.

Two environments. `development` (set by manage.py and the launcher) needs no configuration. `production` is what a
process is when nobody says anything, and it names the variable that is missing. A secret may come from a file: set
`SECRET_KEY_FILE` instead of `SECRET_KEY`. `.env` beside manage.py is read when it is there; see .env.example.
"""

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from zhuqi import api_settings, outside, upward

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()
env.read_env(BASE_DIR / ".env")

WORDS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
SHORTEST_SECRET_KEY = 32


def _flag(name: str, *, default: bool) -> bool:
    """Read a strict boolean: an unknown word is an error, not False."""
    said = env.str(name, default="").strip().lower()
    if said and said not in WORDS:
        message = f"{name} must be true or false, not {said!r}"
        raise ImproperlyConfigured(message)
    return WORDS[said] if said else default


def _whole(name: str, *, default: int) -> int:
    """Read a whole number ≥ 0."""
    said = env.str(name, default="").strip()
    if said and not said.isdecimal():
        message = f"{name} must be a whole number, not {said!r}"
        raise ImproperlyConfigured(message)
    return int(said) if said else default


def _refuse(condition: object, message: str) -> None:
    if condition:
        raise ImproperlyConfigured(message)


# --- Which run this is -----------------------------------------------------------------------------------------------
ENVIRONMENT = env.str("ENVIRONMENT", default="production")
_refuse(ENVIRONMENT not in {"development", "production"}, "ENVIRONMENT must be development or production")
PRODUCTION = ENVIRONMENT == "production"

DEBUG = _flag("DEBUG", default=False)
_refuse(DEBUG and PRODUCTION, "DEBUG must be off when ENVIRONMENT is production")

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    said: str = env.str("SECRET_KEY", default="")
    if said:
        _refuse(
            PRODUCTION and len(said) < SHORTEST_SECRET_KEY,
            f"SECRET_KEY must have at least {SHORTEST_SECRET_KEY} characters",
        )
        return said
    _refuse(PRODUCTION, "SECRET_KEY (or SECRET_KEY_FILE) must be set when ENVIRONMENT is production")
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        # Linked into place whole: web, worker and beat start together and must agree on one.
        fresh = VAR_DIR / f"secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            kept.hardlink_to(fresh)
        fresh.unlink()
    return kept.read_text()


SECRET_KEY = _secret_key()
# What was signed before the key was changed: rating links that are still open, sessions.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
_refuse(not ALLOWED_HOSTS, "ALLOWED_HOSTS must name the portal's host when ENVIRONMENT is production")
_refuse(PRODUCTION and any("*" in host for host in ALLOWED_HOSTS), "ALLOWED_HOSTS must not be a wildcard")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- What is installed -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "zhuqi.apps.StaticConfig",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "axes",
    "zhuqi",
    "enterprises",
    "cadres",
    "policies",
    "cases",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhuqi.middleware.PrivatePagesMiddleware",
    "zhuqi.middleware.IdleSignOutMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhuqi.middleware.FirstPasswordMiddleware",
    "zhuqi.middleware.ReadableErrorsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "zhuqi.urls"
WSGI_APPLICATION = "zhuqi.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhuqi.context_processors.shell",
            ],
        },
    },
]

FORM_RENDERER = "zhuqi.formrenderer.PortalRenderer"

# --- Data ------------------------------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
_engine = DATABASES["default"].get("ENGINE", "").rsplit(".", 1)[-1]  # no engine: empty, or no address at all
_refuse(_engine not in {"sqlite3", "postgresql"}, "DATABASE_URL must begin with sqlite:/// or postgresql://")
DATABASES["default"] |= {"CONN_MAX_AGE": _whole("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
if _engine == "sqlite3":
    # Measured with 8 writers: without IMMEDIATE most transactions end in "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }

REDIS_URL: str = env.str("REDIS_URL", default="")
_refuse(
    REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")),
    "REDIS_URL must begin with redis://, rediss:// or unix://",
)
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    # Files, not process memory: web, worker and beat must read the same values.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
        },
    }
CACHES["default"]["KEY_PREFIX"] = "zhuqi"

# --- Background work -------------------------------------------------------------------------------------------------
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True  # progress and results of long work live in their own tables
CELERY_TASK_TRACK_STARTED = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_TASK_ACKS_LATE = True
    CELERY_TASK_REJECT_ON_WORKER_LOST = True
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 3600, "global_keyprefix": "zhuqi-"}
else:
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_WORKER_PREFETCH_MULTIPLIER = 4  # at 1 the file-system transport falls to 4 tasks a second
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "queue"),
        "data_folder_out": str(VAR_DIR / "broker" / "queue"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
    }
    for _folder in CELERY_BROKER_TRANSPORT_OPTIONS.values():
        Path(_folder).mkdir(parents=True, exist_ok=True)

# --- People and sessions (R-70) --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "cadres.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "cadres:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cadres.passwords.ThreeClassesValidator"},
    {"NAME": "cadres.passwords.NotReusedValidator", "OPTIONS": {"remembered": 5}},
]
IDLE_SIGN_OUT_SECONDS = 30 * 60
SESSION_COOKIE_AGE = IDLE_SIGN_OUT_SECONDS  # counted from the last act: see IdleSignOutMiddleware
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "zhuqi.responses.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Behind one proxy of ours the caller's address is the last hop it added; otherwise the socket's.
PROXY_COUNT = 1 if _flag("TRUST_PROXY", default=False) else 0
AXES_CLIENT_IP_CALLABLE = "zhuqi.kernel.callers.address"

# --- Transport and headers -------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "zhuqi.responses.csrf_failure"
SECURE_SSL_REDIRECT = _flag("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = _whole("SECURE_HSTS_SECONDS", default=30 * 24 * 3600 if PRODUCTION else 0)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # Tabler's own CSS draws with data: images; blob: previews a photo
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "zhuqi.staticfinder.PackageFinder",
]
# Collected: hashed names, compressed, cached for ever (production, and `make run`). Else served from where they lie.
STATIC_COLLECTED = _flag("STATIC_COLLECTED", default=PRODUCTION)
_static_storage = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if STATIC_COLLECTED
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Readable by whoever serves them, unlike uploads.
    "staticfiles": {"BACKEND": _static_storage, "OPTIONS": {"file_permissions_mode": 0o644}},
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map")
# outside the web root, never served by address; views hand files out after the visibility check.
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = _whole("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
UPLOAD_MAX_PIXELS = _whole("UPLOAD_MAX_PIXELS", default=50_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- The city --------------------------------------------------------------------------------------------------------
CITY_NAME: str = env.str("CITY_NAME", default="") or "许昌市"
CAMPAIGN_NAME: str = env.str("CAMPAIGN_NAME", default="") or "万人助企"
HOTLINE: str = env.str("HOTLINE", default="12345")
# What stands before a path in a short message: a phone knows no host.
_here = (
    f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
    if PRODUCTION
    else f"http://127.0.0.1:{env.str('PORT', default='') or '8000'}"
)
PORTAL_URL: str = (env.str("PORTAL_URL", default="") or _here).rstrip("/")
_refuse(not PORTAL_URL.startswith(("http://", "https://")), "PORTAL_URL must begin with http:// or https://")

# --- Outside (off unless configured): message channels, single sign-on --------------------------------------------
CHANNELS: dict[str, dict[str, Any]] = outside.channels(env, production=PRODUCTION)
SSO: dict[str, Any] = outside.single_sign_on(env, production=PRODUCTION)
_sso_required = _flag("OIDC_REQUIRED", default=False)
_refuse(_sso_required and not SSO, "OIDC_REQUIRED needs OIDC_ISSUER and what belongs to it")
SSO |= {"REQUIRED": True} if _sso_required else {}
# The province, and pushes to other systems
PROVINCE_URL, PROVINCE_KEY_ID, PROVINCE_SECRET = upward.province(env, production=PRODUCTION)
WEBHOOK_HOSTS: list[str] = upward.webhook_hosts(env)

# --- Programs' interface ---------------------------------------------------------------------------------------------
REST_FRAMEWORK = api_settings.REST_FRAMEWORK | {"NUM_PROXIES": PROXY_COUNT}
SPECTACULAR_SETTINGS = api_settings.SPECTACULAR_SETTINGS
API_IDEMPOTENCY_STORE = "cadres.services.idempotency"
API_READS_A_MINUTE = _whole("API_READS_A_MINUTE", default=600)
API_WRITES_A_MINUTE = _whole("API_WRITES_A_MINUTE", default=120)
API_WRONG_TOKENS_A_MINUTE = _whole("API_WRONG_TOKENS_A_MINUTE", default=30)

# --- Logs ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
_refuse(LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}, "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
LOGGING_CONFIG = "zhuqi.logs.configure"
LOGGING = {"level": LOG_LEVEL, "as_json": PRODUCTION}

# The portal lives on one host below a government's domain: it cannot promise HTTPS for its neighbours there.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
