import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Flood, floodBot } from '@star-graph/bot/testing/floodBot';
import { type Measurement, showPercentiles } from '../report.ts';

const flooding = { count: 1_000, overMs: 10_000 };

/** The bot's acknowledgements within Discord's three seconds, and its memory, while its API never answers. */
export async function measureBotFlood(): Promise<Measurement[]> {
  const compileCacheDir = await mkdtemp(join(tmpdir(), 'star-graph-bench-cache-'));
  try {
    // The launcher's bot finds its modules compiled, except at the very first start.
    await floodBot({ count: 1, overMs: 0, compileCacheDir });
    return present(await floodBot({ ...flooding, compileCacheDir }));
  } finally {
    await rm(compileCacheDir, { recursive: true, force: true });
  }
}

function present({ sent, missed, deferredMs, answeredMs, peakBytes, isAlive }: Flood): Measurement[] {
  const peak = peakBytes === undefined ? 'not told' : `${Math.round(peakBytes / 2 ** 20)} MiB at most`;
  const what = `${sent.toLocaleString('en')} interactions over ${flooding.overMs / 1_000} s, the API stalled`;
  return [
    {
      what: `${what}: deferred`,
      measured: `${showPercentiles(deferredMs, 0.99)}, ${missed} missed${isAlive ? '' : ', the bot ended'}`,
      limit: '',
      target: 'none missed, p99 ≤ 300 ms',
    },
    {
      what: `${what}: choices and forms, which cannot be deferred`,
      measured: showPercentiles(answeredMs, 0.99),
      limit: '',
      target: '≤ 3 s',
    },
    { what: `${what}: memory of the bot`, measured: peak, limit: '', target: '≤ 200 MB' },
  ];
}
