"""The table in the three forms of SDMX 3: CSV 2.0, XML 3.0 and JSON 2.0, and its structure.

They are written here, because nothing that writes JSON exists and the rest is short; independent
readers (pysdmx, sdmx1) and the standard's own schemas check them in the tests.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from copse.kit.framework.model import Text
from copse.kit.taxonomy import LANGUAGES
from copse.observatory.queries.opendata import lists
from copse.observatory.queries.opendata.flat import as_json, used
from copse.observatory.queries.opendata.table import (
    ATTRIBUTES,
    CODED,
    COLUMNS,
    DIMENSIONS,
    VALUE,
    Published,
    rows,
)

AGENCY, VERSION = "COPSE", "1.0.0"
FLOW, STRUCTURE, CONCEPTS = "NUMBERS", "DSD_NUMBERS", "CS_NUMBERS"
MODEL = "urn:sdmx:org.sdmx.infomodel."
FLOW_URN = f"{MODEL}datastructure.Dataflow={AGENCY}:{FLOW}({VERSION})"
STRUCTURE_URN = f"{MODEL}datastructure.DataStructure={AGENCY}:{STRUCTURE}({VERSION})"
SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
MES, STR, COM, SS = (
    SCHEMAS + end for end in ("message", "structure", "common", "data/structurespecific")
)
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "{http://www.w3.org/XML/1998/namespace}lang"
TIME = "TIME_PERIOD"
# What a column holds that has no code list.
FORMATS = {
    TIME: "ObservationalTimePeriod", VALUE: "Decimal", "VINTAGE": "Integer", "CAUTION": "String",
}  # fmt: skip


def sdmx_csv(published: Published) -> bytes:
    """SDMX-CSV 2.0."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("STRUCTURE", "STRUCTURE_ID", "ACTION", *COLUMNS))
    lead = ("dataflow", f"{AGENCY}:{FLOW}({VERSION})", "I")
    writer.writerows((*lead, *(row[name] for name in COLUMNS)) for row in rows(published))
    return out.getvalue().encode()


def sdmx_xml(published: Published) -> bytes:
    """SDMX-ML 3.0, structure specific: one element an observation."""
    own = f"{FLOW_URN}:ObsLevelDim:AllDimensions"
    root = _message("StructureSpecificData", {"ss": SS, "com": COM, "ns1": own, "xsi": XSI})
    header = _header(root, published)
    about = _in(
        header, MES, "Structure", structureID=FLOW, namespace=FLOW_URN,
        dimensionAtObservation="AllDimensions",
    )  # fmt: skip
    _in(about, COM, "StructureUsage", FLOW_URN)
    data = _in(root, MES, "DataSet", action="Information")
    data.set(f"{{{SS}}}structureRef", FLOW)
    data.set(f"{{{XSI}}}type", "ns1:DataSetType")
    for row in rows(published):
        # What has no value has no attribute for it either.
        etree.SubElement(data, "Obs", {name: row[name] for name in COLUMNS if row[name]})
    return _bytes(root)


def structure_xml(published: Published) -> bytes:
    """The columns and code lists of this release as SDMX-ML 3.0."""
    root = _message("Structure", {"str": STR, "com": COM})
    _header(root, published)
    structures = _in(root, MES, "Structures")
    flow = _named(_in(structures, STR, "Dataflows"), "Dataflow", FLOW, lists.words("title"))
    _in(flow, STR, "Structure", STRUCTURE_URN)
    codelists = _in(structures, STR, "Codelists")
    for column, codes in _codes(published).items():
        listed = _named(codelists, "Codelist", f"CL_{column}", lists.columns()[column])
        for code, text in codes.items():
            _names(_in(listed, STR, "Code", id=code), text)
    scheme = _named(
        _in(structures, STR, "ConceptSchemes"), "ConceptScheme", CONCEPTS, lists.words("title")
    )
    for name in COLUMNS:
        _names(_in(scheme, STR, "Concept", id=name), lists.columns()[name])
    found = _named(
        _in(structures, STR, "DataStructures"), "DataStructure", STRUCTURE, lists.words("title")
    )
    _components(_in(found, STR, "DataStructureComponents"))
    return _bytes(root)


def _components(parent: Any) -> None:
    dimensions = _in(parent, STR, "DimensionList", id="DimensionDescriptor")
    for position, name in enumerate(DIMENSIONS, 1):
        if name == TIME:
            _component(dimensions, "TimeDimension", name)
        else:
            _component(dimensions, "Dimension", name, position=str(position))
    attributes = _in(parent, STR, "AttributeList", id="AttributeDescriptor")
    for name in ATTRIBUTES:
        made = _component(attributes, "Attribute", name, usage="mandatory")
        _in(_in(made, STR, "AttributeRelationship"), STR, "Observation")
    measures = _in(parent, STR, "MeasureList", id="MeasureDescriptor")
    _component(measures, "Measure", VALUE, usage="optional")


