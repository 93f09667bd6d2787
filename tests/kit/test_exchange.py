"""Lists in the formats of others: what we write we read again, and what is wrong is named."""

import io
import json
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copse.kit.exchange import csvfile, hashsharing, local_file, own, vics
from copse.kit.exchange.formats import FORMATS, guess, open_list
from copse.kit.exchange.reading import BadList
from copse.kit.exchange.writing import Unmapped
from copse.kit.lists.entry import Category, Entry, Opinion

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
MD5 = "a1" * 16
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


def digits(letters):
    return st.binary(min_size=letters // 2, max_size=letters // 2).map(bytes.hex)


# Letters of every script, and every sign that a format gives a meaning.
SIGNS = st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" ,;\"'<&=-/")
IDS = st.text(SIGNS, min_size=1, max_size=200).filter(lambda t: t.isprintable() and t == t.strip())
LABELS = st.from_regex(r"[a-z_]{1,9}/[0-9]{1,2}/[A-Za-z0-9_]{1,9}", fullmatch=True)
OPINIONS = st.builds(Opinion, IDS, st.sampled_from(list(Category)))
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants it so
FIELDS = {
    "id": IDS,
    "pdq": st.lists(digits(64), max_size=4, unique=True).map(tuple),
    "md5": st.none() | digits(32),
    "sha1": st.none() | digits(40),
    "sha256": st.none() | digits(64),
    "labels": st.lists(LABELS, max_size=4, unique=True).map(tuple),
    "updated": TIMES,
    "opinions": st.lists(OPINIONS, max_size=3).map(tuple),
}


@st.composite
def entries(draw, **fixed):
    """Any entry; `fixed` narrows fields to what a format can hold."""
    fields = {name: draw(fixed.get(name, plan)) for name, plan in FIELDS.items()}
    bare = not any(fields[kind] for kind in ("pdq", "md5", "sha1", "sha256"))
    return Entry(**fields, withdrawn=bare or draw(fixed.get("withdrawn", st.booleans())))


def again(form, wanted, **options):
    """Written and read once more, strictly."""
    out = io.BytesIO()
    form.write(wanted, out, **options)
    out.seek(0)
    reading = form.read(out, strict=True, now=NOW)
    return list(reading)


def read(form, raw, **options):
    reading = form.read(io.BytesIO(raw), now=NOW, **options)
    return list(reading), reading


@pytest.mark.parametrize("form", [own, csvfile])
@given(wanted=st.lists(entries(), max_size=5))
def test_our_own_and_csv_keep_everything(form, wanted):
    assert again(form, wanted) == wanted


NUMBERS = st.integers(1, 999).map(str)


@given(
    wanted=st.lists(
        entries(
            pdq=st.lists(digits(64), max_size=1).map(tuple),
            sha256=st.none(),
            labels=st.sampled_from([(), ("cybertipline/1/A1",), ("cybertipline/1/B2",)]),
            opinions=st.sampled_from(
                [(), (Opinion("42", Category.POSITIVE), Opinion("7", Category.NEGATIVE))]
            ),
        ),
        max_size=5,
    )
)
def test_hash_exchange_xml_keeps_what_it_has_a_place_for(wanted):
    # A deleted entry is only its id and time.
    bare = [Entry(e.id, updated=e.updated, withdrawn=True) if e.withdrawn else e for e in wanted]
    assert again(hashsharing, wanted) == bare


@given(
    wanted=st.lists(
        entries(
            pdq=st.just(()),
            sha256=st.none(),
            md5=digits(32),
            labels=st.sampled_from([(), ("vics/2/1",), ("vics/2/0", "vics/2/IsDistributed")]),
            opinions=st.just(()),
            withdrawn=st.just(False),
        ),
        max_size=5,
    )
)
def test_vics_keeps_what_it_has_a_place_for(wanted):
    assert again(vics, wanted) == wanted


@given(wanted=st.lists(entries(sha1=st.none(), withdrawn=st.just(False)), max_size=5))
def test_local_file_keeps_every_fingerprint(wanted):
    kept = [one for entry in wanted if not entry.withdrawn for one in entry.values()]
    assert [one for entry in again(local_file, wanted) for one in entry.values()] == kept


