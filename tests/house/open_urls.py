from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("open", lambda _request: HttpResponse())]
