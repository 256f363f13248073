import { isDeepStrictEqual } from 'node:util';
import type { OutputFile } from '../../../../comfy/comfy.ts';
import { newId } from '../../../../ground/runtime/ids.ts';
import type { NewOutput } from '../../../tasks/attemptTransitions.ts';
import type { AssignedAttempt } from '../attempt.ts';
import { type CollectDeps, collectFile, resultsOf } from './collectFile.ts';

/**
 * A picture that is fetched, proven and written as soon as its node has named it, while the end of the run is still
 * being read. Only the history says whether it is a result: it appears in our storage after that, or never. Whatever
 * fails here is done again after the end, where faults are told apart and retried.
 */
export interface EarlyOutput {
  /** A node has written these files. */
  fetch(files: readonly OutputFile[]): void;
  /** The history names it as a result. @returns undefined if it has to be fetched now */
  take(file: OutputFile): Promise<NewOutput | undefined>;
  /** Nothing more of it is needed. Resolves when nothing is left of a picture that was not taken. */
  end(): Promise<void>;
}

/** One picture for each attempt is held in memory: no more than a collect after the end holds. */
const mostBytes = 8 * 1_024 * 1_024;

interface Fetching {
  file: OutputFile;
  output: Promise<NewOutput | undefined>;
  confirm(): void;
  giveUp(reason: Error): void;
}

export function createEarlyOutput(deps: CollectDeps, attempt: AssignedAttempt): EarlyOutput {
  let fetching: Fetching | undefined;
  /** A file that is written twice is another one now. */
  let isStale = false;

  function begin(file: OutputFile): Fetching {
    const confirmed = Promise.withResolvers<void>();
    confirmed.promise.catch(() => undefined);
    const stop = new AbortController();
    const output = collectFile(deps, attempt, file, {
      id: newId(),
      limitBytes: Math.min(mostBytes, deps.limits.outputBytes),
      signal: AbortSignal.any([attempt.signals.run, stop.signal]),
      proof: confirmed.promise,
    }).catch((error: unknown) => {
      deps.logger.debug({ err: error, ...attempt.fence }, 'an output was not collected before the end');
      return undefined;
    });
    return {
      file,
      output,
      confirm: confirmed.resolve,
      giveUp(reason) {
        confirmed.reject(reason);
        stop.abort(reason);
      },
    };
  }

  return {
    fetch(files) {
      if (fetching) isStale ||= files.some((file) => isDeepStrictEqual(file, fetching?.file));
      const [first] = resultsOf(files, attempt.workflow);
      if (!fetching && first?.type === 'output' && first.media === 'image') fetching = begin(first);
    },
    async take(file) {
      if (!fetching || isStale || !isDeepStrictEqual(file, fetching.file)) return undefined;
      fetching.confirm();
      return await fetching.output;
    },
    async end() {
      fetching?.giveUp(new Error('the output is not a result'));
      await fetching?.output;
    },
  };
}
