import type { Board, Group, Layer } from './board.ts';

export type Stack = Pick<Board, 'layers' | 'groups'>;

export interface Branch<One = Layer, Of = Group> {
  own: Of;
  /** From the lowest to the highest. */
  nodes: StackNode<One, Of>[];
}
export type StackNode<One = Layer, Of = Group> = One | Branch<One, Of>;

export const isGroup = (one: Layer | Group): one is Group => !('tiles' in one);
export const isBranch = <One extends object, Of>(node: StackNode<One, Of>): node is Branch<One, Of> =>
  'nodes' in node;
const idOf = (node: StackNode): string => (isBranch(node) ? node.own.id : node.id);

export const mostGroups = 40;

type InGroup = Pick<Group, 'group'>;

/** A group that is named and not there, or lies in itself, is none. */
export function treeOf<One extends InGroup, Of extends InGroup & Pick<Group, 'id'>>({
  layers,
  groups,
}: {
  layers: readonly One[];
  groups: readonly Of[];
}): StackNode<One, Of>[] {
  const root: StackNode<One, Of>[] = [];
  const known = new Map(groups.map((group) => [group.id, group]));
  const branches = new Map<string, Branch<One, Of>>();
  const nodesOf = (id: string | undefined, inner: readonly string[] = []): StackNode<One, Of>[] => {
    const own = id === undefined || inner.includes(id) ? undefined : known.get(id);
    if (!own) return root;
    const before = branches.get(own.id);
    if (before) return before.nodes;
    const around = nodesOf(own.group, [...inner, own.id]);
    const branch: Branch<One, Of> = { own, nodes: [] };
    branches.set(own.id, branch);
    around.push(branch);
    return branch.nodes;
  };
  for (const layer of layers) nodesOf(layer.group).push(layer);
  return root;
}

function fromTree(root: readonly StackNode[]): Stack {
  const layers: Layer[] = [];
  const groups: Group[] = [];
  const walk = (nodes: readonly StackNode[], group?: string): void => {
    for (const node of nodes)
      if (isBranch(node)) {
        groups.push(node.own.group === group ? node.own : { ...node.own, group });
        walk(node.nodes, node.own.id);
      } else layers.push(node.group === group ? node : { ...node, group });
  };
  walk(root);
  return { layers, groups };
}

/** With the layers of each group beside each other, and no group without any. */
export const arrange = (stack: Stack): Stack => fromTree(treeOf(stack));

/** The groups that something is in, the innermost first. */
export function groupsAround({ groups }: Pick<Stack, 'groups'>, { group }: InGroup): Group[] {
  const around: Group[] = [];
  const find = (id: string | undefined) => groups.find((one) => one.id === id && !around.includes(one));
  for (let next = find(group); next; next = find(next.group)) around.push(next);
  return around;
}

/** By itself, or by a group that it is in. */
export const isHiddenIn = (stack: Pick<Stack, 'groups'>, one: Layer | Group): boolean =>
  one.isHidden || groupsAround(stack, one).some(({ isHidden }) => isHidden);
export const isLockedIn = (stack: Pick<Stack, 'groups'>, one: Layer | Group): boolean =>
  one.isLocked || groupsAround(stack, one).some(({ isLocked }) => isLocked);

/** Its layers are laid over each other before they are laid over what lies below. */
export const isApart = ({ opacity, blend }: Pick<Group, 'opacity' | 'blend'>): boolean =>
  opacity < 1 || blend !== undefined;

export const chosenIds = ({ chosen, alsoChosen = [] }: Board): readonly string[] =>
  chosen === undefined ? [] : [chosen, ...alsoChosen];

export const chosenGroup = ({ groups, chosen }: Board): Group | undefined =>
  groups.find(({ id }) => id === chosen);

/** All that these name, and all layers of the groups that they name. */
export const layersOf = (stack: Stack, ids: readonly string[]): Layer[] =>
  stack.layers.filter(
    (layer) => ids.includes(layer.id) || groupsAround(stack, layer).some(({ id }) => ids.includes(id)),
  );

/** What is moved, scaled and turned. */
export const chosenLayers = (board: Board): Layer[] => layersOf(board, chosenIds(board));