@pytest.mark.parametrize("name", FORMATS)
@given(raw=st.binary(max_size=400))
def test_bytes_of_chance_are_read_or_refused_in_words(name, raw):
    with suppress(BadList):
        read(FORMATS[name], raw)


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
def test_a_damaged_list_is_read_or_refused_in_words(name, data):
    """A real file with bytes changed, cut out, doubled: never another kind of failure."""
    out = io.BytesIO()
    FORMATS[name].write([ENTRY, ENTRY], out)
    raw = bytearray(out.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        cut = data.draw(st.integers(0, 9))
        raw[at : at + cut] = data.draw(st.binary(max_size=9) | st.sampled_from([b'"', b"<", b"{["]))
    with suppress(BadList):
        _, reading = read(FORMATS[name], bytes(raw))
        assert reading.wrong == len(reading.problems)


ENTRY = Entry(
    "a-1", pdq=(PDQ,), md5=MD5, sha1="b2" * 20, updated=NOW,
    labels=("material_label/1/national_youth",),
)  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_tells_its_format(name):
    out = io.BytesIO()
    FORMATS[name].write([ENTRY], out)
    assert guess(out.getvalue()).name == name
    out.seek(0)
    form, reading = open_list(out)
    assert form.name == name
    assert next(e.md5 or e.pdq[0] for e in reading) in {MD5, PDQ}


def test_what_is_no_list_is_said_with_the_formats_there_are():
    with pytest.raises(BadList, match="local_file"):
        guess(b"GIF89a")
    with pytest.raises(BadList, match="no format of that name"):
        open_list(io.BytesIO(b""), "xlsx")


# Lines


def test_a_wrong_row_is_counted_and_named_and_the_rest_is_read():
    raw = b'{"copse_list":1}\n{"id":"a"}\n' + own.line(ENTRY).encode() + b"\n{\n"
    found, reading = read(own, raw)
    assert found == [ENTRY]
    assert reading.wrong == 2
    assert [str(p) for p in reading.problems] == [
        "line 2: The updated is missing or is no text.",
        "line 4: This line is not a JSON object. Is the file cut off?",
    ]


@pytest.mark.parametrize(
    ("form", "raw", "place"),
    [
        (own, b'\n{"id":"a"}\n', "line 2"),
        (csvfile, b"id,md5\r\na,zz\r\n", "line 2"),
        (csvfile, b'id,md5\na,"x"y\n', "line 2, column 3"),
        (local_file, b"pdq " + PDQ.encode() + b"\nsha512 00\n", "line 2"),
        (
            hashsharing,
            b"<queryResult>\n<images>\n<image><id>a</id></image></images></queryResult>",
            "entry 1 .image., line 3",
        ),
        (vics, b'{"value":[{"MediaID":1}]}', "Media 1"),
    ],
)
def test_strictly_the_first_wrong_row_ends_it_with_its_place(form, raw, place):
    with pytest.raises(BadList, match=place):
        read(form, raw, strict=True)


@pytest.mark.parametrize("form", [own, csvfile, local_file])
def test_a_line_without_end_is_refused_before_it_fills_the_memory(form):
    class Endless(io.RawIOBase):
        taken = 0

        def readline(self, most):
            self.taken += most
            assert self.taken < 1 << 23
            return b"[" * most

    with pytest.raises(BadList, match="line 1 is longer than"):
        list(form.read(Endless(), now=NOW))


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"id":' * 50_000, "1" * 10_000, "NaN", '"\\ud800"', "null"]
)
def test_hostile_json_is_a_wrong_row(line):
    found, reading = read(own, line.encode())
    assert (found, reading.wrong) == ([], 1)


def test_text_in_another_encoding_is_named_with_its_byte():
    with pytest.raises(BadList, match="line 1, byte 3 is not UTF-8"):
        read(own, b"ab\xff\n")


def test_a_list_of_a_later_version_is_not_guessed_at():
    with pytest.raises(BadList, match="newer Copse"):
        read(own, b'{"copse_list":2}\n')
    with pytest.raises(BadList, match="only on the first line"):
        read(own, b'{"copse_list":1}\n{"copse_list":1}\n')


# CSV


