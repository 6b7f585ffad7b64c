"""All settings, from the environment alone. Defaults suit tools; start-up checks refuse to serve on them."""

import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from casefy import env as environment
from casefy import logs
from casefy.env import ROOT

django_stubs_ext.monkeypatch()  # lets type arguments such as Field[Any, Any] stand in code that runs

env = environment.load()

# --- What kind of place this is -------------------------------------------------------------------------------

# A demo is a try-out on one machine: generated secrets, mail to the console.
DEMO = env.bool("CASEFY_DEMO", default=False)
DEBUG = env.bool("CASEFY_DEBUG", default=False)
PUBLIC_URL = env.str("CASEFY_PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
LIVE_URL = env.str("CASEFY_LIVE_URL", default="http://127.0.0.1:8001").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
BEHIND_PROXY = env.bool("CASEFY_BEHIND_PROXY", default=False)

SECRET_KEY_WAS_GIVEN = bool(env.str("SECRET_KEY", default=""))
SECRET_KEY = env.str("SECRET_KEY", default="") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = [
    *(urlsplit(PUBLIC_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost"),
    *(name for name in env.list("CASEFY_ALLOWED_HOSTS", default=[]) if name),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- Apps -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
    "django_cotton",
    "casefy",
    "tenants",
    "timeline",
    "templates_app",
    "cases",
    "cases.logs",
    "outbound",
    "automations",
    "api",
    "ui",
]

MIDDLEWARE = [
    "casefy.measures.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "api.passing.TokenMiddleware",  # what is below is for browsers: requests with a token pass it by
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ui.packing.PackingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ui.uploads.UploadMiddleware",  # above what reads forms: it judges before they are read
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ui.entering.EnteringMiddleware",
    "ui.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "casefy.urls"
WSGI_APPLICATION = "casefy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "ui" / "templates"],  # before the libraries' own, which they replace
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.entered",
                "ui.accounts.login_pages",
            ],
        },
    },
]

# --- Database, cache, sessions --------------------------------------------------------------------------------

AS_OWNER = env.bool("CASEFY_AS_OWNER", default=False)  # set by `casefy migrate` alone
_database_variable = "OWNER_DATABASE_URL" if AS_OWNER else "DATABASE_URL"
BEHIND_PGBOUNCER = env.bool("CASEFY_BEHIND_PGBOUNCER", default=False)
DATABASES = {
    "default": {
        **env.db_url(_database_variable, default="postgres://casefy_app@127.0.0.1:5432/casefy"),
        "ENGINE": "tenants.postgres",
        "DISABLE_SERVER_SIDE_CURSORS": BEHIND_PGBOUNCER,
        "OPTIONS": {"prepare_threshold": None if BEHIND_PGBOUNCER else 5},
    },
}
_pool_size = env.int("CASEFY_POOL_SIZE", default=8)
if _pool_size and not AS_OWNER:
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": _pool_size, "timeout": 5}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "casefy.shared_cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "casefy",
        "TIMEOUT": 300,
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())

# --- Celery (DESIGN: door-bells; Postgres is the work list) ---------------------------------------------------

CELERY_BROKER_URL = env.str("CASEFY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_DEFAULT_QUEUE = "casefy"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "socket_keepalive": True} if CELERY_BROKER_URL.startswith("redis") else {}
)
# Beat rings a task's bell this often (seconds), so that work nobody rang for is found. One line per tick.
TICKS = {
    "casefy.alive.heartbeat": 5,
    "automations.tasks.relay": 1,
    "automations.tasks.send_mail": 5,
    "automations.tasks.run_imports": 5,
    "automations.tasks.flush_token_use": 20,
    "automations.tasks.follow_up": 60,
    "automations.tasks.forget": 3600,
    "api.tasks.forget_answers": 3600,
}
CELERY_BEAT_SCHEDULE = {name: {"task": name, "schedule": seconds} for name, seconds in TICKS.items()}

# --- People ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "tenants.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_ADAPTER = "ui.accounts.Adapter"
ACCOUNT_SIGNUP_FORM_CLASS = "ui.accounts.SignupForm"
_FORMS = "ui.account_forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm", "signup": f"{_FORMS}.SignupForm", "add_email": f"{_FORMS}.AddEmailForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm", "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
    "change_password": f"{_FORMS}.ChangePasswordForm", "reauthenticate": f"{_FORMS}.ReauthenticateForm",
}  # fmt: skip
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_CHANGE_EMAIL = True  # one address per login; the old one counts until the new one is confirmed
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "ui.second_factors.Adapter"
MFA_FORMS = {"activate_totp": f"{_FORMS}.ActivateTOTPForm", "authenticate": f"{_FORMS}.AuthenticateForm",
             "reauthenticate": f"{_FORMS}.ReauthenticateByCodeForm"}  # fmt: skip
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER, MFA_TOTP_TOLERANCE = "CaseFy", 1  # one step of 30 s: clocks differ, typing takes a while
MFA_RECOVERY_CODES_SHOW_ONCE = True
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # whose login is rate-limited

# --- Mail -----------------------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20  # seconds for each answer of the post office
DEFAULT_FROM_EMAIL = env.str("CASEFY_FROM_EMAIL", default="CaseFy <casefy@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_backend = str(vars()["EMAIL_BACKEND"])
SHOW_MAILS = DEMO and _backend.endswith("console.EmailBackend")  # no post office: show the links

# --- Words, time, numbers -------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"

# --- Static files ---------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("CASEFY_STATIC_ROOT", default=str(environment.home() / "static"))()
STATICFILES_DIRS = [ROOT / "static" / "build"] if (ROOT / "static" / "build").is_dir() else []
# An image carries collected, compressed files with hashed names; a checkout serves what npm built, as it is.
_collected = Path(STATIC_ROOT, "staticfiles.json").is_file()
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = DEBUG
# What browsers keep for ever: it has its hash in its name, from Django or, as a part of the script, from npm.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/(.+\.[0-9a-f]{12}\.\w+|chunks/.+-[0-9A-Z]{8}\.js)$"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected or env.bool("CASEFY_COLLECTING", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

# --- Headers --------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env.bool("CASEFY_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'", LIVE_URL],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Looking inside --------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("CASEFY_LOG_LEVEL", default="INFO")
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.configuration(as_json=not DEMO, level=LOG_LEVEL)
logs.configure()
METRICS_TOKEN = env.str("CASEFY_METRICS_TOKEN", default="")

# --- API ------------------------------------------------------------------------------------------------------

# Of one organization, and of one token; 0 is without limit.
INVITATIONS_PER_DAY = env.int("CASEFY_INVITATIONS_PER_DAY", default=200)
API_REQUESTS_PER_MINUTE = env.int("CASEFY_API_REQUESTS_PER_MINUTE", default=600)
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CaseFy",
    "DESCRIPTION": "Everything a person can do in CaseFy, a program can do here. See docs/api.md for examples.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_PATCH": False,
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "string", "format": "uuid"}},
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "api.openapi.write_out"],
    "ENUM_NAME_OVERRIDES": {
        "FieldKind": "templates_app.definition.FIELD_KINDS",
        "Color": "templates_app.definition.COLORS",
        "ImportState": "cases.logs.models.STATES",
        "TemplateState": ["draft", "published", "retired"],
    },
    "SECURITY": [{"token": []}, {"session": []}],
}

if DEBUG and not DEMO:
    raise ImproperlyConfigured(
        "CASEFY_DEBUG shows source code to visitors: it is for the demo on your own machine only."
    )
