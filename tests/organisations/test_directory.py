import io
import json
import zipfile
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.translation import override

from copse.base import database
from copse.base.access import Actor, Denied
from copse.base.organisations import finding, hours, hsds
from copse.base.organisations.directory import Location, Region
from copse.base.organisations.forms import Entry

ORGANISATION, SERVICE, PLACE = (str(uuid4()) for _ in range(3))
# The required fields and statuses of HSDS 3's service, phone, schedule and location.
REQUIRED = {
    "service": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "phone": {"id", "number"},
    "schedule": {"id"},
    "location": {"id", "location_type"},
}


def a_service(**changes):
    return {
        "id": SERVICE, "name": "Child line of the coast", "status": "active",
        "organization": {"id": ORGANISATION, "name": "Coast helpers", "description": ""},
        "phones": [{"id": str(uuid4()), "number": "116 111"}],
        "schedules": [{"id": str(uuid4()), "freq": "WEEKLY", "byday": "MO,TU",
                       "opens_at": "08:00", "closes_at": "20:00"}],
        "languages": [{"id": str(uuid4()), "code": "sw"}],
        "service_areas": [{"id": str(uuid4()), "name": "coast"}],
        "service_at_locations": [{"id": str(uuid4()), "location": {
            "id": PLACE, "name": "House", "location_type": "physical",
            "addresses": [{"id": str(uuid4()), "address_1": "1 Harbour Street"}]}}],
        "attributes": [{"link_type": "kind", "value": "helpline"}],
    } | changes  # fmt: skip


@pytest.fixture
def desk(db):
    key = database.DeskKey(uuid4(), "administration")
    roles = frozenset({"directory-editor"})
    return SimpleNamespace(key=key, editor=Actor(uuid4(), "Farid", key, roles))


def taken_in(desk, *rows):
    with database.as_desk(desk.key, desk.editor.user_id):
        return hsds.take_in(actor=desk.editor, content=json.dumps(rows).encode())


def test_a_file_is_read_and_found_by_region_and_language(desk):
    assert taken_in(desk, a_service()) == 1
    with database.as_room("public"):
        assert [s.name for s in finding.services_near(region="coast", language="sw")]
        assert finding.services_near(region="north") == []
        assert finding.services_near(channel="chat") == []


def named(**asked):
    with database.as_room("public"):
        return [service.name for service in finding.services_near(**asked)]


@pytest.mark.parametrize(
    ("byday", "closes_at", "found"),
    [("MO,TU", "18:00", set()), ("MO,TU", "22:00", {"evening"}), ("MO,TU", "02:00", {"evening"}),
     ("FR, SA", "18:00", {"weekend"}), ("SU", "21:00", {"evening", "weekend"})],
)  # fmt: skip
def test_services_are_found_by_their_hours(desk, byday, closes_at, found):
    hours = {"id": str(uuid4()), "freq": "WEEKLY", "byday": byday, "opens_at": "08:00",
             "closes_at": closes_at}  # fmt: skip
    taken_in(desk, a_service(schedules=[hours]))
    assert {when for when in ("always", "evening", "weekend") if named(when=when)} == found
    page = Client().get("/en/help/", {"when": "weekend"}).content
    assert (b"116 111" in page) == ("weekend" in found)


def test_what_is_open_day_and_night_is_open_whenever_somebody_asks(desk):
    always = {"link_type": "always_open", "value": "true"}
    taken_in(desk, a_service(schedules=[], attributes=[always]))
    for when in ("", "always", "evening", "weekend"):
        assert named(when=when)


def test_the_page_shows_it(desk):
    taken_in(desk, a_service())
    with database.as_room("administration"):
        Region(code="coast", name="Coast").save(force_insert=True)
    page = Client().get("/en/help/", {"region": "coast", "language": "", "channel": ""})
    assert b"116 111" in page.content
    assert b"1 Harbour Street" in page.content


def test_what_is_written_is_hsds_and_reads_back(desk):
    taken_in(desk, a_service())
    rows = json.loads(Client().get("/en/help/services.json").content)
    (row,) = rows
    assert set(row) >= REQUIRED["service"]
    assert row["status"] in hsds.STATUSES
    assert set(row["organization"]) >= REQUIRED["organization"]
    assert all(set(phone) >= REQUIRED["phone"] for phone in row["phones"])
    assert all(set(schedule) >= REQUIRED["schedule"] for schedule in row["schedules"])
    assert all(set(p["location"]) >= REQUIRED["location"] for p in row["service_at_locations"])
    assert UUID(row["id"])
    assert taken_in(desk, *rows) == 1


def test_a_confidential_place_is_shown_to_nobody_even_after_an_import(desk):
    taken_in(desk, a_service())
    with database.as_desk(desk.key):
        Location.objects.update(confidential=True, address="")
    taken_in(desk, a_service())
    assert b"Harbour" not in Client().get("/en/help/services.json").content
    assert b"Harbour" not in Client().get("/en/help/").content


