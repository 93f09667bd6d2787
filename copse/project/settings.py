"""Django's settings, all from one frozen record of the environment."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from copse.base.web import logs
from copse.project import database
from copse.project.configuration import configuration

COPSE = configuration
ROOT = Path(__file__).parent.parent.parent

DEBUG = False
SECRET_KEY = COPSE.secret("django-key").hex()
ROOT_URLCONF = "copse.project.urls"
WSGI_APPLICATION = "copse.project.wsgi.application"
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    "testserver",
    COPSE.public_origin.split("/")[2].split(":")[0],
]
APPEND_SLASH = True

OUR_APPS = [
    "copse.base.database",
    "copse.base.jobs",
    "copse.base.audit",
    "copse.base.access",
    "copse.base.organisations",
    "copse.base.accounts",
    "copse.base.vault",
    "copse.base.handover",
    "copse.base.outbox",
    "copse.base.outside",
    "copse.base.facts",
    "copse.base.web",
    "copse.portal",
    "copse.hotline",
    "copse.observatory",
    "copse.strategy",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    *OUR_APPS,
]

MIDDLEWARE = [
    # Outermost, so that error pages and static files carry the headers too.
    "copse.base.web.headers.SafeHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "copse.base.accounts.sessions.StaffSession",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours come before allauth's, whose pages hold inline parts.
        "DIRS": [ROOT / "copse/base/accounts/templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "copse.base.web.context.page",
            ],
        },
    }
]
COTTON_DIR = "cotton"

DATABASES = {"default": database.settings_for(COPSE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str] = {}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["copse.base.accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "copse.base.accounts.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "copse.base.accounts.allauth_forms.LoginForm",
    "reauthenticate": "copse.base.accounts.allauth_forms.ReauthenticateForm",
    "change_password": "copse.base.accounts.allauth_forms.ChangePasswordForm",
}
MFA_FORMS = {
    "authenticate": "copse.base.accounts.allauth_forms.AuthenticateForm",
    "reauthenticate": "copse.base.accounts.allauth_forms.ReauthenticateByCodeForm",
    "activate_totp": "copse.base.accounts.allauth_forms.ActivateTOTPForm",
    "add_webauthn": "copse.base.accounts.allauth_forms.AddPasskeyForm",
    "edit_webauthn": "copse.base.accounts.allauth_forms.EditPasskeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_ADAPTER = "copse.base.accounts.at_rest.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Copse"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:door"
# What a guess at a member's password costs; there is nothing to guess where everybody is told it.
COPSE_ARGON = "small" if COPSE.mode in ("test", "demo") else "full"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("ar", _("Arabic")), ("sw", _("Swahili"))]
# Ours before allauth's, which uses other words for the same thing and knows no Swahili.
LOCALE_PATHS = [ROOT / "copse/base/accounts/locale"]
USE_I18N = True
# Django names no size of group for Arabic and Swahili, and without one sets no thousands apart.
NUMBER_GROUPING = 3
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Served straight from the packages: nothing to collect, so nothing to forget.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # X-Frame-Options comes from SafeHeaders, on error pages and files too
    "security.W004",  # so does Strict-Transport-Security, in a real install
    "security.W008",  # the TLS proxy in front sends http to https; see docs/operate.md
]
# Only the staff's processes have sessions, and a role that may read them. Elsewhere a stray cookie
# is nobody's, and is found to be so without asking the database.
HAS_DOOR = COPSE.process in {"desks", "all", "worker", "owner"}
SESSION_ENGINE = (
    "copse.base.accounts.at_rest" if HAS_DOOR else "django.contrib.sessions.backends.signed_cookies"
)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_HTTPONLY = True
# A browser takes `__Host-` only over https; demonstration and tests are http on this machine.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = COPSE.public_origin.startswith("https://")
SESSION_COOKIE_NAME = "__Host-copse-session" if SESSION_COOKIE_SECURE else "copse-session"
CSRF_COOKIE_SAMESITE = "Strict"
# Nothing to other origins; why not `no-referrer`: see base/web/headers.py.
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "copse.base.web.views.csrf_failure"
FORM_RENDERER = "copse.base.web.forms.FormRenderer"
LOGGING = logs.LOGGING
X_FRAME_OPTIONS = "DENY"
# A hundred thousand signs of any script, as a form sends them: too long is said beside the field.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# Nothing is mailed by Django itself: mail leaves by the outbox, with the act that causes it.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
