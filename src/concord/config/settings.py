"""Every setting of Concord. The environment variables read here are listed in docs/operators/running.md."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import environs
from csp.constants import SELF
from whitenoise.compress import Compressor

env = environs.Env()
ROOT = Path(__file__).resolve().parents[3]

# --- where state lies -----------------------------------------------------------------------------------------
HOME = Path(env.str("CONCORD_HOME", "") or ROOT / "var").resolve()
HOME.mkdir(parents=True, exist_ok=True)


def _kept_secret() -> str:
    """The signing key kept beside the data, so that the embedded default needs no configuration."""
    path = HOME / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.str("CONCORD_SECRET_KEY", "") or _kept_secret()
DEBUG = env.bool("CONCORD_DEBUG", False)
ALLOWED_HOSTS = env.list("CONCORD_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CONCORD_ORIGINS", [])
HTTPS = env.bool("CONCORD_HTTPS", False)
# Whoever guesses at passwords is slowed down by address; behind a balancer that is the one which it passes on.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("CONCORD_PROXIES", 1 if HTTPS else 0)

# --- databases ------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{HOME / 'concord.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Several writers (web, background) on one file: WAL lets readers go on, IMMEDIATE takes the write lock
    # at the start, so that two writers wait for one another and never fail half-way.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what runs ------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_q",
    "csp",
    "concord.records",
    "concord.pages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "concord.pages.access.ActorMiddleware",
]
ROOT_URLCONF = "concord.config.urls"
WSGI_APPLICATION = "concord.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "src/concord/pages/templates"],
        "OPTIONS": {
            "environment": "concord.pages.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "concord.pages.context.everywhere",
            ],
        },
    },
    {  # only for the pages that django-allauth brings
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "src/concord/pages/account_templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "concord.pages.context.everywhere",
            ],
        },
    },
]

# --- people ---------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "records.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "concord.pages.membership.accounts.InvitedOnly"
SOCIALACCOUNT_ADAPTER = "concord.pages.membership.accounts.KnownPeopleOnly"
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
PASSWORD_RESET_TIMEOUT = 7 * 86400  # an invitation's link holds for a week
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by e-mail; nobody signs up
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}}
if env.str("OIDC_SERVER_URL", ""):
    # Keyed by the directory's object id, never by e-mail: an e-mail address can be claimed by another tenant.
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": env.str("OIDC_ID", "council"),
            "name": env.str("OIDC_NAME", "your council account"),
            "client_id": env.str("OIDC_CLIENT_ID"),
            "secret": env.str("OIDC_CLIENT_SECRET"),
            "settings": {
                "server_url": env.str("OIDC_SERVER_URL"),
                "uid_field": env.str("OIDC_UID_FIELD", "oid"),
                "fetch_userinfo": False,
                "oauth_pkce_enabled": True,
            },
        }
    )
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "concord.pages.access.stale_form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a balancer asks each machine without HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "object-src": ["'none'"],
    }
}
if _oidc := env.str("OIDC_SERVER_URL", ""):  # the button of the council's sign-in leads there by a redirect
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("/".join(_oidc.split("/")[:3]))

# --- language, time, files ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "wasm")  # done at set-up
if env.str("S3_BUCKET", ""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            "endpoint_url": env.str("S3_ENDPOINT", "") or None,
            "default_acl": None,  # a bucket of today refuses them all; without one an object is its owner’s alone
            "querystring_auth": True,
        },
    }
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 1  # no form sends more
UPLOAD_LIMIT = 10 * 1024 * 1024  # bytes of one uploaded return; a filled workbook is under 100 kB
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_LIMIT
FILE_UPLOAD_HANDLERS = [
    "concord.pages.returns.uploads.Bounded",  # drops what is larger, while it comes in
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CLAMD = env.str("CLAMD", "")  # host:port of a clamd that scans every uploaded file

# --- e-mail, background work, cache, logs ---------------------------------------------------------------------
_email = env.dj_email_url("EMAIL_URL", "console:")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _email.get("EMAIL_HOST", ""), _email.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.get("EMAIL_USE_TLS", False), _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "Concord <concord@localhost>")
SITE_URL = env.str("CONCORD_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}")  # where letters and feeds lead

Q_CLUSTER = {
    "name": "concord",
    "orm": "default",
    "workers": env.int("CONCORD_WORKERS", 1),
    "timeout": 600,
    "retry": 660,  # a job whose worker died is run again
    "max_attempts": 3,
    "ack_failures": True,
    "poll": 1,
    "save_limit": 250,
    "catch_up": False,
    "label": "Background work",
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache"}
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("CONCORD_LOG", "WARNING")},
}
