"""The part of allauth that we use, under its own names; each view stands before any desk."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from copse.base.access import outside_desks

PAGES = (
    ("login/", account.login, "account_login"),
    ("logout/", account.logout, "account_logout"),
    ("inactive/", account.account_inactive, "account_inactive"),
    ("again/", account.reauthenticate, "account_reauthenticate"),
    ("password/", account.password_change, "account_change_password"),
    ("mfa/", mfa.index, "mfa_index"),
    ("mfa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    ("mfa/again/", mfa.reauthenticate, "mfa_reauthenticate"),
    ("mfa/totp/on/", totp.activate_totp, "mfa_activate_totp"),
    ("mfa/totp/off/", totp.deactivate_totp, "mfa_deactivate_totp"),
    ("mfa/codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    ("mfa/codes/new/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    ("mfa/keys/", webauthn.list_webauthn, "mfa_list_webauthn"),
    ("mfa/keys/add/", webauthn.add_webauthn, "mfa_add_webauthn"),
    ("mfa/keys/again/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    ("mfa/keys/<int:pk>/remove/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    ("mfa/keys/<int:pk>/edit/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
)
urlpatterns = [path(route, outside_desks(view), name=name) for route, view, name in PAGES]
