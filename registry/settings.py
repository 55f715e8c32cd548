"""Settings, top to bottom; everything that a site may set comes from the environment.

REGISTRY_HOME    where the embedded database, secrets, keys and checkpoints live
DATABASE_URL     PostgreSQL instead of the embedded SQLite
SECRET_KEY, AUDIT_KEY (or ..._FILE)   made in REGISTRY_HOME on the first embedded start
INDEX_DATE_KEYS  folder of the keys that open the sealed index dates, one for each site
ALLOWED_HOSTS    host names, separated by commas
REGISTRY_HTTPS=1 behind TLS: secure cookies and strict transport security
REGISTRY_DEBUG=1 for developers alone
"""

import os
from pathlib import Path

import dj_database_url

from registry.secrets import make_secret, read_secret

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("REGISTRY_HOME", ROOT / "var")).resolve()
DEBUG = os.environ.get("REGISTRY_DEBUG") == "1"
HTTPS = os.environ.get("REGISTRY_HTTPS") == "1"

# --- Database -------------------------------------------------------------------------
EMBEDDED = HOME / "registry.sqlite3"
DATABASE_URL = os.environ.get("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(EMBEDDED),
            "OPTIONS": {
                # DEFERRED lost 480 of 600 concurrent writes; IMMEDIATE none.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # INSERT OR REPLACE slips past delete triggers unless they recurse.
                # FULL: what was acknowledged, and what the checkpoint names, outlives
                # a power cut; NORMAL may lose the last commits.
                # 32 MB of pages: a large load otherwise writes its indexes twice.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON;"
                " PRAGMA cache_size=-32000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Secrets --------------------------------------------------------------------------
if not DATABASE_URL and not EMBEDDED.exists():
    HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_secret("SECRET_KEY", HOME)
    make_secret("AUDIT_KEY", HOME)
SECRET_KEY = read_secret("SECRET_KEY", HOME)
AUDIT_KEY = read_secret("AUDIT_KEY", HOME)
AUDIT_CHECKPOINT = Path(
    os.environ.get("AUDIT_CHECKPOINT", HOME / "audit" / "checkpoint.json")
)
INDEX_DATE_KEYS = Path(os.environ.get("INDEX_DATE_KEYS", HOME / "keys"))
LINK_KEYS = HOME / "link-keys"
LOCAL_INSTRUMENTS = HOME / "instruments"

# --- Applications ---------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "registry",
    "outcomes",
    "reports",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "registry.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "registry.middleware.acting_user",
    "registry.middleware.private_pages",
]
ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "registry.views.what_the_user_may",
            ],
        },
    }
]
FORM_RENDERER = "registry.ui.renderer.FormRenderer"

# --- People ---------------------------------------------------------------------------
AUTH_USER_MODEL = "registry.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation"
        ".UserAttributeSimilarityValidator"
    },
]

# --- The web --------------------------------------------------------------------------
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "registry.errors.answer",
}

# --- Language, time, static files -----------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- Logs: never a study code, never a query ------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # waitress warns of every burst of requests; the queue empties by itself.
    "loggers": {"waitress.queue": {"level": "ERROR"}},
}
