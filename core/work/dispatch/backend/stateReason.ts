import type { BackendState } from '../../../ground/db/models/backend.ts';

/** The size of the column. */
const mostCharacters = 500;

/** Faults that the dispatcher itself finds, in words for an operator. Faults of a server have their words already. */
const sentences: Readonly<Record<string, string>> = {
  'it did not answer': 'It stopped answering while it had a task. It is looked at again every few seconds.',
  'it executes nothing':
    'Its queue waits and nothing runs. If that lasts, its worker is dead: restart ComfyUI.',
  'it does not stop':
    'It was told to drop a prompt and has not done so for a minute. If that lasts, its worker is dead: restart ComfyUI.',
  'it holds a prompt that is over':
    'It holds a prompt that it was told to drop. If that lasts, its worker is dead: restart ComfyUI.',
};

const restingSentences: Readonly<Record<Extract<BackendState, 'resting' | 'trial'>, string>> = {
  resting:
    'More than half of its last attempts speak against it, or its queue waited and nothing ran, so it rests for a while. Attempts of its tasks, and the log of ComfyUI, have the faults.',
  trial: 'It rested after faults and gets one task at a time now, until one succeeds.',
};

const brokenBy = (proof: string): string =>
  `What it delivered proves it broken: ${proof}. Look at its nodes, disk and packages. It gets one task after a pause, and rests longer if that ends so too.`;

/**
 * Why a backend is not up, in a sentence; null when it is.
 * @param down why it was found or declared down
 * @param proof what it delivered that proves it broken
 */
export function explainState(
  state: BackendState | undefined,
  down: string | undefined,
  proof?: string,
): string | null {
  if (down !== undefined) return (sentences[down] ?? down).slice(0, mostCharacters);
  if (state === 'resting' && proof !== undefined) return brokenBy(proof).slice(0, mostCharacters);
  return state === 'resting' || state === 'trial' ? restingSentences[state] : null;
}
