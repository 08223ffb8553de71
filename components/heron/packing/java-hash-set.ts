import { hashOfText } from "./java-hash";
import { RedBlackTree } from "./red-black-tree";

const initialCapacity = 16;
const loadFactor = 0.75;
/** A bin that would grow beyond this many entries becomes a tree, */
const longestList = 8;
/** but only in a table of this capacity; a smaller one is doubled instead. */
const treeCapacity = 64;
/** A tree that a doubling leaves with this many entries becomes a list again. */
const smallestTree = 6;

interface Entry<T> {
  readonly item: T;
  readonly hash: number;
}

/** The entries of one bin in the order in which they are iterated; `tree` once the bin is long. */
interface Bin<T> {
  readonly entries: Entry<T>[];
  tree?: RedBlackTree<Entry<T>> | undefined;
}

/**
 * A set that iterates in the order of a `java.util.HashSet` (or the keys of a `HashMap`) of OpenJDK 8 and later with the
 * same history of additions and removals, tree bins included. Only entries of equal hash in one tree bin may differ: there
 * Java falls back on the objects' addresses. Items are told apart by identity, and adding one twice is a mistake.
 */
export class JavaHashSet<T> implements Iterable<T> {
  private bins: (Bin<T> | undefined)[];
  private count = 0;

  /** @param expected the number of items, when Java makes the set from a collection of that size. */
  constructor(
    private readonly hashOf: (item: T) => number,
    expected = 0,
  ) {
    this.bins = new Array<Bin<T> | undefined>(capacityFor(expected));
  }

  get size(): number {
    return this.count;
  }

  add(item: T): void {
    const entry = { item, hash: spread(this.hashOf(item)) };
    const index = this.indexOf(entry.hash);
    const bin = this.bins[index];
    if (bin === undefined) {
      this.bins[index] = { entries: [entry] };
    } else if (bin.tree === undefined) {
      bin.entries.push(entry);
      if (bin.entries.length > longestList) this.relieve(bin);
    } else {
      insertIntoTree(bin, bin.tree, entry);
    }
    this.count += 1;
    if (this.count > this.bins.length * loadFactor) this.double();
  }

  delete(item: T): void {
    const index = this.indexOf(spread(this.hashOf(item)));
    const bin = this.bins[index];
    const at = bin?.entries.findIndex((entry) => entry.item === item) ?? -1;
    if (bin === undefined || at < 0) throw new Error("Cannot delete an item that the set does not hold.");
    const [entry] = bin.entries.splice(at, 1);
    this.count -= 1;
    if (bin.entries.length === 0) {
      this.bins[index] = undefined;
    } else if (bin.tree !== undefined && entry !== undefined) {
      deleteFromTree(bin, bin.tree, entry);
    }
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const bin of this.bins) {
      if (bin === undefined) continue;
      for (const { item } of bin.entries) yield item;
    }
  }

  private indexOf(hash: number): number {
    return hash & (this.bins.length - 1);
  }

  private relieve(bin: Bin<T>): void {
    if (this.bins.length < treeCapacity) this.double();
    else grow(bin);
  }

  private double(): void {
    const { bins } = this;
    this.bins = new Array<Bin<T> | undefined>(bins.length * 2);
    bins.forEach((bin, index) => {
      if (bin !== undefined) this.split(bin, index, bins.length);
    });
  }

  /** Divides a bin of the smaller table between its two places in the doubled one. */
  private split(bin: Bin<T>, index: number, capacity: number): void {
    const low = bin.entries.filter(({ hash }) => (hash & capacity) === 0);
    if (low.length === 0 || low.length === bin.entries.length) {
      this.bins[low.length === 0 ? index + capacity : index] = half(bin, bin.entries);
      return;
    }
    const high = bin.entries.filter(({ hash }) => (hash & capacity) !== 0);
    this.bins[index] = half(bin, low);
    this.bins[index + capacity] = half(bin, high);
  }
}

/** The set with the items added, in their order. */
export function filled<T>(set: JavaHashSet<T>, items: Iterable<T>): JavaHashSet<T> {
  for (const item of items) set.add(item);
  return set;
}

/** The names in the order in which Java iterates a `HashMap` that has them as keys, put in the order given. */
export function inHashOrder(names: Iterable<string>): string[] {
  return [...filled(new JavaHashSet<string>(hashOfText), new Set(names))];
}

function half<T>(bin: Bin<T>, entries: Entry<T>[]): Bin<T> {
  if (bin.tree === undefined || entries.length <= smallestTree) return { entries };
  if (entries.length === bin.entries.length) return bin;
  const tree: Bin<T> = { entries };
  grow(tree);
  return tree;
}

function grow<T>(bin: Bin<T>): void {
  const tree = new RedBlackTree<Entry<T>>();
  for (const entry of bin.entries) tree.insert(entry);
  bin.tree = tree;
  moveRootToFront(bin, tree);
}

function insertIntoTree<T>(bin: Bin<T>, tree: RedBlackTree<Entry<T>>, entry: Entry<T>): void {
  const parent = tree.insert(entry);
  const at = parent === undefined ? -1 : bin.entries.indexOf(parent);
  bin.entries.splice(at + 1, 0, entry);
  moveRootToFront(bin, tree);
}

function deleteFromTree<T>(bin: Bin<T>, tree: RedBlackTree<Entry<T>>, entry: Entry<T>): void {
  if (tree.isSparse) {
    bin.tree = undefined;
    return;
  }
  tree.delete(entry);
  moveRootToFront(bin, tree);
}

function moveRootToFront<T>(bin: Bin<T>, tree: RedBlackTree<Entry<T>>): void {
  const root = tree.rootItem;
  if (root === undefined || bin.entries[0] === root) return;
  bin.entries.splice(bin.entries.indexOf(root), 1);
  bin.entries.unshift(root);
}

function spread(hash: number): number {
  return hash ^ (hash >>> 16);
}

function capacityFor(expected: number): number {
  let capacity = initialCapacity;
  while (capacity < Math.floor(expected / loadFactor) + 1) capacity *= 2;
  return capacity;
}
