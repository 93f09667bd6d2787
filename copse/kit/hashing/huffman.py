"""JPEG's Huffman codes in tables: one look-up reads as many whole codes as fit into a few bits.

A code says how many coefficients are zero and how many bits the next one takes. Who only skips a
coefficient needs no value, so a look-up may take several of them, and the end of their block, at
once; that is why skimming a picture is faster than decoding it.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

FIRST_BITS = 11  # of a look-up at the start of a block
REST_BITS = 12  # of any other; small tables stay near the core
END = 128  # is added to the position by an end of block
ADVANCE, VALUE = 5, 16  # where an entry's second and third field start; the first is bits used
LONGEST = 16
# As numbers like any other: what takes a width is then compiled once, not for each of the two.
_FIRST, _REST = np.int64(FIRST_BITS), np.int64(REST_BITS)
COUNTS = 16  # a table as the file has it: so many counts, then the symbols
_I8, _I32, _I64 = (ir.IntType(bits) for bits in (8, 32, 64))
_BYTES = ir.VectorType(_I8, 32)


def operation(make: Any) -> Any:
    """What `make` generates, callable from compiled code with all arguments but the first."""
    return intrinsic(make)


def _declared(module: Any, signature: Any, name: str) -> Any:
    return cgutils.get_or_insert_function(module, signature, name)  # type: ignore[no-untyped-call] # numba's own has no types


def _at(context: Any, builder: Any, kind: Any, array: Any, offset: Any) -> Any:
    return builder.gep(context.make_array(kind)(context, builder, array).data, [offset])


@operation
def bits64(_typing: Any, array: Any, _offset: Any) -> Any:
    """The eight bytes at an offset, the first one highest."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _at(context, builder, signature.args[0], *args)
        value = builder.load(builder.bitcast(place, _I64.as_pointer()))
        value.align = 1
        swap = _declared(builder.module, ir.FunctionType(_I64, [_I64]), "llvm.bswap.i64")
        return builder.call(swap, [value])

    return types.uint64(array, types.uint64), generate


@operation
def entry(_typing: Any, table: Any, _index: Any) -> Any:
    """A table's entry; the index has as many bits as the table."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        value = builder.load(_at(context, builder, signature.args[0], *args))
        signed = signature.args[0].dtype == types.int32
        return builder.sext(value, _I64) if signed else builder.zext(value, _I64)

    return types.int64(table, types.uint64), generate


@operation
def copy32(_typing: Any, to: Any, _at_to: Any, array: Any, _offset: Any) -> Any:
    """Copy 32 bytes; one bit for each that is 255."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        places = (
            _at(context, builder, signature.args[which], *args[which : which + 2])
            for which in (0, 2)
        )
        to, source = (builder.bitcast(place, _BYTES.as_pointer()) for place in places)
        value = builder.load(source)
        stored = builder.store(value, to)
        value.align = stored.align = 1
        found = builder.icmp_unsigned("==", value, ir.Constant(_BYTES, [255] * 32))
        return builder.bitcast(found, _I32)

    return types.uint32(to, types.int64, array, types.int64), generate


@operation
def lowest(_typing: Any, _bits: Any) -> Any:
    """The number of the lowest bit that is set; `_bits` is not zero."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        signature = ir.FunctionType(_I32, [_I32, ir.IntType(1)])
        count = _declared(builder.module, signature, "llvm.cttz.i32")
        return builder.zext(builder.call(count, [args[0], ir.IntType(1)(1)]), _I64)

    return types.int64(types.uint32), generate


@njit(nogil=True, cache=True)
def _spread(codes: Any, wide: Any) -> Any:
    """(whole, length, symbol): for each value of `wide` bits the code it starts with; length 0: none."""
    length, symbol = np.zeros(1 << wide, np.int64), np.zeros(1 << wide, np.int64)
    code, index = 0, COUNTS
    for bits in range(1, LONGEST + 1):
        for _ in range(codes[bits - 1]):
            if index >= codes.shape[0] or code >= (1 << bits):
                return False, length, symbol
            if bits <= wide:
                first = code << (wide - bits)
                length[first : first + (1 << (wide - bits))] = bits
                symbol[first : first + (1 << (wide - bits))] = codes[index]
            code += 1
            index += 1
        code <<= 1
    return True, length, symbol


@njit(nogil=True, cache=True)
def _signed(raw: int, size: int) -> int:
    """JPEG's numbers of `size` bits: those that start with 0 are negative."""
    return raw - (1 << size) + 1 if size > 0 and raw < (1 << (size - 1)) else raw


