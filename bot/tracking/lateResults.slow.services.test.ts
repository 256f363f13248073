import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type BotWorld, createBotWorld } from '../testing/botWorld.ts';
import type { StoredChannel, StoredMessage } from '../testing/discord/state.ts';
import { actionsOf, buttonOf, finished, offering, titleOf } from '../testing/reading.ts';

let world: BotWorld;
const ann = { id: '200000000000000101', locale: 'en-US' };
const minuteMs = 60_000;

beforeAll(async () => {
  world = await createBotWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => pace(0));

/** The backend's speed from the next step on. */
const pace = (secondsPerStep: number) => world.platform.backend.control({ simulate: { secondsPerStep } });

/** A film that is being made and does not end before the pace is set to 0. */
async function startFilm(channel: StoredChannel, options: { private?: boolean } = {}) {
  await pace(1.5);
  const act = world.discord.slash(ann, channel, 'video', { prompt: 'a river', frames: 2, ...options });
  await offering(act, 'cancel');
  return act;
}
const editsTo = (message: StoredMessage, kind: 'channels' | 'webhooks') =>
  world.discord.state.requests.filter(
    ({ method, path }) => method === 'PATCH' && path.startsWith(`/${kind}/`) && path.endsWith(message.id),
  );

test('a video of 20 minutes arrives on the same message', async () => {
  const act = await startFilm(world.discord.addChannel());
  const { id } = act.message();
  world.clock.advance(20 * minuteMs);
  const tokenEdits = editsTo(act.message(), 'webhooks').length;
  await pace(0);
  const message = await finished(act);
  expect(message.id).toBe(id);
  expect(message.attachments.map(({ contentType }) => contentType)).toEqual(['video/mp4']);
  expect(actionsOf(message)).toContain('delete');
  // No request used an expired token.
  expect(editsTo(message, 'webhooks')).toHaveLength(tokenEdits);
  expect(editsTo(message, 'channels').at(-1)?.status).toBe(200);
});

test.each([1, 20])(
  'after %i minutes a message in a thread that was archived is completed',
  async (minutes) => {
    const thread = world.discord.addChannel();
    const act = await startFilm(thread);
    thread.archived = true;
    world.clock.advance(minutes * minuteMs);
    await pace(0);
    const message = await finished(act);
    expect(message.attachments.map(({ contentType }) => contentType)).toEqual(['video/mp4']);
    expect(thread.archived).toBe(false);
  },
);

test.each<[string, Partial<StoredChannel>, { private?: boolean }]>([
  ['only the person has the app', { reachable: false }, {}],
  ['the bot may not see the channel', { reachable: false, lacksPermission: true }, {}],
  ['nobody else sees the message', {}, { private: true }],
])("where %s, a ticket's button fetches the late result", async (_, kind, options) => {
  const channel = world.discord.addChannel(kind);
  const act = await startFilm(channel, options);
  expect(actionsOf(act.message())).toEqual(['cancel']);
  world.clock.advance(14 * minuteMs + 1);
  const ticket = await offering(act, 'fetch');
  expect(JSON.stringify(ticket.embeds)).toContain('Press the button below to see the result.');
  world.clock.advance(6 * minuteMs);
  await pace(0);
  const taskId = buttonOf(ticket, 'fetch').split(':')[2] ?? '';
  await vi.waitFor(async () => {
    const answer = await world.platform.api.call(`/api/admin/tasks/${taskId}`, {
      token: world.platform.adminToken,
    });
    expect(answer.body.status).toBe('succeeded');
  }, 60_000);
  // The message that only a click reaches is unchanged.
  expect(actionsOf(act.message())).toEqual(['cancel', 'fetch']);
  const fetched = await finished(world.discord.click(ann, channel, ticket, buttonOf(ticket, 'fetch')));
  expect(fetched.attachments.map(({ contentType }) => contentType)).toEqual(['video/mp4']);
  expect(fetched.ephemeral).toBe(options.private === true);
});

test('a ticket pressed too early offers itself again, then becomes the result', async () => {
  const channel = world.discord.addChannel({ reachable: false });
  const act = await startFilm(channel);
  world.clock.advance(14 * minuteMs + 1);
  const ticket = await offering(act, 'fetch');
  world.clock.advance(6 * minuteMs);
  const click = world.discord.click(ann, channel, ticket, buttonOf(ticket, 'fetch'));
  expect(actionsOf(await offering(click, 'cancel'))).toEqual(['cancel', 'fetch']);
  await pace(0);
  expect((await finished(click)).attachments).toHaveLength(1);
});

test('/task shows a running task again, and both messages get the result', async () => {
  const channel = world.discord.addChannel();
  const act = await startFilm(channel);
  const second = world.discord.slash(ann, channel, 'task', {});
  await offering(second, 'cancel');
  await pace(0);
  for (const shown of [act, second]) expect((await finished(shown)).attachments).toHaveLength(1);
  expect(second.message().id).not.toBe(act.message().id);
});

test('a bot restarted in mid-run still posts the ticket in time', async () => {
  const channel = world.discord.addChannel({ reachable: false });
  const act = await startFilm(channel);
  await world.restartBot();
  world.clock.advance(14 * minuteMs + 1);
  const ticket = await offering(act, 'fetch');
  await pace(0);
  await finished(act);
  expect(titleOf(ticket)).toBe('Done');
});

test('a failed edit is repeated, so the ticket is not lost', async () => {
  const channel = world.discord.addChannel({ reachable: false });
  const act = await startFilm(channel);
  await pace(3_600);
  // One more than the library's own tries.
  world.discord.state.faults.push({ method: 'PATCH', path: /^\/webhooks\//, status: 500, times: 5 });
  world.clock.advance(14 * minuteMs + 1);
  await offering(act, 'fetch');
  world.discord.click(ann, channel, act.message(), buttonOf(act.message(), 'cancel'));
  await vi.waitFor(() => expect(titleOf(act.message())).toBe('Cancelled'), 60_000);
});
