import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { embedLength } from 'discord.js';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { LogEntry } from '../replies/logEmbed.ts';
import { en } from '../replies/texts/en.ts';
import { createModerationLog, type ModerationLogDeps } from './moderationLog.ts';

interface Posted {
  content?: string;
  embeds: { title: string; description: string }[];
  allowed_mentions: object;
}

const [guildId, logChannelId] = ['100000000000000001', '100000000000000002'];
const entryOf = (prompt: string): LogEntry => ({
  person: '100000000000000003',
  channelId: '100000000000000004',
  command: '/imagine',
  prompt,
  messageUrl: undefined,
  isPrivate: false,
  refusal: undefined,
});

/** A log whose posts wait until `open` is called. */
function createLog(over: Partial<ModerationLogDeps> = {}) {
  const posted: Posted[] = [];
  const gate = Promise.withResolvers<void>();
  const moderationLog = createModerationLog({
    clock: systemClock,
    log: pino({ level: 'silent' }),
    policies: { require: async () => ({ enabled: true, logChannelId }) },
    hasChannel: (guild, channel) => guild === guildId && channel === logChannelId,
    rest: {
      async post(path, options) {
        expect(path).toBe(`/channels/${logChannelId}/messages`);
        posted.push(options?.body as Posted);
        await gate.promise;
        return {};
      },
    },
    ...over,
  });
  return { moderationLog, posted, open: () => gate.resolve() };
}

test('waiting entries are posted in order, and excess ones only counted', async () => {
  const { moderationLog, posted, open } = createLog();
  const prompts = Array.from({ length: 150 }, (_, index) => `${index} ${'*'.repeat(700)}`);
  for (const prompt of prompts) moderationLog.record(guildId, entryOf(prompt));
  open();
  await moderationLog.stop();
  const shown = posted.flatMap(({ embeds }) =>
    embeds.map(({ description }) => Number(description.split(' ')[0])),
  );
  expect(shown).toEqual(prompts.slice(0, shown.length).map((_, index) => index));
  const missing = prompts.length - shown.length;
  expect(missing).toBeGreaterThan(0);
  expect(posted.map(({ content }) => content).filter(Boolean)).toEqual([en.log.leftOut(missing)]);
  for (const { embeds, allowed_mentions } of posted) {
    expect(embeds.length).toBeGreaterThan(0);
    expect(embeds.length).toBeLessThanOrEqual(10);
    expect(embeds.reduce((sum, embed) => sum + embedLength(embed), 0)).toBeLessThanOrEqual(6_000);
    expect(allowed_mentions).toEqual({ parse: [] });
  }
});

test("one server's flood delays no other log, and direct messages have none", async () => {
  const other = '100000000000000009';
  const { moderationLog, posted, open } = createLog({ hasChannel: () => true });
  for (let index = 0; index < 120; index++) moderationLog.record(guildId, entryOf('flood'));
  moderationLog.record(other, entryOf('calm'));
  moderationLog.record(null, entryOf('direct'));
  open();
  await moderationLog.stop();
  const prompts = posted.flatMap(({ embeds }) => embeds.map(({ description }) => description));
  expect(prompts.filter((prompt) => prompt !== 'flood')).toEqual(['calm']);
});

test("a log is never posted in another server's channel", async () => {
  const { moderationLog, posted, open } = createLog({ hasChannel: () => false });
  open();
  moderationLog.record(guildId, entryOf('a fox'));
  await moderationLog.stop();
  const broken = createLog({ policies: { require: () => Promise.reject(new Error('the API is away')) } });
  broken.moderationLog.record(guildId, entryOf('a fox'));
  await broken.moderationLog.stop();
  expect([posted, broken.posted]).toEqual([[], []]);
});