@njit(nogil=True, cache=True)
def _follow(
    value: int, used: Any, position: Any, wide: Any, length: Any, symbol: Any
) -> tuple[Any, Any]:
    """Skip whole codes of a block from bit `used` on: bits used, and the position after them."""
    while used < wide and position < 64:  # noqa: PLR2004 - coefficients of a block
        at = (value << used) & ((1 << wide) - 1)
        size, zeros = symbol[at] & 15, symbol[at] >> 4
        if length[at] == 0 or used + length[at] + size > wide:
            break
        if size == 0 and zeros == 0:
            return used + length[at], position + END
        if (size == 0 and zeros != 15) or position + zeros + 1 > 64:  # noqa: PLR2004
            break
        used += length[at] + size
        position += zeros + 1
    return used, position


@njit(nogil=True, cache=True)
def _fill_first(dc: Any, ac: Any, alone: bool, table: Any) -> Any:
    """A block's start: the constant's step and, unless `alone`, what can be skipped after it."""
    good, dc_length, dc_symbol = _spread(dc, _FIRST)
    also, length, symbol = _spread(ac, _FIRST)
    for value in range(1 << FIRST_BITS):
        size, used = dc_symbol[value], dc_length[value] + dc_symbol[value]
        if dc_length[value] > 0 and used <= FIRST_BITS:
            raw = (value >> (FIRST_BITS - used)) & ((1 << size) - 1)
            step, position = _signed(raw, size), np.int64(1)
            if not alone:
                used, position = _follow(value, used, position, _FIRST, length, symbol)
            table[value] = (step << VALUE) | (position << ADVANCE) | used
    return good and also


@njit(nogil=True, cache=True)
def _fill_rest(ac: Any, rest: Any, single: Any) -> Any:
    """`rest` skips as many coefficients as it can, `single` tells one and its value."""
    good, length, symbol = _spread(ac, _REST)
    for value in range(1 << REST_BITS):
        used, position = _follow(value, np.int64(0), np.int64(0), _REST, length, symbol)
        rest[value] = (position << ADVANCE) | used
        size, zeros = symbol[value] & 15, symbol[value] >> 4
        used = length[value] + size
        known = size > 0 or zeros in (0, 15)
        if length[value] > 0 and used <= REST_BITS and known:
            raw = (value >> (REST_BITS - used)) & ((1 << size) - 1)
            gone = END if size == 0 and zeros == 0 else zeros + 1
            single[value] = (_signed(raw, size) << VALUE) | (gone << ADVANCE) | used
    return good


@njit(nogil=True, cache=True)
def slowly(top: Any, codes: Any, at: int) -> tuple[int, int]:
    """(bits, symbol) of the code that 64 bits start with, however long; 0 bits where it is none."""
    first, index = 0, at + COUNTS
    sixteen = np.int64(top >> np.uint64(48))
    for bits in range(1, LONGEST + 1):
        code = sixteen >> (LONGEST - bits)
        count = codes[at + bits - 1]
        if code < first + count:
            return bits, codes[index + code - first]
        index += count
        first = (first + count) << 1
    return 0, 0


# What a scan's components use: the constant's codes, the others', and whether luma is read.
Kinds = tuple[tuple[bytes, bytes, bool], ...]
CODES = COUNTS + 256


@lru_cache(64)
def tables(kinds: Kinds) -> tuple[Any, Any, Any, Any] | None:
    """(first, rest, single, codes), one after another for each kind; None for codes that are none.

    Cameras and programs mostly write the standard's own tables, so these are kept.
    """
    count = len(kinds)
    first = np.zeros((count, 1 << FIRST_BITS), np.int32)
    rest = np.zeros((count, 1 << REST_BITS), np.uint16)
    single = np.zeros((count, 1 << REST_BITS), np.int32)
    codes = np.zeros((count, 2, CODES), np.int64)
    for number, (dc, ac, alone) in enumerate(kinds):
        for row, table in zip(codes[number], (dc, ac), strict=True):
            row[: len(table)] = np.frombuffer(table, np.uint8)
        good = _fill_first(codes[number, 0], codes[number, 1], alone, first[number])
        if not (_fill_rest(codes[number, 1], rest[number], single[number]) and good):
            return None
    return first.reshape(-1), rest.reshape(-1), single.reshape(-1), codes.reshape(-1)