def test_a_spreadsheet_s_file_is_read():
    raw = (
        b"\xef\xbb\xbfNote,MD5,ID,labels\r\n"
        b'"says ""hello"", twice",' + MD5.upper().encode() + b",x,\r\n"
        b'"over\r\ntwo lines",' + MD5.encode() + b",,scheme/1/a scheme/1/b\r\n"
    )
    found, reading = read(csvfile, raw)
    assert [(e.id, e.md5, e.labels, e.updated) for e in found] == [
        ("x", MD5, (), NOW),
        (f"md5-{MD5}", MD5, ("scheme/1/a", "scheme/1/b"), NOW),
    ]
    assert reading.wrong == 0


@pytest.mark.parametrize("head", [b"", b"a,b\n", b"md5,md5\n"])
def test_without_columns_it_is_no_list(head):
    with pytest.raises(BadList, match="names the columns"):
        read(csvfile, head)


def test_a_quote_left_open_is_named_where_it_began():
    with pytest.raises(BadList, match="line 2: a quote is opened"):
        read(csvfile, b'md5\n"abc\n' + b"x\n" * 10)


def test_a_quote_left_open_over_many_lines_costs_no_more_than_its_size():
    """It once took four minutes: each line copied all that came before it."""
    body = b'id,md5\n"' + b"a\n" * 500_000
    begun = time.process_time()
    with pytest.raises(BadList, match="line 2: a quote is opened"):
        list(csvfile.read(io.BytesIO(body)))
    assert time.process_time() - begun < 20


# Hash exchange XML


@pytest.mark.parametrize("tag", ["timesta:p", "a:b:c", "_:x"])
def test_a_name_that_no_namespace_explains_is_a_sentence(tag):
    """The parser hands it over before it complains; asking it for the name once raised."""
    out = io.BytesIO()
    hashsharing.write([Entry("a", md5=MD5, updated=NOW)], out)
    odd = out.getvalue().replace(b"<timestamp>", f"<{tag}/><timestamp>".encode())
    assert odd != out.getvalue()
    with pytest.raises(BadList, match="not well-formed"):
        list(hashsharing.read(io.BytesIO(odd)))


PAGE = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
  <images count="3" maxTimestamp="2026-11-25T10:00:00Z">
    <image>
      <member id="42">Example Member</member>
      <timestamp>2026-11-25T10:00:00Z</timestamp>
      <id>image1</id>
      <classification>A1</classification>
      <fingerprints><md5>{MD5.upper()}</md5><pdna>AAAA</pdna><pdq>{PDQ}</pdq></fingerprints>
      <feedback>
        <affirmativeFeedback type="PDQ"><members><member id="1">One</member></members></affirmativeFeedback>
        <negativeFeedback type="MD5"><reasons><reason guid="g" name="Benign"/>
          <members><member id="2">Two</member></members></reasons></negativeFeedback>
      </feedback>
    </image>
    <image><member id="42">E</member><id>only-photo</id>
      <fingerprints><pdna>AAAA</pdna></fingerprints></image>
    <deletedImage><member id="43">F</member><id>image4</id>
      <timestamp>2026-11-25T11:00:00+01:00</timestamp></deletedImage>
  </images>
  <paging><next>/v2/entries?from=a&amp;start=2001</next></paging>