def test_a_zip_of_tables_is_read(desk):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "services.csv",
            f"id,organization_id,name,status\n{SERVICE},{ORGANISATION},Line,active\n",
        )
        archive.writestr("organizations.csv", f"id,name\n{ORGANISATION},Helpers\n")
        archive.writestr("phones.csv", f"id,service_id,number\n{uuid4()},{SERVICE},116\n")
    with database.as_desk(desk.key):
        assert hsds.take_in(actor=desk.editor, content=buffer.getvalue()) == 1
        assert [p.number for p in finding.all_services()[0].phones.all()] == ["116"]


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", b"PK\x03\x04broken", b'[{"id": "1"}]', b"[1]", b'{"contents": 3}',
     json.dumps([a_service(status="perhaps")]).encode(),
     json.dumps([a_service(organization=None)]).encode()],
)  # fmt: skip
def test_a_file_that_is_none_says_what_is_off_and_changes_nothing(desk, content):
    with database.as_desk(desk.key):
        with pytest.raises(hsds.NotHsds):
            hsds.take_in(actor=desk.editor, content=content)
        assert finding.all_services() == []


def test_only_editors_import(desk):
    nobody = Actor(uuid4(), "", desk.key, frozenset())
    with database.as_desk(desk.key), pytest.raises(Denied):
        hsds.take_in(actor=nobody, content=b"[]")


def test_odd_choices_of_a_visitor_are_no_error(db):
    assert Client().get("/en/help/", {"region": "'; --", "language": "xx"}).status_code == 200


@pytest.mark.parametrize(
    ("byday", "words"),
    [("MO,TU,WE,TH,FR", "Monday to Friday"), ("SA,SU", "Saturday, Sunday"),
     ("MO,TU,WE,FR", "Monday to Wednesday, Friday"), ("1MO", "Monday"), ("", ""),
     ("MO,TU,WE,TH,FR,SA,SU", "Every day"), ("fr, we", "Wednesday, Friday")],
)  # fmt: skip
def test_days_are_said_in_words(byday, words):
    assert hours.in_words(byday) == words


def test_days_are_said_in_every_language(db):
    for language in ("fr", "ar", "sw"):
        with override(language):
            assert "Monday" not in hours.in_words("MO,TU,WE")
            assert " to " not in hours.in_words("MO,TU,WE")


def filled(**changes):
    return {
        "organisation": ORGANISATION, "name": "Line", "kind": "helpline", "status": "active",
        "phones": "116\n117", "hours-TOTAL_FORMS": "2", "hours-INITIAL_FORMS": "0",
        "hours-0-days": ["MO", "TU"], "hours-0-opens_at": "08:00", "hours-0-closes_at": "17:30",
        "place_name": "House", "address": "1 Harbour Street",
    } | changes  # fmt: skip


def kept(desk, service=None, **changes):
    data = QueryDict(mutable=True)
    for name, value in filled(**changes).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    entry = Entry(data, service)
    return (entry.keep(desk.editor) if entry.is_valid() else None), entry


def test_an_editor_gives_hours_and_a_place_and_makes_it_secret(desk):
    taken_in(desk, a_service())
    with database.as_desk(desk.key, desk.editor.user_id):
        service, _entry = kept(desk, finding.service(UUID(SERVICE)))
        assert [str(one) for one in service.schedules.all()] == ["Monday, Tuesday 08:00–17:30"]
        assert [phone.number for phone in service.phones.all()] == ["116", "117"]
        assert service.service_at_locations.get().location.address == "1 Harbour Street"

        refused, entry = kept(desk, finding.service(UUID(SERVICE)), confidential="on")
        assert refused is None
        assert "address" in entry.place.errors

        secret, _entry = kept(desk, finding.service(UUID(SERVICE)), confidential="on", address="")
        place = secret.service_at_locations.get().location
        assert (place.confidential, place.address) == (True, "")


@pytest.mark.parametrize("changes", [{"hours-0-opens_at": ""}, {"hours-0-days": []},
                                     {"hours-0-closes_at": "late"}])  # fmt: skip
def test_half_an_hours_line_is_said(desk, changes):
    taken_in(desk, a_service())
    with database.as_desk(desk.key, desk.editor.user_id):
        service, entry = kept(desk, finding.service(UUID(SERVICE)), **changes)
    assert service is None
    assert entry.hours.errors[0]


def test_the_page_of_a_service_opens(desk):
    from django.test import RequestFactory

    from copse.base.organisations import views

    taken_in(desk, a_service())
    with database.as_desk(desk.key, desk.editor.user_id):
        request = RequestFactory().get("/")
        request.actor = desk.editor
        request.user = SimpleNamespace(is_authenticated=True)
        request.session, request.COOKIES["csrftoken"] = {}, "x"
        page = views.edit.__wrapped__.__wrapped__(request, pk=UUID(SERVICE))
    assert b"Opening hours" in page.content
