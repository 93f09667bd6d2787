"""The few machine operations that the search is made of, each on bytes at an offset in a file.

A fingerprint is 16 words of 16 bits. Everything here takes one flat array of bytes and a byte
offset, so that a whole mapped file is a single argument. Vectors are written out (32 sketches, 16
words), because LLVM turns them into what the processor has: AVX-512 counts bits in one step,
older machines in a few. Nothing here checks a bound; whoever calls has.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
Bytes = NDArray[np.uint8]
Sketches = NDArray[np.uint16]
Numbers = NDArray[np.uint32]
Wide = NDArray[np.uint64]
Places = NDArray[np.int64]
Order = NDArray[np.int32]
Flags = NDArray[np.bool_]

SKETCHES = 32
WORDS = 16
I1, I8, I16, I32, I64 = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
SKETCH_VECTOR = ir.VectorType(I16, SKETCHES)
WORD_VECTOR = ir.VectorType(I16, WORDS)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first use, keep the machine code on disk, and let other threads run meanwhile."""
    made: Callable[P, R] = njit(nogil=True, cache=True)(function)
    return made


def operation(make: Callable[..., Any]) -> Any:
    """What `make` generates, callable from compiled code with all arguments but the first."""
    return intrinsic(make)


def _declared(module: Any, signature: Any, name: str) -> Any:
    return cgutils.get_or_insert_function(module, signature, name)  # type: ignore[no-untyped-call] # numba's own has no types


def _at(context: Any, builder: Any, kind: Any, array: Any, offset: Any) -> Any:
    return builder.gep(context.make_array(kind)(context, builder, array).data, [offset])


def _load(builder: Any, address: Any, kind: Any, align: int) -> Any:
    value = builder.load(builder.bitcast(address, kind.as_pointer()))
    value.align = align
    return value


def _ctpop(builder: Any, kind: Any, name: str, value: Any) -> Any:
    signature = ir.FunctionType(kind, [kind])
    name = f"llvm.ctpop.{name}"
    return builder.call(_declared(builder.module, signature, name), [value])


def _splat(builder: Any, kind: Any, value: Any) -> Any:
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), value, I32(0))
    zeros = ir.Constant(ir.VectorType(I32, kind.count), [0] * kind.count)
    return builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), zeros)


def _rotated(builder: Any, value: Any) -> Any:
    order = ir.Constant(ir.VectorType(I32, WORDS), [(lane + 1) % WORDS for lane in range(WORDS)])
    return builder.shuffle_vector(value, value, order)


@operation
def get16(_typing: Any, array: Any, _offset: Any) -> Any:
    """The unsigned 16 bits at an offset."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _load(builder, _at(context, builder, signature.args[0], *args), I16, 1)

    return types.uint16(array, types.int64), generate


@operation
def get32(_typing: Any, array: Any, _offset: Any) -> Any:
    """The unsigned 32 bits at an offset, as a signed 64-bit number to count with."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        value = _load(builder, _at(context, builder, signature.args[0], *args), I32, 1)
        return builder.zext(value, I64)

    return types.int64(array, types.int64), generate


@operation
def get64(_typing: Any, array: Any, _offset: Any) -> Any:
    """The unsigned 64 bits at an offset."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _load(builder, _at(context, builder, signature.args[0], *args), I64, 1)

    return types.uint64(array, types.int64), generate


@operation
def near32(_typing: Any, array: Any, _offset: Any, _word: Any, _most: Any) -> Any:
    """One bit for each of the 32 sketches at an offset: is it within `most` bits of `word`?"""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = _at(context, builder, signature.args[0], *args[:2])
        seen = _load(builder, address, SKETCH_VECTOR, 2)
        other = builder.xor(seen, _splat(builder, SKETCH_VECTOR, args[2]))
        count = _ctpop(builder, SKETCH_VECTOR, "v32i16", other)
        near = builder.icmp_unsigned("<=", count, _splat(builder, SKETCH_VECTOR, args[3]))
        return builder.bitcast(near, I32)

    return types.uint32(array, types.int64, types.uint16, types.uint16), generate


@operation
def columns32(_typing: Any, array: Any, _offset: Any, _step: Any, words: Any, _at_word: Any) -> Any:
    """For 32 fingerprints kept word by word (`_step` bytes apart): those within 31 bits."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        base = _at(context, builder, signature.args[0], *args[:2])
        word = _at(context, builder, signature.args[3], *args[3:])
        total = ir.Constant(SKETCH_VECTOR, [0] * SKETCHES)
        for lane in range(WORDS // 2):
            seen = builder.gep(base, [builder.mul(args[2], I64(lane))])
            mine = _load(builder, builder.gep(word, [I64(2 * lane)]), I16, 1)
            other = builder.xor(
                _load(builder, seen, SKETCH_VECTOR, 2), _splat(builder, SKETCH_VECTOR, mine)
            )
            total = builder.add(total, _ctpop(builder, SKETCH_VECTOR, "v32i16", other))
        most = ir.Constant(SKETCH_VECTOR, [31] * SKETCHES)
        return builder.bitcast(builder.icmp_unsigned("<=", total, most), I32)

    return types.uint32(array, types.int64, types.int64, words, types.int64), generate


@operation
def compare(_typing: Any, array: Any, _offset: Any, other: Any, _at_other: Any) -> Any:
    """The distance of two fingerprints (low 16 bits) and their start words (high 16 bits).

    A start word is one where a match may be noticed: it differs by at most 1 bit, and together
    with the word after it by at most 3.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        one = _load(builder, _at(context, builder, signature.args[0], *args[:2]), WORD_VECTOR, 1)
        two = _load(builder, _at(context, builder, signature.args[2], *args[2:]), WORD_VECTOR, 1)
        count = _ctpop(builder, WORD_VECTOR, "v16i16", builder.xor(one, two))
        pair = builder.add(count, _rotated(builder, count))
        starts = builder.and_(
            builder.icmp_unsigned("<=", count, ir.Constant(WORD_VECTOR, [1] * WORDS)),
            builder.icmp_unsigned("<=", pair, ir.Constant(WORD_VECTOR, [3] * WORDS)),
        )
        signature = ir.FunctionType(I16, [WORD_VECTOR])
        add = _declared(builder.module, signature, "llvm.vector.reduce.add.v16i16")
        distance = builder.zext(builder.call(add, [count]), I32)
        bits = builder.zext(builder.bitcast(starts, I16), I32)
        return builder.or_(builder.shl(bits, I32(16)), distance)

    return types.uint32(array, types.int64, other, types.int64), generate


@operation
def lowest(_typing: Any, _bits: Any) -> Any:
    """The number of the lowest bit that is set; `_bits` is not zero."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        signature = ir.FunctionType(I32, [I32, I1])
        count = _declared(builder.module, signature, "llvm.cttz.i32")
        return builder.zext(builder.call(count, [args[0], I1(1)]), I64)

    return types.int64(types.uint32), generate


@operation
def prefetch(_typing: Any, array: Any, _offset: Any) -> Any:
    """Ask for the cache line at an offset, to be there when it is read a little later."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = builder.bitcast(_at(context, builder, signature.args[0], *args), I8.as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [address.type, I32, I32, I32])
        ask = _declared(builder.module, kind, "llvm.prefetch.p0")
        builder.call(ask, [address, I32(0), I32(3), I32(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate
