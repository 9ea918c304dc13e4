"""The tree against the vectors of RFC 6962's own test log and against a second implementation (pymerkle)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from chassis import merkle
from chassis.merkle import Edge

ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves of the reference test log (certificate-transparency, merkle_tree_test)."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


class Grown:
    """A tree grown leaf by leaf, as the journal grows, with the edge at every size."""

    def __init__(self, entries: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.edges = [Edge()]
        for idx, entry in enumerate(entries):
            leaf = merkle.leaf_hash(entry)
            edge, made = self.edges[-1].append(leaf)
            self.edges.append(edge)
            self.nodes[0, idx] = leaf
            self.nodes.update({(level, at): value for level, at, value in made})

    def node_at(self, level: int, idx: int) -> bytes:
        return self.nodes[level, idx]

    def root(self, size: int) -> bytes:
        return self.edges[size].root()


@pytest.fixture(scope="module")
def reference() -> Grown:
    return Grown(ENTRIES)


def test_root_of_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert Edge().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_are_those_of_the_reference_log(reference: Grown) -> None:
    assert [edge.root().hex() for edge in reference.edges[1:]] == ROOTS


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference_log(
    reference: Grown, index: int, size: int, path: list[str]
) -> None:
    assert [part.hex() for part in merkle.inclusion_proof(index, size, reference.node_at)] == path


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference_log(
    reference: Grown, old: int, new: int, proof: list[str]
) -> None:
    assert [part.hex() for part in merkle.consistency_proof(old, new, reference.node_at)] == proof


def test_every_proof_up_to_65_leaves_holds_and_no_other_root_does() -> None:
    tree = Grown([bytes([n]) for n in range(65)])
    for size in range(1, 66):
        root, other = tree.root(size), tree.root(size - 1)
        for index in range(size):
            leaf, path = tree.nodes[0, index], merkle.inclusion_proof(index, size, tree.node_at)
            assert merkle.verify_inclusion(leaf, index, size, path, root)
            assert not merkle.verify_inclusion(leaf, index, size, path, other)
        for old in range(size + 1):
            proof = merkle.consistency_proof(old, size, tree.node_at)
            assert merkle.verify_consistency(old, size, tree.root(old), root, proof)
            assert not merkle.verify_consistency(old, size, tree.root(old), other, proof) or old == 0 != size


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70), st.data())
def test_agrees_with_a_second_implementation(entries: list[bytes], data: st.DataObject) -> None:
    ours, theirs = Grown(entries), InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    size = data.draw(st.integers(1, len(entries)))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert ours.root(size) == theirs.get_root(size)

    inclusion = theirs.prove_inclusion(index + 1, size)
    assert inclusion.path == [ours.nodes[0, index], *merkle.inclusion_proof(index, size, ours.node_at)]
    verify_inclusion(ours.nodes[0, index], ours.root(size), inclusion)

    proof = merkle.consistency_proof(old, size, ours.node_at)
    assert merkle.verify_consistency(old, size, theirs.get_root(old), theirs.get_root(size), proof)
    verify_consistency(ours.root(old), ours.root(size), theirs.prove_consistency(old, size))


@given(st.integers(1, 300), st.data())
def test_a_proof_bent_anywhere_is_refused(size: int, data: st.DataObject) -> None:
    tree = Grown([n.to_bytes(2) for n in range(size)])
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaf, root = tree.nodes[0, index], tree.root(size)
    path = merkle.inclusion_proof(index, size, tree.node_at)
    proof = merkle.consistency_proof(old, size, tree.node_at)
    foreign = merkle.leaf_hash(b"foreign")
    assert not merkle.verify_inclusion(foreign, index, size, path, root)
    for bent in _bent(path, foreign):
        assert not merkle.verify_inclusion(leaf, index, size, bent, root)
    for bent in _bent(proof, foreign):
        assert not merkle.verify_consistency(old, size, tree.root(old), root, bent)
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda other: other != index)) if size > 1 else size
    assert not merkle.verify_inclusion(leaf, elsewhere, size, path, root)


def _bent(proof: list[bytes], foreign: bytes) -> list[list[bytes]]:
    swapped = [[*proof[:at], foreign, *proof[at + 1 :]] for at in range(len(proof))]
    return [*swapped, [*proof, foreign], *([proof[1:], proof[:-1]] if proof else [])]


@given(st.integers(0, 500))
def test_an_edge_comes_back_from_its_bytes(size: int) -> None:
    edge = Edge()
    for number in range(size):
        edge, _ = edge.append(merkle.leaf_hash(number.to_bytes(2)))
    assert Edge.from_bytes(size, edge.to_bytes()) == edge


@pytest.mark.parametrize(("size", "raw"), [(0, bytes(32)), (3, bytes(32)), (1, bytes(31)), (-1, b"")])
def test_bytes_that_are_no_edge_are_refused(size: int, raw: bytes) -> None:
    with pytest.raises(ValueError, match="has no edge of"):
        Edge.from_bytes(size, raw)


def test_an_append_leaves_the_old_edge_as_it_was() -> None:
    before = Edge().append(merkle.leaf_hash(b"a"))[0]
    copy = Edge(*before)
    after, made = before.append(merkle.leaf_hash(b"b"))
    assert before == copy
    assert made == [(1, 0, after.root())]


@pytest.mark.parametrize("size", [0, 1, 2, 7, 8, 64, 100])
def test_the_edge_at_any_size_is_found_from_the_nodes(size: int) -> None:
    tree = Grown([bytes([n]) for n in range(100)])
    assert merkle.edge_at(size, tree.node_at) == tree.edges[size]


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(index, size, Grown([]).node_at)
    assert not merkle.verify_inclusion(bytes(32), index, size, [], bytes(32))


def test_no_proof_that_a_tree_begins_with_a_larger_one() -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        merkle.consistency_proof(4, 3, Grown([]).node_at)
    assert not merkle.verify_consistency(4, 3, bytes(32), bytes(32), [])
