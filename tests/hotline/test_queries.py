"""What an analyst sees: nothing of a colleague's reading, nothing of another desk."""

import pytest

from copse.base import audit, database
from copse.base.access import Denied
from copse.hotline.queries import concerns as concern_queries
from copse.hotline.queries import material as queries
from copse.hotline.queries import pages
from copse.hotline.services import materials
from copse.hotline.workflow import ConcernAction


def test_the_second_reading_is_blind(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    hotline.claim(hotline.ben, material)
    material = hotline.fresh(material)
    with hotline.open(hotline.ben):
        assert list(queries.readings_for(hotline.ben, material)) == []
    with hotline.open(hotline.amara):
        assert len(queries.readings_for(hotline.amara, material)) == 1


def test_once_decided_both_see_both(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    decided = hotline.read_as(hotline.ben, material)
    with hotline.open(hotline.esi):
        assert len(queries.readings_for(hotline.esi, decided)) == 2


def test_the_queue_leaves_out_what_one_has_read(hotline):
    hotline.read_as(hotline.amara, hotline.material())
    for who, waiting in ((hotline.amara, 0), (hotline.ben, 1)):
        with hotline.open(who):
            assert len(queries.queue_for(who).rows) == waiting


def test_pages_follow_each_other_without_gap_or_repeat(hotline, monkeypatch):
    monkeypatch.setattr(pages, "SIZE", 2)
    for number in range(5):
        hotline.receive(
            addresses=(f"https://h{number}.example/",), age_band=f"{'9-12' if number else '0-5'}"
        )
    seen, after = [], ""
    with hotline.open(hotline.amara):
        while True:
            page = queries.queue_for(hotline.amara, after)
            seen += [one.host for one in page.rows]
            after = page.after
            if not after:
                break
    assert len(seen) == len(set(seen)) == 5
    assert seen[0] == "h0.example"


@pytest.mark.parametrize("after", ["x", "1_2_3", "1_20261124T0900_zz", "\0", "9" * 60])
def test_a_place_that_cannot_be_read_is_the_beginning(hotline, after):
    hotline.receive()
    with hotline.open(hotline.amara):
        assert len(queries.queue_for(hotline.amara, after).rows) == 1


def test_absent_and_foreign_look_the_same(hotline):
    material = hotline.material()
    for who, ref in ((hotline.amara, "H-26-999999"), (hotline.stranger, material.reference)):
        with pytest.raises(Denied, match="no such material"), hotline.open(who):
            queries.material_for(who, ref)


def test_opening_a_story_is_written_down(hotline):
    concern, _ = hotline.sealed_receive(story="CANARY")
    with hotline.open(hotline.amara):
        assert concern_queries.story_for(hotline.amara, concern) == {"story": "CANARY"}
        assert ConcernAction.STORY in audit.actions_on(concern)


def test_the_address_is_there_only_after_a_counted_look(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    with hotline.open(hotline.amara):
        assert not queries.address_copied(hotline.amara, material)
        materials.reveal(actor=hotline.amara, material=material)
        assert queries.address_copied(hotline.amara, material)
    assert database.context() is None


def test_four_clocks(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    intake, decision, notice, removal = queries.clocks_of(material)
    assert intake.until is not None
    assert decision.hours == 0
    assert notice.hours is removal.hours is None


def test_the_notice_clock_does_not_run_for_what_was_dismissed(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, "not_illegal")
    hotline.read_as(hotline.ben, material, "not_illegal")
    clocks = {str(one.title): one for one in queries.clocks_of(hotline.fresh(material))}
    assert clocks["Notice"].hours is None
    assert clocks["Decision"].hours == 0