/** Puts what is chosen into a new group, where the highest of it lies. */
export function groupChosen(board: Board, name: string): Board {
  const ids = chosenIds(board);
  const inner = chosenLayers(board);
  const highest = inner.at(-1);
  if (!highest) return board;
  const above = [highest, ...groupsAround(board, highest)].findLast(({ id }) => ids.includes(id));
  const id = crypto.randomUUID();
  const own = { id, name, opacity: 1, isHidden: false, isLocked: false, group: above?.group };
  // What lies in a chosen group stays in it.
  const isOutermost = (one: Layer | Group) =>
    ids.includes(one.id) && !groupsAround(board, one).some((around) => ids.includes(around.id));
  const into = <One extends Layer | Group>(one: One): One => (isOutermost(one) ? { ...one, group: id } : one);
  const at = board.layers.indexOf(highest) + 1;
  const others = (layers: readonly Layer[]) => layers.filter((layer) => !inner.includes(layer));
  const layers = [
    ...others(board.layers.slice(0, at)),
    ...inner.map(into),
    ...others(board.layers.slice(at)),
  ];
  const stack = arrange({ layers, groups: [...board.groups.map(into), own] });
  return { ...board, ...stack, chosen: id, alsoChosen: undefined };
}

/** What was in it is chosen then. */
export function ungroup(board: Board, id: string): Board {
  const own = board.groups.find((group) => group.id === id);
  if (!own) return board;
  const out = <One extends Layer | Group>(one: One): One =>
    one.group === id ? { ...one, group: own.group } : one;
  const freed = [...board.layers, ...board.groups].filter(({ group }) => group === id);
  const groups = board.groups.filter((group) => group !== own).map(out);
  const [chosen, ...alsoChosen] = freed.map((one) => one.id);
  return { ...board, ...arrange({ layers: board.layers.map(out), groups }), chosen, alsoChosen };
}

export const changeGroup = (board: Board, id: string, change: Partial<Omit<Group, 'id'>>): Board => ({
  ...board,
  groups: board.groups.map((group) => (group.id === id ? { ...group, ...change } : group)),
});

interface Found {
  nodes: StackNode[];
  at: number;
  /** The group that it is in, and where that lies. */
  outer: Found | undefined;
}

function findNode(nodes: StackNode[], id: string, outer?: Found): Found | undefined {
  for (const [at, node] of nodes.entries()) {
    const found = { nodes, at, outer };
    if (idOf(node) === id) return found;
    const inner = isBranch(node) ? findNode(node.nodes, id, found) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/**
 * A layer or a group by one step: past what lies beside it, into an open group beside it, or out of its own.
 * @param by 1: upwards
 */
export function reorder(board: Board, id: string, by: 1 | -1): Board {
  const root = treeOf(board);
  const found = findNode(root, id);
  if (!found) return board;
  const { nodes, at, outer } = found;
  const beside = nodes[at + by];
  if (!beside && !outer) return board;
  const [node] = nodes.splice(at, 1) as [StackNode];
  if (!beside) outer?.nodes.splice(by === 1 ? outer.at + 1 : outer.at, 0, node);
  else if (isBranch(beside) && !beside.own.isLocked && !beside.own.isFolded)
    beside.nodes.splice(by === 1 ? 0 : beside.nodes.length, 0, node);
  else nodes.splice(at + by, 0, node);
  return { ...board, ...fromTree(root) };
}

/** A layer, or a group with all that is in it. The one below is chosen then, or else the one above. */
export function remove(board: Board, id: string): Board {
  const gone = layersOf(board, [id]);
  const [lowest] = gone;
  if (!lowest) return board;
  const at = board.layers.indexOf(lowest);
  const layers = board.layers.filter((layer) => !gone.includes(layer));
  const chosen = (layers[at - 1] ?? layers[at])?.id;
  return { ...board, ...arrange({ ...board, layers }), chosen, alsoChosen: undefined };
}

/** A layer, or a group with all that is in it, above itself. */
export function duplicate(board: Board, id: string, name: string): Board {
  const known = [...board.layers, ...board.groups].find((one) => one.id === id);
  const copied = layersOf(board, [id]);
  const highest = copied.at(-1);
  if (!known || !highest) return board;
  const inner = board.groups.filter((group) => groupsAround(board, group).some((one) => one.id === id));
  const ids = new Map([known, ...copied, ...inner].map((one) => [one.id, crypto.randomUUID()]));
  const copy = <One extends Layer | Group>(one: One): One => ({
    ...one,
    id: ids.get(one.id) ?? one.id,
    name: one.id === id ? name : one.name,
    group: (one.id !== id && one.group !== undefined && ids.get(one.group)) || one.group,
  });
  const layers = board.layers.toSpliced(board.layers.indexOf(highest) + 1, 0, ...copied.map(copy));
  const own = board.groups.filter((group) => ids.has(group.id)).map(copy);
  const stack = arrange({ layers, groups: [...board.groups, ...own] });
  return { ...board, ...stack, chosen: ids.get(id), alsoChosen: undefined };
}