</queryResult>
"""


def test_a_page_of_the_exchange_is_read():
    found, reading = read(hashsharing, PAGE.encode())
    assert found == [
        Entry(
            "42-image1", pdq=(PDQ,), md5=MD5, labels=("cybertipline/1/A1",), updated=NOW,
            opinions=(Opinion("1", Category.POSITIVE), Opinion("2", Category.NEGATIVE)),
        ),
        Entry("43-image4", updated=NOW, withdrawn=True),
    ]  # fmt: skip
    assert found[0].standing == "disputed"
    assert reading.header["next"] == "/v2/entries?from=a&start=2001"
    assert reading.wrong == 1
    assert "pdq, md5, sha1 or sha256" in str(reading.problems[0])


BOMB = '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (PAGE.replace("<queryResult", f"{BOMB}<queryResult", 1), "document type"),
        ('<!DOCTYPE queryResult SYSTEM "file:///etc/passwd"><queryResult/>', "document type"),
        (PAGE[:500], "not well-formed XML"),
        ("<html/>", "not queryResult"),
        ("", "not well-formed XML"),
        (f"<queryResult><images>{'<a>' * 5000}", "not well-formed XML"),
        (f"<queryResult><images><image><id>{'a' * (5 << 20)}", "more than|well-formed"),
        ("<queryResult><images>" + f"<x>{'a' * 999}</x>" * 5000, "takes more than"),
    ],
)
def test_hostile_xml_is_refused_in_words(raw, what):
    with pytest.raises(BadList, match=what):
        read(hashsharing, raw.encode())


def test_an_entity_brings_nothing_in(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("0123")
    raw = (
        f'<!DOCTYPE queryResult [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + PAGE.partition("?>")[2]
    )
    with pytest.raises(BadList, match="document type"):
        read(hashsharing, raw.replace("Example Member", "&x;").encode())


def test_a_label_is_exported_by_its_map_and_an_unmapped_one_not_at_all():
    assert again(hashsharing, [ENTRY])[0].labels == ("cybertipline/1/B2",)
    assert again(vics, [ENTRY])[0].labels == ("vics/2/1",)
    lost = Entry("a", md5=MD5, labels=("material_label/1/national_solicitation",), updated=NOW)
    for form in (hashsharing, vics):
        with pytest.raises(Unmapped, match="no counterpart"):
            again(form, [lost])


def test_what_a_format_has_no_place_for_is_counted():
    lost = [Entry("a", sha256="c3" * 32, updated=NOW), ENTRY]
    for form in (hashsharing, vics):
        written = form.write(lost, io.BytesIO())
        assert (written.entries, written.left_out) == (1, 1)


# VICS


def vics_file(*media, **more):
    return json.dumps({"@odata.context": vics.CONTEXT, "value": media, **more})


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    ],
)
def test_a_hash_set_is_read_as_exporters_write_it(encode):
    media = {
        "MediaID": 9000, "Category": "1", "MD5": MD5.upper(), "SHA1": "", "PhotoDNA": "A" * 192,
        "VictimIdentified": "True", "IsDistributed": "false", "IsSuspected": 0,
        "DateUpdated": "2026-11-25T10:00:00.8300Z", "MediaFiles": [{"FileName": "x"}],
    }  # fmt: skip
    found, reading = read(vics, encode(vics_file(media)))
    assert reading.wrong == 0
    assert found == [
        Entry("9000", md5=MD5, labels=("vics/2/1", "vics/2/VictimIdentified"), updated=NOW)
    ]


def test_the_media_of_cases_are_read():
    case = {"CaseID": "c", "Media": [{"MediaID": 1, "MD5": MD5}, {"MediaID": 2, "MD5": "x"}, 7]}
    found, reading = read(vics, vics_file(case, TotalMediaFiles=5).encode())
    assert [entry.id for entry in found] == ["1"]
    assert [problem.place.partition(",")[0] for problem in reading.problems] == [
        "Media 2",
        "Media 3",
    ]


def test_a_large_hash_set_is_read_piece_by_piece():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 7))

    media = [{"MediaID": n, "MD5": f"{n:032X}", "Category": 10**n % 97} for n in range(1, 300)]
    raw = vics_file(*media).encode()
    found = list(vics.read(Slow(raw), now=NOW, strict=True))
    assert [entry.id for entry in found] == [str(m["MediaID"]) for m in media]
    assert [e.labels[0] for e in found] == [f"vics/2/{m['Category']}" for m in media]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("[]", "begin with"),
        ("{}", "no list called"),
        ('{"value":3}', "no list called"),
        ('{"value":[{"MD5":"a1"}', "cut off"),
        ('{"value":[{"MD5":"a1', "not JSON"),
        ('{"value":[]}}', "follows the end"),
        ('{"value":[{"MD5":' + "[" * 50_000, "not JSON"),
        ('{"value":["' + "a" * (3 << 20), "longer than"),
        ("", "begin with"),
    ],
)
def test_what_is_no_hash_set_is_refused_with_the_place(raw, what):
    with pytest.raises(BadList, match=what):
        read(vics, raw.encode())
