import { assert } from '../result.ts';
import { bytesEqual } from './bytes.ts';

export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/**
 * How a stored tree is read. Each leaf's row keeps the hash of the largest perfect subtree that ends with that
 * leaf; the root of every size, and every proof, is then a matter of O(log n) rows, with no table of inner nodes.
 */
export interface TreeReader {
  leafAt(seq: number): Uint8Array;
  subtreeEndingAt(seq: number): Uint8Array;
}

/** The perfect subtrees that make up a tree of `size` leaves, the largest first. */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
}

export const emptyFrontier: Frontier = { size: 0, peaks: [] };

/** Source: RFC 6962 §2.1; the leading byte keeps a leaf from passing as an inner node. */
export function hashLeaf(sha256: Sha256, entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(entry.length + 1);
  input.set(entry, 1);
  return sha256(input);
}

// Filled anew for every node: a verification hashes one for each entry.
const nodeInput = new Uint8Array(65);
nodeInput[0] = 1;

/** Source: RFC 6962 §2.1. */
export function hashNode(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return sha256(nodeInput);
}

/** Adds a leaf. `subtree` is the hash of the largest perfect subtree that the leaf completes. */
export function appendLeaf(
  sha256: Sha256,
  frontier: Frontier,
  leaf: Uint8Array,
): { readonly frontier: Frontier; readonly subtree: Uint8Array } {
  const peaks = frontier.peaks.slice();
  let subtree = leaf;
  for (let rest = frontier.size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = peaks.pop();
    assert(left !== undefined, 'a frontier has one peak for every one bit of its size');
    subtree = hashNode(sha256, left, subtree);
  }
  peaks.push(subtree);
  return { frontier: { size: frontier.size + 1, peaks }, subtree };
}

/** The root of the tree that a frontier describes; of no leaves, the hash of nothing (RFC 6962 §2.1). */
export function frontierRoot(sha256: Sha256, frontier: Frontier): Uint8Array {
  if (frontier.peaks.length === 0) return sha256(new Uint8Array());
  return frontier.peaks.reduceRight((right, left) => hashNode(sha256, left, right));
}

/** The frontier that a stored tree had when it held `size` leaves. */
export function frontierAt(tree: TreeReader, size: number): Frontier {
  const peaks: Uint8Array[] = [];
  let end = 0;
  for (let width = largestPowerOfTwoUpTo(size); width >= 1; width /= 2) {
    if (end + width > size) continue;
    end += width;
    // `end` is an odd multiple of `width`, so the largest subtree ending here is exactly that wide.
    peaks.push(tree.subtreeEndingAt(end - 1));
  }
  return { size, peaks };
}

/** The root that a stored tree had when it held `size` leaves. */
export function rootAt(sha256: Sha256, tree: TreeReader, size: number): Uint8Array {
  return frontierRoot(sha256, frontierAt(tree, size));
}

/** The hashes that prove leaf `seq` to be in the tree of `size` leaves. Source: RFC 9162 §2.1.3.1. */
export function inclusionProof(
  sha256: Sha256,
  tree: TreeReader,
  seq: number,
  size: number,
): readonly Uint8Array[] {
  assert(seq >= 0 && seq < size, 'an inclusion proof is for a leaf within the tree');
  const path: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (seq < middle) {
      path.unshift(rangeHash(sha256, tree, middle, end));
      end = middle;
    } else {
      path.unshift(rangeHash(sha256, tree, start, middle));
      start = middle;
    }
  }
  return path;
}

/** The hashes that prove the tree of `first` leaves to be a beginning of that of `second`. Source: RFC 9162 §2.1.4.1. */
export function consistencyProof(
  sha256: Sha256,
  tree: TreeReader,
  first: number,
  second: number,
): readonly Uint8Array[] {
  assert(
    first > 0 && first <= second,
    'a consistency proof goes from a non-empty tree to one at least as large',
  );
  const path: Uint8Array[] = [];
  let start = 0;
  let end = second;
  let isWholeFirst = true;
  while (first - start !== end - start) {
    const middle = start + splitPoint(end - start);
    if (first <= middle) {
      path.unshift(rangeHash(sha256, tree, middle, end));
      end = middle;
    } else {
      path.unshift(rangeHash(sha256, tree, start, middle));
      start = middle;
      isWholeFirst = false;
    }
  }
  if (!isWholeFirst) path.unshift(rangeHash(sha256, tree, start, end));
  return path;
}

/** Whether the proof shows `leaf` at place `seq` of the tree with that size and root. Source: RFC 9162 §2.1.3.2. */
export function isIncluded(
  sha256: Sha256,
  leaf: Uint8Array,
  seq: number,
  size: number,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (seq < 0 || seq >= size) return false;
  let place = seq;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = hashNode(sha256, sibling, hash);
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = hashNode(sha256, hash, sibling);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && bytesEqual(hash, root);
}

/** Whether the proof shows the first tree to be a beginning of the second. Source: RFC 9162 §2.1.4.2. */
export function isConsistent(
  sha256: Sha256,
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (first.size <= 0 || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && bytesEqual(first.root, second.root);
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let place = first.size - 1;
  let last = second.size - 1;
  while (place % 2 === 1) {
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  let firstHash = start;
  let secondHash = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      firstHash = hashNode(sha256, sibling, firstHash);
      secondHash = hashNode(sha256, sibling, secondHash);
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      secondHash = hashNode(sha256, secondHash, sibling);
    }
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && bytesEqual(firstHash, first.root) && bytesEqual(secondHash, second.root);
}

/** The hash over leaves `start` (included) to `end` (excluded); `start` is a multiple of the range's leading power of two. */
function rangeHash(sha256: Sha256, tree: TreeReader, start: number, end: number): Uint8Array {
  const width = end - start;
  if (isPowerOfTwo(width)) return perfectHash(sha256, tree, end, width);
  const middle = start + splitPoint(width);
  return hashNode(
    sha256,
    perfectHash(sha256, tree, middle, middle - start),
    rangeHash(sha256, tree, middle, end),
  );
}

/** The hash of the perfect subtree of `width` leaves that ends before `end`. */
function perfectHash(sha256: Sha256, tree: TreeReader, end: number, width: number): Uint8Array {
  if (width === 1) return tree.leafAt(end - 1);
  const isLargestEndingHere = (end / width) % 2 === 1;
  if (isLargestEndingHere) return tree.subtreeEndingAt(end - 1);
  const half = width / 2;
  return hashNode(sha256, perfectHash(sha256, tree, end - half, half), perfectHash(sha256, tree, end, half));
}

/** The largest power of two smaller than `width` (RFC 6962's k). */
function splitPoint(width: number): number {
  return largestPowerOfTwoUpTo(width - 1);
}

function largestPowerOfTwoUpTo(limit: number): number {
  let power = 1;
  while (power * 2 <= limit) power *= 2;
  return power;
}

function isPowerOfTwo(value: number): boolean {
  return largestPowerOfTwoUpTo(value) === value;
}
