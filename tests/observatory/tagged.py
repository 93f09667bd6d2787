"""A tagged PDF as a voice reads it: along its tree of tags, with the letters under each tag."""

import re
from functools import lru_cache
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject

CODE = rb"<([0-9a-fA-F]+)>\s*"
MAPS = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


class Tagged:
    """A document with its letters looked up under the number of each tag."""

    def __init__(self, made):
        self.reader = PdfReader(BytesIO(made))
        self.root = self.reader.trailer["/Root"]
        self.words = {}
        for page in self.reader.pages:
            for number, text in _marked(page, self.reader):
                key = (page.indirect_reference.idnum, number)
                self.words[key] = self.words.get(key, "") + text

    def elements(self, under=None, page=None):
        """Every element of the tree in its order: what it is called, itself, what is said in it."""
        element = (under or self.root["/StructTreeRoot"]).get_object()
        page = element.raw_get("/Pg").idnum if "/Pg" in element else page
        for child in _children(element):
            if isinstance(child, DictionaryObject) and "/S" in child:
                yield child["/S"], child, self.said(child, page)
                yield from self.elements(child, page)

    def said(self, element, page=None):
        page = element.raw_get("/Pg").idnum if "/Pg" in element else page
        parts = []
        for child in _children(element):
            if not isinstance(child, DictionaryObject):
                parts.append(self.words.get((page, int(child)), ""))
            elif "/S" in child:
                parts.append(self.said(child, page))
            elif "/MCID" in child:
                own = child.raw_get("/Pg").idnum if "/Pg" in child else page
                parts.append(self.words.get((own, int(child["/MCID"])), ""))
        return "".join(parts)


def _children(element):
    found = element.get("/K")
    found = found.get_object() if found is not None else []
    return [one.get_object() for one in (found if isinstance(found, ArrayObject) else [found])]


def _marked(page, reader):
    """The number of each tag on a page with its letters, in the order in which they are read."""
    marks, letters = [], {}
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            marks.append((operands[0], operands[1] if operator == b"BDC" else {}))
            actual = marks[-1][1].get("/ActualText")
            if actual is not None:
                yield _number(marks), str(actual)
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            font = page["/Resources"]["/Font"][operands[0]].get_object()
            letters = _letters(font["/ToUnicode"].get_object().get_data())
        elif operator in (b"Tj", b"TJ") and _number(marks) is not None:
            if any("/ActualText" in about for _kind, about in marks):
                continue  # what stands for these letters was said already
            shown = _shown(operands[0], letters)
            turned = any(kind == "/ReversedChars" for kind, _about in marks)
            yield _number(marks), "".join(reversed(shown) if turned else shown)


def _number(marks):
    return next((about["/MCID"] for _kind, about in reversed(marks) if "/MCID" in about), None)


def _shown(operand, letters):
    strings = operand if isinstance(operand, ArrayObject) else [operand]
    raw = b"".join(getattr(one, "original_bytes", b"") for one in strings)
    return [letters.get(raw[at : at + 2], "") for at in range(0, len(raw), 2)]


@lru_cache
def _letters(table):
    found = {}
    for kind, lines in MAPS.findall(table):
        if kind == b"bfchar":
            for code, said in re.findall(CODE + CODE, lines):
                found[bytes.fromhex(code.decode())] = _text(said)
            continue
        for first, last, said in re.findall(CODE + CODE + CODE, lines):
            for step in range(int(last, 16) - int(first, 16) + 1):
                start = _text(said)
                code = (int(first, 16) + step).to_bytes(2)
                found[code] = start[:-1] + chr(ord(start[-1]) + step)
    return found


def _text(digits):
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
