import type { ListedAssetView } from '@star-graph/contract/assets/assetList';

type Listed = Pick<ListedAssetView, 'id' | 'createdAt' | 'task'>;

/** Of a picture with what was made of it: the newest stands for all of them. */
export interface StackMark {
  /** The oldest of them, which the others come from. */
  root: string;
  count: number;
  isOpen: boolean;
  isCover: boolean;
}

/**
 * Folds each picture with its variants, enlargements and redrawn parts to one. An open stack shows all of them behind
 * its cover. Pictures that are not loaded yet join when they are.
 * @param listed the newest first
 */
export function foldStacks<One extends Listed>(
  listed: readonly One[],
  open: ReadonlySet<string>,
): { shown: readonly One[]; marks: ReadonlyMap<string, StackMark> } {
  const byRoot = Map.groupBy(listed, createRootFinder(listed));
  const marks = new Map<string, StackMark>();
  const shown: One[] = [];
  for (const [root, members] of byRoot) {
    const [cover, ...others] = members;
    if (!cover) continue;
    shown.push(cover);
    if (others.length === 0) continue;
    const isOpen = open.has(root);
    const mark = { root, count: members.length, isOpen };
    marks.set(cover.id, { ...mark, isCover: true });
    if (!isOpen) continue;
    for (const other of others) {
      marks.set(other.id, { ...mark, isCover: false });
      // They stand in the month of their cover.
      shown.push({ ...other, createdAt: cover.createdAt });
    }
  }
  return { shown, marks };
}

/** Made of a picture that it was given, or gone on from a task without one: then of that task's first. */
function createRootFinder(listed: readonly Listed[]): (one: Listed) => string {
  const byId = new Map(listed.map((one) => [one.id, one]));
  const byTask = new Map(listed.flatMap((one) => (one.task ? [[one.task.id, one]] : [])));
  const roots = new Map<string, string>();
  const parentOf = ({ task }: Listed): Listed | undefined => {
    const input = task?.inputs?.map((id) => byId.get(id)).find((found) => found !== undefined);
    return input ?? byTask.get(task?.parentId ?? '');
  };
  const findRoot = (one: Listed): string => {
    const known = roots.get(one.id);
    if (known !== undefined) return known;
    const parent = parentOf(one);
    // What is made of a picture is younger, and so nothing comes from itself.
    const root = parent && parent.id < one.id ? findRoot(parent) : one.id;
    roots.set(one.id, root);
    return root;
  };
  return findRoot;
}