def _component(parent: Any, kind: str, name: str, **more: str) -> Any:
    made = _in(parent, STR, kind, id=name, **more)
    concept = f"{MODEL}conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{name}"
    _in(made, STR, "ConceptIdentity", concept)
    local = _in(made, STR, "LocalRepresentation")
    if name in FORMATS:
        _in(local, STR, "TextFormat", textType=FORMATS[name])
    else:
        listed = f"{MODEL}codelist.Codelist={AGENCY}:CL_{name}({VERSION})"
        _in(local, STR, "Enumeration", listed)
    return made


def _codes(published: Published) -> dict[str, dict[str, Text]]:
    found = {
        column: {code: lists.label(column, code) for code in codes}
        for column, codes in used(published).items()
    }
    found["REF_AREA"] = {published.area: area_name(published)}
    return found


def area_name(published: Published) -> Text:
    """The country's name is a name: the same in every language."""
    if not published.country:
        return lists.words("country")
    return dict.fromkeys(LANGUAGES, published.country)


def _message(name: str, more: Mapping[str, str]) -> Any:
    return etree.Element(f"{{{MES}}}{name}", nsmap={"mes": MES, **more})


def _header(root: Any, published: Published) -> Any:
    header = _in(root, MES, "Header")
    _in(header, MES, "ID", published.reference)
    _in(header, MES, "Test", "false")
    _in(header, MES, "Prepared", published.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    sender = _in(header, MES, "Sender", id=AGENCY)
    _names(sender, area_name(published))
    return header


def _in(parent: Any, space: str, name: str, text: str = "", **attributes: str) -> Any:
    made = etree.SubElement(parent, f"{{{space}}}{name}", attributes)
    if text:
        made.text = text
    return made


def _named(parent: Any, kind: str, name: str, text: Text) -> Any:
    made = _in(
        parent, STR, kind, id=name, version=VERSION, agencyID=AGENCY, isExternalReference="false"
    )
    _names(made, text)
    return made


def _names(parent: Any, text: Text) -> None:
    for language in LANGUAGES:
        if text.get(language):
            _in(parent, COM, "Name", text[language]).set(XML, language)


def _bytes(root: Any) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def sdmx_json(published: Published) -> bytes:
    """SDMX-JSON data 2.0, flat: a key of positions, then the value and the attributes' positions."""
    table = rows(published)
    values = {name: _in_use(table, name) for name in (*DIMENSIONS, *ATTRIBUTES)}
    at = {name: {code: index for index, code in enumerate(found)} for name, found in values.items()}
    observations = {}
    for row in table:
        key = ":".join(str(at[name][row[name]]) for name in DIMENSIONS)
        # A text, for a float would round it once more; the schema allows both.
        observations[key] = [row[VALUE] or None, *(at[name][row[name]] for name in ATTRIBUTES)]
    links = [
        {"urn": FLOW_URN, "rel": "dataflow"},
        {"urn": STRUCTURE_URN, "rel": "datastructure", "href": f"{published.folder}/structure.xml"},
    ]
    made = {
        "meta": {
            "schema": "https://json.sdmx.org/2.0.0/sdmx-json-data-schema.json",
            "id": published.reference, "test": False, "contentLanguages": list(LANGUAGES),
            "prepared": published.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sender": {"id": AGENCY, "name": published.publisher},
        },
        "data": {
            "structures": [_json_structure(published, values, links)],
            "dataSets": [{"structure": 0, "action": "Information", "links": links,
                          "observations": observations}],
        },
    }  # fmt: skip
    return as_json(made)


def _in_use(table: Sequence[Mapping[str, str]], name: str) -> list[str]:
    return sorted({row[name] for row in table})


def _json_structure(
    published: Published, values: Mapping[str, Sequence[str]], links: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    names = lists.words("title")
    observation: dict[str, Any] = {"observation": {}}
    return {
        "links": list(links), "dataSets": [0], "name": names["en"], "names": names,
        "dimensions": {
            "observation": [
                {**_json_column(published, name, values[name]), "keyPosition": position}
                for position, name in enumerate(DIMENSIONS)
            ]
        },
        "measures": {
            "observation": [
                {"id": VALUE, "name": lists.columns()[VALUE]["en"], "names": lists.columns()[VALUE],
                 "format": {"dataType": FORMATS[VALUE]}}
            ]
        },
        "attributes": {
            "observation": [
                {**_json_column(published, name, values[name]), "isMandatory": True,
                 "relationship": observation}
                for name in ATTRIBUTES
            ]
        },
    }  # fmt: skip


def _json_column(published: Published, name: str, values: Sequence[str]) -> dict[str, Any]:
    names = lists.columns()[name]
    found: dict[str, Any] = {"id": name, "name": names["en"], "names": names}
    if name in CODED or name == "REF_AREA":
        coded = _codes(published)[name]
        found["values"] = [
            {"id": code, "name": coded[code]["en"], "names": coded[code]} for code in values
        ]
    else:
        # Texts, vintages too: the schema takes an integer for a number as well, and refuses both.
        found["values"] = [{"value": one} for one in values]
    return found
