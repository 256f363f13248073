import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { foldStacks, type StackMark } from './foldStacks.ts';

export interface Stacks {
  marks: ReadonlyMap<string, StackMark>;
  onStack(root: string): void;
}

/** Whether this browser's gallery folds. */
const storageKey = 'gallery-stacks';

export interface StackSwitch {
  isOn: boolean;
  toggle(): void;
}

const none: ReadonlySet<string> = new Set();
const noMarks: ReadonlyMap<string, StackMark> = new Map();

/**
 * Which pictures the grid shows: all of them, or one for each stack that is not open.
 * @param mayFold a search or a filter shows each picture that fits
 */
export function useStacks(
  listed: readonly ListedAssetView[],
  mayFold: boolean,
): Stacks & { shown: readonly ListedAssetView[]; folding: StackSwitch } {
  const [open, setOpen] = useState(none);
  const [isOn, setOn] = useState(() => localStorage.getItem(storageKey) !== 'off');
  const isFolding = mayFold && isOn;
  const folded = useMemo(
    () => (isFolding ? foldStacks(listed, open) : { shown: listed, marks: noMarks }),
    [listed, open, isFolding],
  );
  const onStack = useCallback(
    (root: string) => setOpen((last) => last.symmetricDifference(new Set([root]))),
    [],
  );
  const toggle = () => {
    setOn(!isOn);
    localStorage.setItem(storageKey, isOn ? 'off' : 'on');
  };
  return { ...folded, onStack, folding: { isOn, toggle } };
}
