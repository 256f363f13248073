import { describe, expect, test } from 'vitest';
import { ComfyFault, type HistoryEntry, type Location, type OutputFile } from '../../../../comfy/comfy.ts';
import { silentLogger } from '../../../../testing/dispatch/dispatchSetup.ts';
import { createManualClock } from '../../../../testing/manualClock.ts';
import { type Removal, removePrompt } from './removePrompt.ts';

/** `succeeded`: finished, as its history, which is read next, says. */
type Look = Location | 'succeeded' | 'no answer';

const output: OutputFile = {
  nodeId: '9',
  filename: 'a.png',
  subfolder: '',
  type: 'output',
  media: 'image',
  isAnimated: false,
};

/**
 * Removes a prompt from a backend that answers `looks` in turn and then repeats the last one. Returns how it ended
 * and the requests until then.
 */
async function letGoOf(
  looks: readonly Look[],
  options: { isPostSettled?: boolean; patienceMs?: number; lostHistories?: number } = {},
) {
  const { isPostSettled = true, patienceMs = Number.POSITIVE_INFINITY } = options;
  let { lostHistories = 0 } = options;
  const clock = createManualClock();
  const seen: Look[] = [];
  let cancels = 0;
  const client = {
    cancel: async () => {
      cancels += 1;
    },
    locate: async () => {
      const look = looks[Math.min(seen.length, looks.length - 1)] ?? 'absent';
      seen.push(look);
      if (look === 'no answer') throw new ComfyFault('timed-out', 'no answer');
      return look === 'succeeded' ? 'finished' : look;
    },
    history: async (promptId: string): Promise<HistoryEntry> => {
      if (lostHistories-- > 0) throw new ComfyFault('timed-out', 'no answer');
      const isSuccess = seen.at(-1) === 'succeeded';
      const result = { kind: isSuccess ? ('succeeded' as const) : ('interrupted' as const) };
      return { promptId, result, outputs: [output] };
    },
  };
  const left = new AbortController();
  const prompt = { promptId: 'f3b1c1d0-0000-4000-8000-000000000000', isPostSettled };
  let end: Removal['kind'] | undefined;
  const done = removePrompt({ client, clock, logger: silentLogger }, prompt, patienceMs, left.signal).then(
    (result) => {
      end = result.kind;
    },
  );
  for (let elapsedMs = 0; end === undefined && elapsedMs < 60_000; elapsedMs += 50) await clock.advance(50);
  const endedAtMs = clock.monotonicMs();
  left.abort(new Error('the test is over'));
  await done.catch(() => undefined);
  return { end, seen, cancels, endedAtMs };
}

describe('letting go of a prompt', () => {
  test('is over only when a look shows that the backend lacks it', async () => {
    const looks: Look[] = ['running', 'running', 'running', 'finished'];
    expect(await letGoOf(looks)).toMatchObject({ end: 'released', seen: looks, cancels: 1 });
  });

  test('reports success even when the history does not answer at first', async () => {
    expect(await letGoOf(['running', 'succeeded'])).toMatchObject({ end: 'ran', cancels: 1 });
    expect(await letGoOf(['succeeded'], { lostHistories: 2 })).toMatchObject({ end: 'ran' });
    expect(await letGoOf(['succeeded'], { lostHistories: 100, patienceMs: 10_000 })).toMatchObject({
      end: 'stuck',
    });
  });

  test('needs one look without it when no POST is in flight', async () => {
    expect(await letGoOf(['pending', 'absent'])).toMatchObject({
      end: 'released',
      seen: ['pending', 'absent'],
    });
  });

  test('needs two looks a second apart while a POST may arrive', async () => {
    const { end, seen, endedAtMs } = await letGoOf(['absent', 'pending', 'absent'], { isPostSettled: false });
    expect(end).toBe('released');
    expect(seen.slice(0, 3)).toEqual(['absent', 'pending', 'absent']);
    expect(seen.length).toBeGreaterThan(3);
    expect(endedAtMs).toBeGreaterThanOrEqual(1_000);
  });

  test('never ends while the backend holds it, and cancels every five seconds', async () => {
    const { end, cancels } = await letGoOf(['running']);
    expect(end).toBeUndefined();
    expect(cancels).toBe(12);
  });

  test('calls a backend stuck that still holds the prompt after the limit', async () => {
    const { end, endedAtMs } = await letGoOf(['running'], { patienceMs: 10_000 });
    expect(end).toBe('stuck');
    expect(endedAtMs).toBeGreaterThanOrEqual(10_000);
  });

  test('calls a backend dead after twelve silent seconds, not after a moment', async () => {
    const { end, endedAtMs } = await letGoOf(['running', 'no answer']);
    expect(end).toBe('dead');
    expect(endedAtMs).toBeGreaterThanOrEqual(12_000);
    const silence: Look[] = ['running', 'no answer', 'no answer', 'running', 'finished'];
    expect(await letGoOf(silence)).toMatchObject({ end: 'released', seen: silence });
  });
});
