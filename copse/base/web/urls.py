from django.urls import path

from copse.base.web import views

app_name = "web"
urlpatterns: list[object] = []
desk_urlpatterns = [path("gallery/", views.gallery, name="gallery")]
