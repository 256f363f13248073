import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { every } from '@star-graph/core/ground/runtime/every';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { createProgressBus } from '@star-graph/core/work/events/progressBus';
import pino from 'pino';
import { expect, test } from 'vitest';
import { mcpFixture, small } from '../testing/mcpServer.ts';
import { imagesOf, linksOf, textOf } from '../testing/readResult.ts';

const { pool, platform, enter, reached } = mcpFixture();

test('a task that runs on is shown with its last preview, and without a result', async () => {
  const { client, person } = await enter();
  const started = await client.callTool({
    name: 'generate',
    arguments: { workflow: 'text2img', params: small, waitSeconds: 0 },
  });
  const { taskId } = started.structuredContent as { taskId: string };
  const { attempt } = await reached(taskId, 'running');
  const base64 = (await createTwoColours(8, 8).jpeg().toBuffer()).toString('base64');
  const { redis, prefix } = platform.redis;
  const bus = createProgressBus({ redis, prefix, clock: systemClock, log: pino({ level: 'silent' }) });
  const source = { taskId, userId: person.user.id, apiKeyId: null, attempt };
  let percent = 0;
  // The GPU server is held: it says nothing itself.
  const stop = every(systemClock, 50, () => {
    percent += 0.01;
    bus.publish(source, { percent, preview: { mime: 'image/jpeg', base64 } });
  });
  const seen = await eventually(async () => {
    const result = await client.callTool({ name: 'wait', arguments: { taskId, waitSeconds: 1 } });
    expect(imagesOf(result)).toHaveLength(1);
    return result;
  }).finally(stop);
  expect(imagesOf(seen)).toMatchObject([{ mimeType: 'image/jpeg', data: base64 }]);
  expect([linksOf(seen), textOf(seen)]).toEqual([[], expect.stringContaining('runs')]);
  await pool.release();
  const ended = await client.callTool({ name: 'wait', arguments: { taskId, waitSeconds: 600 } });
  expect(linksOf(ended)).toHaveLength(1);
});
