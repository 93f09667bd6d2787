"""Charts: the right heights, the right side, and the same figures in words."""

import pytest
from django.utils import translation

from copse.base.web import charts

MONTHS = ["Jan", "Feb", "Mar"]
COLOURS = ("#145a4a", "#b4530a", "#2b5f9e", "#8a3d7a", "#6b6b18", "#4f5b66")


def test_a_bar_is_as_high_as_its_number():
    chart = charts.bar({"a": [0, 50, 100]}, MONTHS, "t")
    assert chart.top == 100
    assert [mark.height for mark in chart.marks] == [0, 115, 230]


def test_arabic_reads_from_the_right():
    ltr = charts.bar({"a": [1, 2, 3]}, MONTHS, "t", direction="ltr")
    rtl = charts.bar({"a": [1, 2, 3]}, MONTHS, "t", direction="rtl")
    for one, other in zip(ltr.marks, rtl.marks, strict=True):
        assert one.x + other.x + one.width == pytest.approx(charts.WIDTH, abs=1.1)


def test_stacked_parts_stand_on_each_other():
    low, high = charts.stacked({"a": [30], "b": [70]}, ["x"], "t").marks
    assert high.y + high.height == low.y


def test_what_is_suppressed_is_a_gap_and_said_so():
    chart = charts.line({"a": [10, None, 20]}, MONTHS, "t", missing="fewer than 5")
    assert chart.strokes == []
    assert len(chart.marks) == 2
    assert chart.rows[1] == ("Feb", ["fewer than 5"])
    assert "fewer than 5" in str(chart)


def test_series_and_labels_must_agree():
    with pytest.raises(ValueError, match="2 values for 3"):
        charts.bar({"a": [1, 2]}, MONTHS, "t")


def test_titles_are_text_not_markup():
    page = str(charts.bar({"<b>": [1, 2, 3]}, MONTHS, "<script>"))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "style=" not in page


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (5, 6), (99, 100), (101, 200), (640, 800)])
def test_the_axis_ends_at_a_round_number(highest, top):
    assert charts.round_up(highest) == top


def _light(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_stands_out_from_white(colour):
    assert 1.05 / (_light(colour) + 0.05) >= 3


TEXT_ON = [
    ("#1d2826", "#fbf8f2"),
    ("#43504d", "#fbf8f2"),
    ("#ffffff", "#145a4a"),
    ("#94200f", "#fbe9e4"),
    ("#0b4a6f", "#fbf8f2"),
    ("#0b4a6f", "#e3efe8"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_public_text_has_seven_to_one(text, ground):
    one, other = sorted((_light(text), _light(ground)))
    assert (other + 0.05) / (one + 0.05) >= 7


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1,234,567"),
        ("fr", "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
        ("ar", "1.234.567"),
        ("sw", "1,234,567"),
    ],
)
def test_thousands_stand_apart_in_every_language(language, said):
    with translation.override(language):
        assert charts.shown(1234567) == said
