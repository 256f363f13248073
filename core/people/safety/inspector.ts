import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import type { QuarantineReason } from '../../ground/db/models/quarantine.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { sampleFrames } from '../../media/sampleFrames.ts';
import { createTemporaryFile } from '../../media/temporaryFile.ts';
import { type Classifier, reachedClasses, type Scores, worstOf } from './classifier.ts';

export interface InspectionPolicy {
  thresholds: Scores;
  action: 'quarantine' | 'label';
  onFailure: 'closed' | 'open';
  tempDirectory: string;
}

/** What becomes of a picture. `noted`: it is shown, and moderators find it among what was released. */
export type Verdict =
  | { kind: 'clear' }
  | { kind: 'noted' | 'withheld'; reason: QuarantineReason; scores: Scores | null };

/** Looks at pictures before anybody is shown them. */
export interface Inspector {
  inspectFile(file: string, signal: AbortSignal): Promise<Verdict>;
  /** The same for a stored object; one that is gone is clear. */
  inspectObject(storageKey: string, signal: AbortSignal): Promise<Verdict>;
  close(): Promise<void>;
}

const reasons: Record<string, QuarantineReason> = {
  porn: 'sexual',
  hentai: 'sexual',
  sexy: 'sexual',
  violence: 'violence',
  gore: 'violence',
  hate: 'hate',
  minors: 'minors',
};

export function createInspector(
  deps: { classifier: Classifier; storage: Pick<Storage, 'open'>; logger: Logger },
  policy: InspectionPolicy,
): Inspector {
  async function inspectFile(file: string, signal: AbortSignal): Promise<Verdict> {
    try {
      const frames: Scores[] = [];
      for (const jpeg of await sampleFrames(file, { signal }))
        frames.push(await deps.classifier.classify(jpeg, signal));
      return judge(worstOf(frames));
    } catch (error) {
      signal.throwIfAborted();
      deps.logger.warn({ err: error }, 'a picture could not be classified');
      return policy.onFailure === 'open'
        ? { kind: 'clear' }
        : { kind: 'withheld', reason: 'unchecked', scores: null };
    }
  }

  function judge(scores: Scores): Verdict {
    const [worst] = reachedClasses(scores, policy.thresholds).sort(
      (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0),
    );
    if (worst === undefined) return { kind: 'clear' };
    const kind = policy.action === 'label' ? 'noted' : 'withheld';
    return { kind, reason: reasons[worst] ?? 'other', scores };
  }

  return {
    inspectFile,
    async inspectObject(storageKey, signal) {
      using opened = await deps.storage.open(storageKey);
      if (!opened) return { kind: 'clear' };
      await using copy = await createTemporaryFile(policy.tempDirectory);
      await pipeline(opened.stream, createWriteStream(copy.path, { flags: 'wx' }), { signal });
      return await inspectFile(copy.path, signal);
    },
    close: () => deps.classifier.close(),
  };
}
