"""The demonstration's mail, in the browser."""

import pytest
from django.urls import reverse

from copse.base.outside import demo


@pytest.fixture
def caught(settings, tmp_path):
    settings.COPSE = settings.COPSE.model_copy(update={"home": tmp_path})
    folder = demo.mail_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "1790000000000000000-0123abcd.eml").write_bytes(
        b"X-Original-To: abuse@alderhost.example\r\nFrom: desk@copse.example\r\n"
        b"Subject: Notice <b>one</b>\r\n\r\nSee http://localhost:8000/en/n/abc\r\n"
    )
    return folder


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_the_list_and_a_mail_are_shown(client, caught, language):
    listed = client.get(f"/{language}/demo/mail/")
    assert listed.status_code == 200
    assert "Notice &lt;b&gt;one&lt;/b&gt;" in listed.content.decode()
    shown = client.get(f"/{language}/demo/mail/1790000000000000000-0123abcd/")
    assert 'href="http://localhost:8000/en/n/abc"' in shown.content.decode()


@pytest.mark.django_db
def test_a_mail_that_is_not_there_is_not_found(client, caught):
    assert client.get("/en/demo/mail/1-0/").status_code == 404


@pytest.mark.django_db
def test_a_real_install_has_no_such_page(client, caught, settings):
    settings.COPSE = settings.COPSE.model_copy(update={"mode": "real"})
    assert client.get(reverse("outside:mails")).status_code == 404
