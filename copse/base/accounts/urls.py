from django.urls import path

from copse.base.accounts import demo, views

app_name = "accounts"
urlpatterns: list[object] = []
desk_urlpatterns = [
    path("", views.door, name="door"),
    path("choose/<uuid:desk>/", views.choose, name="choose"),
    path("invitation/<str:token>/", views.accept, name="accept"),
    path("account/mfa/totp/code.svg", views.qr, name="qr"),
    path("administration/", views.everybody, name="people"),
    path("administration/invite/", views.invite, name="invite"),
    path("administration/people/<uuid:user>/", views.person, name="person"),
    path("administration/people/<uuid:user>/desks/<uuid:desk>/", views.place, name="place"),
    path("administration/people/<uuid:user>/desks/<uuid:desk>/leave/", views.leave, name="leave"),
    path("administration/people/<uuid:user>/remove/", views.remove, name="remove"),
]
if demo.switched_on():
    desk_urlpatterns += [path("demo/<uuid:user>/", demo.enter, name="demo")]
