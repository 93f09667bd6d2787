import email
import email.policy
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest
import xarf as oracle
from referencing import Registry, Resource

from copse.kit.exchange import xarf
from copse.kit.exchange.xarf import ImageryRefused, Item, Party

SCHEMAS = Path(__file__).parents[3] / "shared" / "reference" / "xarf" / "schemas"
DESK = Party("Arbora Hotline", "notices@hotline.example", "hotline.example")
ITEM = Item(
    report=UUID("f7a8b9c0-d1e2-4456-8abc-def012345678"),
    address="http://pages.harbour-host.example/a/1",
    source="203.0.113.7",
    seen=datetime(2026, 11, 2, 10, 0, tzinfo=UTC),
    code="csam/B2",
    host="pages.harbour-host.example",
    asn=64500,
    country="AB",
)


@pytest.mark.parametrize("code", ["csam/baseline", "csam/B2", "csem/solicitation"])
def test_the_reference_package_reads_our_notice(code):
    read = oracle.parse(xarf.notice(replace(ITEM, code=code), sender=DESK))
    assert read.errors == []
    assert read.report.url == ITEM.address


@pytest.mark.skipif(not SCHEMAS.exists(), reason="the reference schemas are not beside the project")
def test_the_reference_schema_accepts_our_notice_and_refuses_it_without_a_class():
    registry = Registry().with_resources(
        [
            (json.loads(p.read_text())["$id"], Resource.from_contents(json.loads(p.read_text())))
            for p in SCHEMAS.rglob("*.json")
        ]
    )
    schema = json.loads((SCHEMAS / "types" / "content-csam.json").read_text())
    check = jsonschema.Draft202012Validator(schema, registry=registry)
    notice = xarf.notice(ITEM, sender=DESK, evidence={"Reading": "Two analysts agree."})
    assert list(check.iter_errors(notice)) == []
    del notice["classification"]
    assert list(check.iter_errors(notice))


@pytest.mark.parametrize(
    "text", ["data:image/png;base64,AAAA", "\x89PNG\r\n\x00", "A" * 5000, "word " * 20000]
)
def test_anything_that_may_be_a_picture_is_refused(text):
    with pytest.raises(ImageryRefused):
        xarf.notice(ITEM, sender=DESK, evidence={"picture": text})


def test_a_report_made_elsewhere_with_a_picture_is_not_mailed():
    report = xarf.notice(ITEM, sender=DESK)
    report["evidence"] = [{"content_type": "image/png", "payload": ""}]
    with pytest.raises(ImageryRefused):
        xarf.mail([report], sender="a@b.example", to="c@d.example", subject="s", text="t")


def test_the_mail_is_a_feedback_report_with_the_notice_in_it():
    report = xarf.notice(ITEM, sender=DESK)
    made = xarf.mail([report], sender="a@b.example", to="c@d.example", subject="s", text="Words")
    message = email.message_from_bytes(made.as_bytes(), policy=email.policy.default)
    assert message.get_content_type() == "multipart/report"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "message/feedback-report", "application/json"]
    part = list(message.iter_parts())[2]
    assert json.loads(part.get_content()) == report
    assert part["Content-Transfer-Encoding"] == "base64"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        xarf.notice(
            Item(ITEM.report, "http://a.example", "a.example", datetime(2026, 1, 1), "csam/A1"),  # noqa: DTZ001 - the point
            sender=DESK,
        )
