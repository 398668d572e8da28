"""Django settings. Everything that differs between machines comes from `env`."""

import os

from jiugai.config import env

ENVIRONMENT = env.environment()
PRODUCTION = ENVIRONMENT == "production"
DEMO = ENVIRONMENT in {"demo", "test"}
BASE_DIR = env.BASE_DIR
VAR_DIR = env.VAR_DIR

DEBUG = False
SECRET_KEY = env.secret("JIUGAI_SECRET_KEY", production=PRODUCTION)
FIELD_KEY = env.secret("JIUGAI_FIELD_KEY", production=PRODUCTION)
FIELD_KEY_ID = env.number("JIUGAI_FIELD_KEY_ID", 1)
FIELD_KEYS_OLD = env.numbered_secrets("JIUGAI_FIELD_KEYS_OLD")
ALLOWED_HOSTS = os.environ.get("JIUGAI_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("JIUGAI_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "jiugai.web",
    "django.forms",  # after ours: its templates of controls stand unless we have our own
    "jiugai.accounts",
    "jiugai.registry",
    "jiugai.offline",
    "jiugai.policy",
    "jiugai.matters",
    "jiugai.governance",
    "jiugai.checkup",
    "jiugai.streetworks",
    "jiugai.planning",
    "jiugai.ledger",
    "jiugai.approvals",
    "jiugai.pipes",
    "jiugai.works",
    "jiugai.assessment",
    "jiugai.config",
]

MIDDLEWARE = [
    "jiugai.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "jiugai.registry.tiles.quick.QuickTiles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "jiugai.web.middleware.ContentSecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jiugai.accounts.middleware.ActorMiddleware",
    "jiugai.web.middleware.RefusalMiddleware",
    "jiugai.web.middleware.ApiErrorsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "jiugai.config.navigation.shell",
            ],
            "builtins": [
                "jiugai.web.templatetags.jg",
                "jiugai.web.templatetags.jg_parts",
                "jiugai.web.templatetags.jg_forms",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

ROOT_URLCONF = "jiugai.config.urls"
WSGI_APPLICATION = "jiugai.config.wsgi.application"
DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if ENVIRONMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "jiugai.web.problems.csrf_failure"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "jiugai" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    (f"npm/{package}/{shown}".rstrip("/"), BASE_DIR / "node_modules" / package / folder)
    for package, folder, shown in [
        ("@tabler/core", "dist/css", "css"),
        ("maplibre-gl", "dist", ""),
        ("htmx.org", "dist", ""),
        ("@fontsource-variable/inter", "files", "files"),
    ]
    if (BASE_DIR / "node_modules" / package / folder).exists()
]
ICON_DIR = BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons"
WHITENOISE_USE_FINDERS = True
# `collectstatic` also writes each file gzipped; the map library and Tabler are large.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = ENVIRONMENT == "test"
WHITENOISE_MAX_AGE = 3600

# The map needs no outside service. With a key, 天地图 can be switched on below our own layers.
TIANDITU_KEY = os.environ.get("JIUGAI_TIANDITU_KEY", "")
BASEMAP_ORIGIN = "https://*.tianditu.gov.cn" if TIANDITU_KEY else ""

MEDIA_ROOT = VAR_DIR / "files"
UPLOAD_LIMIT_BYTES = 250 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "jiugai.web.uploads.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Debian 12 ships GDAL 3.6; that it may open addresses named in a file matters to intake, which reads from memory.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

LOGIN_TRIES = 5
LOGIN_LOCK_MINUTES = 15
LOGIN_TRIES_PER_ADDRESS = 30  # a whole office may share one address
PROXY_COUNT = int(os.environ.get("JIUGAI_PROXIES", "0"))  # own proxies whose X-Forwarded-For we believe
TOKEN_MOST_DAYS = 366  # a forgotten token ends by itself; yearly renewal shows that somebody still needs it
TOKEN_USUAL_DAYS = 180  # what the form proposes
# Excel workbooks of more rows are written in the background: 5,000 take four to five seconds of one server thread.
EXPORT_ROWS_AT_ONCE = 5_000
# Per token or person. Each server process counts for itself, so that counting costs no write and no lock: the machine
# as a whole lets through at most this times JIUGAI_WEB_WORKERS. It protects the machine and is no quota.
API_REQUESTS_PER_MINUTE = 600
METRICS_TOKEN = os.environ.get("JIUGAI_METRICS_TOKEN", "")

PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False  # registry 0006 installs one that is fit for bulk writes
PGHISTORY_DEFAULT_TRACKERS = ()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("JIUGAI_LOG", "INFO")},
    # It tells of every task it registers, each time a command starts.
    "loggers": {name: {"level": "WARNING"} for name in ("procrastinate.blueprints", "procrastinate.periodic")},
}
