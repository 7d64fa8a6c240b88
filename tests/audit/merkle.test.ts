import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../domain/audit/bytes.ts';
import {
  appendLeaf,
  consistencyProof,
  emptyFrontier,
  frontierAt,
  frontierRoot,
  hashLeaf,
  hashNode,
  inclusionProof,
  isConsistent,
  isIncluded,
  rootAt,
  type TreeReader,
} from '../../domain/audit/merkle.ts';
import { sha256 } from '../../main/audit/node-crypto.ts';

// The eight leaves and the roots of the certificate-transparency project's own tests (merkle_tree_test.cc).
const ctLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(fromHex);
const ctRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

function buildTree(entries: readonly Uint8Array[]): TreeReader & { readonly leaves: readonly Uint8Array[] } {
  const leaves = entries.map((entry) => hashLeaf(sha256, entry));
  const subtrees: Uint8Array[] = [];
  let frontier = emptyFrontier;
  for (const leaf of leaves) {
    const next = appendLeaf(sha256, frontier, leaf);
    frontier = next.frontier;
    subtrees.push(next.subtree);
  }
  return { leaves, leafAt: (seq) => leaves[seq]!, subtreeEndingAt: (seq) => subtrees[seq]! };
}

/** RFC 6962 §2.1 word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return hashNode(sha256, naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** RFC 6962 §2.1.1 word for word. */
function naivePath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** RFC 6962 §2.1.2 word for word. */
function naiveSubproof(m: number, leaves: readonly Uint8Array[], isWhole: boolean): Uint8Array[] {
  if (m === leaves.length) return isWhole ? [] : [naiveRoot(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...naiveSubproof(m, leaves.slice(0, k), isWhole), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

describe('Merkle tree', () => {
  it('gives the roots of the certificate-transparency test vectors for 0 to 8 leaves', () => {
    const tree = buildTree(ctLeaves);
    expect(ctRoots.map((_, size) => toHex(rootAt(sha256, tree, size)))).toEqual(ctRoots);
  });

  it('gives the inclusion and consistency proofs of the certificate-transparency test vectors', () => {
    const tree = buildTree(ctLeaves);
    expect({
      included: inclusionProof(sha256, tree, 5, 8).map(toHex),
      consistent: consistencyProof(sha256, tree, 6, 8).map(toHex),
    }).toEqual({
      included: [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
      consistent: [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    });
  });

  it('agrees with the definitions of RFC 6962 for every size and place up to 40 leaves', () => {
    const tree = buildTree(Array.from({ length: 40 }, (_, i) => Uint8Array.of(i)));
    for (let size = 1; size <= 40; size++) {
      const leaves = tree.leaves.slice(0, size);
      const root = naiveRoot(leaves);
      expect(toHex(rootAt(sha256, tree, size))).toBe(toHex(root));
      expect(toHex(frontierRoot(sha256, frontierAt(tree, size)))).toBe(toHex(root));
      for (let seq = 0; seq < size; seq++) {
        const proof = inclusionProof(sha256, tree, seq, size);
        expect(proof.map(toHex)).toEqual(naivePath(seq, leaves).map(toHex));
        expect(isIncluded(sha256, leaves[seq]!, seq, size, root, proof)).toBe(true);
      }
      for (let first = 1; first <= size; first++) {
        const proof = consistencyProof(sha256, tree, first, size);
        expect(proof.map(toHex)).toEqual(naiveSubproof(first, leaves, true).map(toHex));
        const before = { size: first, root: naiveRoot(leaves.slice(0, first)) };
        expect(isConsistent(sha256, before, { size, root }, proof)).toBe(true);
      }
    }
  });

  it('refuses a proof of which anything was changed', () => {
    const tree = buildTree(Array.from({ length: 200 }, (_, i) => Uint8Array.of(i)));
    const flip = (hash: Uint8Array): Uint8Array => hash.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), fc.nat(), (size, a, b, c) => {
        const root = rootAt(sha256, tree, size);
        const seq = a % size;
        const leaf = tree.leafAt(seq);
        const path = inclusionProof(sha256, tree, seq, size);
        const bent = path.map((hash, i) => (i === b % path.length ? flip(hash) : hash));
        expect(isIncluded(sha256, leaf, seq, size, root, bent)).toBe(false);
        expect(isIncluded(sha256, flip(leaf), seq, size, root, path)).toBe(false);
        expect(isIncluded(sha256, leaf, seq, size, root, path.slice(1))).toBe(false);
        expect(isIncluded(sha256, leaf, seq, size, root, [...path, root])).toBe(false);
        expect(isIncluded(sha256, leaf, (seq + 1 + (c % (size - 1))) % size, size, root, path)).toBe(false);

        const first = { size: 1 + (b % (size - 1)), root: rootAt(sha256, tree, 1 + (b % (size - 1))) };
        const second = { size, root };
        const proof = consistencyProof(sha256, tree, first.size, size);
        const bentProof = proof.map((hash, i) => (i === c % proof.length ? flip(hash) : hash));
        expect(isConsistent(sha256, first, second, bentProof)).toBe(false);
        expect(isConsistent(sha256, { ...first, root: flip(first.root) }, second, proof)).toBe(false);
        expect(isConsistent(sha256, first, { size, root: flip(root) }, proof)).toBe(false);
        expect(isConsistent(sha256, first, second, proof.slice(1))).toBe(false);
        expect(isConsistent(sha256, first, second, [...proof, root])).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
