type Side = "left" | "right";

interface Node<T> {
  item: T;
  red: boolean;
  parent: Node<T> | undefined;
  left: Node<T> | undefined;
  right: Node<T> | undefined;
}

/**
 * A red-black tree by hash, with the textbook's rebalancing (Cormen, Leiserson, Rivest; successor takes a deleted node's
 * place). It stands behind the long bins of {@link JavaHashSet}, whose order depends on its shape.
 */
export class RedBlackTree<T extends { readonly hash: number }> {
  private root: Node<T> | undefined;

  get rootItem(): T | undefined {
    return this.root?.item;
  }

  /** Too few items to be worth a tree, by Java's measure. */
  get isSparse(): boolean {
    return this.root?.right === undefined || this.root.left?.left === undefined;
  }

  /** Adds an item and returns the one it was attached to, before the tree was rebalanced. */
  insert(item: T): T | undefined {
    let parent: Node<T> | undefined;
    for (let node = this.root; node !== undefined; node = node[sideFor(item, node)]) parent = node;
    const added: Node<T> = { item, red: true, parent, left: undefined, right: undefined };
    if (parent === undefined) this.root = added;
    else parent[sideFor(item, parent)] = added;
    const attachedTo = parent?.item;
    this.rebalanceFrom(added);
    return attachedTo;
  }

  /** Removes an item that is in the tree. */
  delete(item: T): void {
    let node = find(this.root, item);
    if (node === undefined) throw new Error("Cannot delete an item that the tree does not hold.");
    if (node.left !== undefined && node.right !== undefined) {
      const successor = leftmost(node.right);
      node.item = successor.item;
      node = successor;
    }
    const child = node.left ?? node.right;
    if (child === undefined) {
      if (!node.red) this.restoreBlack(node);
      this.replace(node, undefined);
    } else {
      this.replace(node, child);
      if (!node.red) this.restoreBlack(child);
    }
  }

  private rebalanceFrom(added: Node<T>): void {
    let node = added;
    while (node.parent?.red === true && node.parent.parent !== undefined) {
      const grandparent = node.parent.parent;
      const side = sideOf(node.parent);
      const uncle = grandparent[opposite(side)];
      if (uncle?.red === true) {
        node.parent.red = false;
        uncle.red = false;
        grandparent.red = true;
        node = grandparent;
        continue;
      }
      if (sideOf(node) !== side) {
        node = node.parent;
        this.rotate(node, side);
      }
      if (node.parent !== undefined) node.parent.red = false;
      grandparent.red = true;
      this.rotate(grandparent, opposite(side));
    }
    if (this.root !== undefined) this.root.red = false;
  }

  /** `short` stands where every path is one black node short. */
  private restoreBlack(short: Node<T>): void {
    let node = short;
    while (node.parent !== undefined && !node.red) {
      const { parent } = node;
      const side = sideOf(node);
      const far = opposite(side);
      if (parent[far]?.red === true) {
        parent[far].red = false;
        parent.red = true;
        this.rotate(parent, side);
      }
      const sibling = parent[far];
      if (sibling?.left?.red !== true && sibling?.right?.red !== true) {
        if (sibling !== undefined) sibling.red = true;
        node = parent;
        continue;
      }
      this.borrowFrom(sibling, parent, side);
      return;
    }
    node.red = false;
  }

  private borrowFrom(sibling: Node<T>, parent: Node<T>, side: Side): void {
    const far = opposite(side);
    let lender = sibling;
    if (lender[far]?.red !== true && lender[side] !== undefined) {
      lender[side].red = false;
      lender.red = true;
      const near = lender[side];
      this.rotate(lender, far);
      lender = near;
    }
    lender.red = parent.red;
    parent.red = false;
    if (lender[far] !== undefined) lender[far].red = false;
    this.rotate(parent, side);
    if (this.root !== undefined) this.root.red = false;
  }

  /** Turns `node` down to `side`; its child on the other side takes its place. */
  private rotate(node: Node<T>, side: Side): void {
    const far = opposite(side);
    const risen = node[far];
    if (risen === undefined) return;
    this.replace(node, risen);
    node[far] = risen[side];
    if (node[far] !== undefined) node[far].parent = node;
    risen[side] = node;
    node.parent = risen;
  }

  private replace(node: Node<T>, by: Node<T> | undefined): void {
    if (node.parent === undefined) this.root = by;
    else node.parent[sideOf(node)] = by;
    if (by !== undefined) by.parent = node.parent;
  }
}

function sideFor<T extends { readonly hash: number }>(item: T, node: Node<T>): Side {
  return item.hash < node.item.hash ? "left" : "right";
}

function sideOf<T>(node: Node<T>): Side {
  return node.parent?.left === node ? "left" : "right";
}

function opposite(side: Side): Side {
  return side === "left" ? "right" : "left";
}

function leftmost<T>(node: Node<T>): Node<T> {
  let first = node;
  while (first.left !== undefined) first = first.left;
  return first;
}

/** Rotations may leave items of equal hash on both sides of each other. */
function find<T extends { readonly hash: number }>(node: Node<T> | undefined, item: T): Node<T> | undefined {
  if (node === undefined || node.item === item) return node;
  if (item.hash < node.item.hash) return find(node.left, item);
  if (item.hash > node.item.hash) return find(node.right, item);
  return find(node.left, item) ?? find(node.right, item);
}
