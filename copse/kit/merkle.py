"""A Merkle tree over an append-only list: hashes, proofs that an entry is in, proofs of growth.

After RFC 9162 (Certificate Transparency 2.0), section 2.1, whose tree is that of RFC 6962:

- 2.1.1 the hash of a leaf is SHA-256 of 0x00 and the entry, that of a node SHA-256 of 0x01 and its
  two children; a list of n > 1 entries splits at the largest power of two below n;
- 2.1.3 inclusion proofs, made and checked;
- 2.1.4 consistency proofs, made and checked.

A *complete* subtree covers 2**level entries from a multiple of 2**level; its hash never changes
again. Stored once, such hashes give any proof in about log2(n) look-ups: every function that makes
something takes `read`, which answers the hashes of the complete subtrees it is asked for, all at
once, so that a database answers them in one query.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Hash = bytes
Node = tuple[int, int]
"""A complete subtree: its level (0 = a leaf) and its place among those of its level."""
Read = Callable[[Sequence[Node]], Sequence[Hash]]

EMPTY: Hash = sha256(b"").digest()


def leaf_hash(entry: bytes) -> Hash:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """The hash of two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size` (which is at least 2): where RFC 9162 splits."""
    return 1 << (size - 1).bit_length() - 1


def cover(start: int, end: int) -> list[Node]:
    """The complete subtrees, largest first, that make up entries `start` to `end`.

    `start` must be where the tree has a subtree of that length, as in the ranges of the proofs.
    """
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def fold(hashes: Sequence[Hash]) -> Hash:
    """The root over complete subtrees given largest first; the empty tree's for none."""
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root(size: int, read: Read) -> Hash:
    """The root of the first `size` entries."""
    return fold(read(cover(0, size)))


def inclusion_proof(index: int, size: int, read: Read) -> list[Hash]:
    """The proof that entry `index` is among the first `size`.

    Raises `ValueError` when it cannot be.
    """
    if not 0 <= index < size:
        message = f"entry {index} is not among {size}"
        raise ValueError(message)
    start, end = 0, size
    ranges: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _subtrees(ranges[::-1], read)


def consistency_proof(old: int, new: int, read: Read) -> list[Hash]:
    """The proof that the tree of `new` entries begins with that of `old`.

    Raises `ValueError` unless 0 < old <= new.
    """
    if not 0 < old <= new:
        message = f"no proof leads from {old} entries to {new}"
        raise ValueError(message)
    start, end, known = 0, new, True
    ranges: list[tuple[int, int]] = []
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, known = middle, False
    if not known:
        ranges.append((start, end))
    return _subtrees(ranges[::-1], read)


def _subtrees(ranges: Sequence[tuple[int, int]], read: Read) -> list[Hash]:
    covers = [cover(start, end) for start, end in ranges]
    hashes = iter(read([node for nodes in covers for node in nodes]))
    return [fold([next(hashes) for _ in nodes]) for nodes in covers]


def verify_inclusion(
    leaf: Hash, index: int, size: int, proof: Sequence[Hash], expected: Hash
) -> bool:
    """Whether `proof` shows the entry with hash `leaf` at `index` of the tree `expected`."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == expected


def verify_consistency(
    old: int, new: int, proof: Sequence[Hash], old_root: Hash, new_root: Hash
) -> bool:
    """Whether `proof` shows that the tree `new_root` begins with the tree `old_root`."""
    if old == 0:
        return not proof and old_root == EMPTY
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


class Tree:
    """A tree that is computed from its entries, in memory: for checking, and for offline proofs."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._levels: list[list[Hash]] = [[]]
        for entry in entries:
            self.append(entry)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, entry: bytes) -> int:
        """Add one entry; answers its index."""
        index = place = len(self)
        found, level = leaf_hash(entry), 0
        self._levels[0].append(found)
        while place & 1:
            found = node_hash(self._levels[level][place - 1], found)
            place, level = place >> 1, level + 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(found)
        return index

    def read(self, nodes: Sequence[Node]) -> list[Hash]:
        """The hashes of complete subtrees."""
        return [self._levels[level][place] for level, place in nodes]

    def root(self, size: int | None = None) -> Hash:
        """The root of the first `size` entries, or of all."""
        return root(len(self) if size is None else size, self.read)

    def inclusion(self, index: int, size: int | None = None) -> list[Hash]:
        """The proof that entry `index` is among the first `size`, or among all."""
        return inclusion_proof(index, len(self) if size is None else size, self.read)

    def consistency(self, old: int, new: int | None = None) -> list[Hash]:
        """The proof that the first `new` entries, or all, begin with the first `old`."""
        return consistency_proof(old, len(self) if new is None else new, self.read)


class Roots:
    """Roots while streaming: only the right edge is kept, so a million entries need no memory."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[Hash] = []

    def append(self, entry: bytes) -> None:
        """Add one entry."""
        found, place = leaf_hash(entry), self.size
        while place & 1:
            found, place = node_hash(self._edge.pop(), found), place >> 1
        self._edge.append(found)
        self.size += 1

    def root(self) -> Hash:
        """The root so far."""
        return fold(self._edge)
