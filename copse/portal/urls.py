"""Addresses that say nothing: whoever reads a history finds letters and numbers."""

from django.urls import path, re_path

from copse.portal.views import back, journey

app_name = "portal"

urlpatterns = [
    path("", journey.start, name="start"),
    path("now/", journey.danger, name="danger"),
    path("about/", journey.safety, name="safety"),
    re_path(r"^(?P<door>[ab])/(?P<number>[1-9])/$", journey.question, name="question"),
    path("check/", journey.check, name="check"),
    path("send/", journey.send, name="send"),
    path("done/1/", journey.receipt, name="receipt"),
    path("noted/", journey.noted, name="noted"),
    path("done/", journey.done, name="done"),
    path("over/", journey.over, name="over"),
    path("leave/", journey.leave, name="exit"),
    path("today/", journey.today, name="today"),
    path("back/", back.back, name="back"),
    path("back/wait/", back.wait, name="wait"),
    path("box/", back.box, name="box"),
    path("box/write/", back.write, name="write"),
    path("box/end/", back.withdraw, name="withdraw"),
    path("box/close/", back.close, name="close"),
]
