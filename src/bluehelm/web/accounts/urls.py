"""Which addresses belong to accounts?

Named one by one: of what allauth could show, only what stands here is reached. The names are allauth's own, which it
looks up.
"""

from allauth.account import views as account
from allauth.socialaccount import views as single_sign_on
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import include, path, re_path

from bluehelm.web.accounts import demo, languages, people, views

KEY = r"(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)"

urlpatterns = [
    path("accounts/", views.own_account, name="own_account"),
    path("language/", languages.choose, name="choose_language"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/signup/", account.signup, name="account_signup"),  # says that it is closed
    path("accounts/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", views.password_reset, name="account_reset_password"),
    path("accounts/password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "accounts/password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        rf"^accounts/password/reset/key/{KEY}/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("accounts/sessions/", views.sessions, name="usersessions_list"),
    path("accounts/sessions/end/", views.end_session, name="end_session"),
    path("accounts/tokens/", views.tokens, name="api_tokens"),
    path("accounts/tokens/new/", views.new_token, name="new_token"),
    path("accounts/tokens/<int:pk>/revoke/", views.revoke, name="revoke_token"),
    path("accounts/sso/cancelled/", single_sign_on.login_cancelled, name="socialaccount_login_cancelled"),
    path("accounts/sso/error/", single_sign_on.login_error, name="socialaccount_login_error"),
    path("accounts/sso/<slug:provider_id>/login/", views.single_sign_on, name="openid_connect_login"),
    path("accounts/sso/<slug:provider_id>/login/callback/", openid_connect.callback, name="openid_connect_callback"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/link/", people.make_link, name="make_link"),
    path("people/<int:pk>/<slug:deed>/", people.change, name="change_person"),
    path("api/people/", people.people_json, name="people_json"),
    path("api/people/<int:pk>/", people.person_json, name="person_json"),
    path("demo/sign-in/", demo.sign_in, name="demo_sign_in"),
]
