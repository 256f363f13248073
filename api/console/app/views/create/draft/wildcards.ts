import { signal } from '@preact/signals';
import {
  fillWildcards,
  findWildcardStart,
  listWildcards as listNames,
} from '@star-graph/workflows/translation/wildcards';
import { useEffect } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import { texts } from '../texts.ts';

/** How many lines each list of the operator's has, in the order of their names; undefined until they have come. */
export const wildcardCounts = signal<ReadonlyMap<string, number> | undefined>(undefined);
/** Of those that a prompt has named. */
const lines = signal<ReadonlyMap<string, readonly string[]>>(new Map());
const failure = signal<unknown>(undefined);
const asked = new Map<string, Promise<void>>();

/** Each once for the page; after a failure the next prompt asks again. */
function ask(name: string, read: () => Promise<void>): void {
  if (asked.has(name)) return;
  failure.value = undefined;
  asked.set(
    name,
    read().catch((error: unknown) => {
      asked.delete(name);
      failure.value = error;
    }),
  );
}

const askCounts = () =>
  ask('', async () => {
    const { items } = await api.listWildcards({});
    wildcardCounts.value = new Map(items.map(({ name, count }) => [name, count]));
  });

const askLines = (name: string) =>
  ask(name, async () => {
    const { lines: found } = await api.getWildcard({ params: { name } });
    lines.value = new Map([...lines.value, [name, found]]);
  });

export interface Wildcards {
  /** Those that the prompt names and that are there. */
  named: readonly { name: string; count: number }[];
  /** Why it cannot be sent. */
  fault?: string;
  isLoading: boolean;
  /** The same prompt with a line in each place, by chance. */
  fill(prompt: string): string;
}

export const linesOf = (name: string) => lines.value.get(name);
export const drawFrom = (count: number, chance: number): number => Math.floor(chance * count);

const fill: Wildcards['fill'] = (prompt) =>
  fillWildcards(prompt, linesOf, (count) => drawFrom(count, Math.random()));

/** What the prompt takes of the operator's lists. */
export function useWildcards(prompt: string): Wildcards {
  const names = listNames(prompt);
  const [counts, found] = [wildcardCounts.value, lines.value];
  const there = names.filter((name) => counts?.has(name));
  useEffect(() => {
    if (names.length > 0) askCounts();
    for (const name of there) askLines(name);
  }, [names.join(), there.join()]);
  const unknown = counts ? names.filter((name) => !counts.has(name)) : [];
  const fault =
    unknown.length > 0
      ? texts.unknownWildcards(unknown.map((name) => `__${name}__`).join(', '))
      : names.length > 0 && failure.value !== undefined
        ? describeProblem(failure.value)
        : undefined;
  return {
    named: there.map((name) => ({ name, count: counts?.get(name) ?? 0 })),
    ...(fault !== undefined && { fault }),
    isLoading: fault === undefined && names.some((name) => !found.has(name)),
    fill,
  };
}

interface Typing {
  field: HTMLTextAreaElement;
  start: number;
  end: number;
  typed: string;
}

/** The name of a list that is being typed in the prompt. */
export const typing = signal<Typing | undefined>(undefined);

export function noteTyping({ target }: Event): void {
  if (!(target instanceof HTMLTextAreaElement) || target.name !== 'prompt') return;
  const end = target.selectionStart;
  const found = target.selectionEnd === end ? findWildcardStart(target.value.slice(0, end)) : undefined;
  if (found) askCounts();
  typing.value = found && { field: target, end, ...found };
}
