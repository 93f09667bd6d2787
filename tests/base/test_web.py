"""Headers, error pages, logs and forms: what every page keeps to."""

import errno
import io
import logging

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from copse.base.web import headers, logs, messages, navigation, stylesheets, views
from copse.base.web.context import same_page_in
from copse.base.web.gallery import ExampleForm

SECRET = "a-childs-own-words"


def fail(failure, cause=None):
    raise failure from cause


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def test_every_answer_keeps_to_itself(client):
    answer = client.get("/en/nothing-here/")
    for name, value in headers.HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"
    for part in ("default-src 'none'", "form-action 'self'", "base-uri 'none'"):
        assert part in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "kept"), [("/en/numbers/", True), ("/en/", False), ("/static/web/copse.css", True)]
)
def test_only_public_numbers_may_be_kept(settings, path, kept):
    middleware = headers.SafeHeaders(lambda _: HttpResponse())
    answer = middleware(RequestFactory().get(path))
    assert (answer.headers.get("Cache-Control") != "no-store") is kept


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "no page here"),
        ("fr", "pas de page"),
        ("ar", "لا توجد صفحة"),
        ("sw", "Hakuna ukurasa"),
    ],
)
def test_an_error_page_speaks_the_readers_language(client, language, words):
    answer = client.get(f"/{language}/nothing-here/")
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (OperationalError(SECRET), 503),
        (OSError(errno.ENOSPC, SECRET), 503),
        (ValueError(SECRET), 500),
    ],
)
def test_a_failure_is_explained_and_nothing_of_it_is_told(caplog, failure, status):
    request = RequestFactory().post("/en/a/1/?q=hidden", {"story": SECRET})
    try:
        fail(failure)
    except type(failure):
        answer = views.server_error(request)
    assert answer.status_code == status
    page = answer.content.decode()
    assert SECRET not in page
    logged = caplog.records[-1].getMessage()
    assert SECRET not in logged
    assert "hidden" not in logged
    # The reader and the log name the same number.
    assert logged.split()[1].rstrip(":") in page


def test_a_cause_below_is_seen_too():
    with pytest.raises(RuntimeError) as caught:
        fail(RuntimeError(), OperationalError())
    assert views.is_storage_failure(caught.value)
    assert not views.is_storage_failure(ValueError())


def test_a_form_that_was_open_too_long_keeps_what_was_typed():
    request = RequestFactory().post("/en/desk/x/", {"note": SECRET, "password": "never"})
    page = views.csrf_failure(request)
    assert page.status_code == 403
    assert SECRET in page.content.decode()
    assert "never" not in page.content.decode()


def test_another_sites_words_are_not_shown():
    request = RequestFactory().post(
        "/en/desk/x/", {"note": SECRET}, headers={"sec-fetch-site": "cross-site"}
    )
    assert SECRET not in views.csrf_failure(request).content.decode()


def _logged(logger_name, *args, **kwargs):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.ScrubbedFormatter())
    logger = logging.getLogger(logger_name)
    record = logger.makeRecord(logger_name, logging.ERROR, __file__, 1, *args, **kwargs)
    handler.handle(record)
    return stream.getvalue()


def test_logs_of_others_say_where_and_never_what():
    with pytest.raises(ValueError, match=SECRET) as caught:
        fail(ValueError(SECRET))
    failure = (caught.type, caught.value, caught.tb)
    line = _logged("django.request", "Error: %s", ("/en/?" + SECRET,), failure)
    assert SECRET not in line
    assert "ValueError at" in line
    assert "test_logs_of_others" in line


def test_our_own_sentences_are_logged():
    assert "the worker stopped" in _logged("copse.jobs", "the worker stopped", (), None)


def test_a_field_names_its_hint_and_its_error():
    form = ExampleForm({"address": "x" * 41}, auto_id="id_%s")
    page = str(form["address"].as_field_group())
    assert 'aria-describedby="id_address_helptext id_address_error"' in page
    assert 'id="id_address_helptext"' in page
    assert 'id="id_address_error"' in page
    assert 'dir="auto"' in page


def test_typed_text_is_never_markup():
    form = ExampleForm({"address": "<script>x</script>", "story": "</textarea><b>"})
    page = str(form)
    assert "<script>x" not in page
    assert "</textarea><b>" not in page


def test_the_same_page_stands_under_each_language():
    assert same_page_in("/en/back/wait/", "ar") == "/ar/back/wait/"
    assert same_page_in("/healthz", "fr") == "/fr/"


def test_a_menu_is_empty_before_a_desk_is_entered():
    assert navigation.entries_for(RequestFactory().get("/en/desk/")) == ()


def test_translations_are_compiled_once(tmp_path):
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Yes"\nmsgstr "Oui"\n')
    assert messages.compile_stale(tmp_path) == [folder / "django.mo"]
    assert messages.compile_stale(tmp_path) == []


def test_styles_are_packed_once_and_name_nothing_foreign(tmp_path):
    (tmp_path / "a.css").write_text("p{}")
    assert stylesheets.compress_stale(tmp_path) == [tmp_path / "a.css.gz"]
    assert stylesheets.compress_stale(tmp_path) == []
    for sheet in stylesheets.FOLDER.glob("*.css"):
        text = sheet.read_text()
        assert "url(" not in text
        assert "GDS Transport" not in text


def test_arabic_pages_take_the_flipped_sheet(client):
    with translation.override("ar"):
        page = client.get("/ar/nothing-here/").content.decode()
    assert "web/copse.rtl.css" in page
    assert 'dir="rtl"' in page
