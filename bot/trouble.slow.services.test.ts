import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { en } from './replies/texts/en.ts';
import type { GateFault } from './testing/apiGate.ts';
import { eventually, held, released } from './testing/botPlatform.ts';
import { type BotWorld, createBotWorld } from './testing/botWorld.ts';
import type { Person } from './testing/discord/payloads.ts';
import type { Act } from './testing/discord/standIn.ts';
import type { OrderedFault, StoredChannel } from './testing/discord/state.ts';
import { answered, buttonOf, finished, offering, repliedPrivately, titled } from './testing/reading.ts';

let world: BotWorld;
let person: Person;
let channel: StoredChannel;

beforeAll(async () => {
  world = await createBotWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  person = world.newPerson();
  channel = world.discord.addChannel();
  await pace(0);
});

const grant = 1_000;
const pace = (secondsPerStep: number) => world.platform.backend.control({ simulate: { secondsPerStep } });
const imagine = (prompt = 'a well'): Act =>
  world.discord.slash(person, channel, 'imagine', { prompt, size: '256x256', steps: 8 });
const requestsOf = (act: Act) =>
  world.discord.state.requests.filter(({ path }) => path.includes(act.interaction.token));

/** One task, in this state, paid for once where it succeeded and not at all otherwise. */
async function expectOneTask(status: 'succeeded' | 'cancelled'): Promise<void> {
  await eventually(async () => {
    const { items } = await world.clientOf(person).listTasks();
    expect(items.map((task) => task.status)).toEqual([status]);
    const paid = status === 'succeeded' ? (items[0]?.cost ?? 0) : 0;
    const left = { available: grant - paid, held: 0 };
    expect(await world.clientOf(person).getBalance()).toMatchObject(left);
  });
}
async function expectNothingHappened(): Promise<void> {
  expect((await world.clientOf(person).listTasks()).items).toEqual([]);
  expect(await world.clientOf(person).getBalance()).toMatchObject({ available: grant, held: 0 });
}

const generate = /^POST \/api\/v1\/generate\//;

test.each<[string, RegExp, GateFault, number, string]>([
  ['is down', generate, 'cut', 3, en.unreachable],
  ['is down for everything', /./, 'cut', 12, en.unreachable],
  [
    'asks for patience',
    generate,
    { status: 429, code: 'rate-limited', retryAfterSeconds: 60 },
    1,
    en.waitSeconds(60),
  ],
  [
    'has a full queue',
    generate,
    { status: 503, code: 'queue-full', retryAfterSeconds: 30 },
    1,
    en.problem['queue-full'],
  ],
  [
    'knows the bot no longer',
    generate,
    { status: 401, code: 'unauthenticated' },
    1,
    en.problem.unauthenticated,
  ],
  ['says something new', generate, { status: 418, code: 'teapot' }, 1, en.unexpected],
  ['fails', generate, { status: 500, code: 'internal' }, 1, en.problem.internal],
])('when the API %s, only the person is told, without charge', async (_, pattern, fault, times, sentence) => {
  world.gate.strike(pattern, fault, times);
  expect(await repliedPrivately(world.discord, imagine())).toContain(sentence);
  world.gate.calm();
  await expectNothingHappened();
});

test('a slow API gets a deferral in time, its answer later', async () => {
  const { release } = world.gate.stall();
  const act = imagine();
  await eventually(() => expect(act.message().loading).toBe(true));
  release();
  await finished(act);
  expect(world.discord.state.missed).toEqual([]);
  await expectOneTask('succeeded');
});

test('after 15 s of silence the person reads that it takes longer', async () => {
  const { release } = world.gate.stall();
  const act = imagine();
  const list = world.discord.slash(person, world.discord.addChannel(), 'history');
  for (const one of [act, list]) await eventually(() => expect(one.message().loading).toBe(true));
  world.clock.advance(15_000);
  for (const one of [act, list]) await answered(one, en.slow);
  release();
  await answered(list, en.historyTitle);
  const message = await finished(act);
  expect(message.attachments).toHaveLength(1);
  // The earlier text is gone.
  expect(message.content).toBe('');
  expect(list.message().content).not.toContain(en.slow);
  await expectOneTask('succeeded');
});

test('a short 429 of the API is waited for', async () => {
  world.gate.strike(generate, { status: 429, code: 'rate-limited', retryAfterSeconds: 1 });
  await finished(imagine());
  await expectOneTask('succeeded');
});

const countTries = () => world.gate.requests.filter((one) => generate.test(one)).length;

test('a request with a lost answer is repeated and makes one task', async () => {
  world.gate.strike(generate, 'lose');
  const before = countTries();
  await finished(imagine());
  // The result may come first, by an event; then a late try would use up the next test's strike.
  await eventually(() => expect(countTries()).toBe(before + 2));
  await expectOneTask('succeeded');
});

test("a task is shown even if the API's answers are lost", async () => {
  world.gate.strike(generate, 'lose', 3);
  const before = countTries();
  const act = imagine();
  await finished(act);
  await eventually(() => expect(countTries()).toBe(before + 3));
  await expectOneTask('succeeded');
  // By the time another request is answered, this one has been given up.
  channel = world.discord.addChannel();
  await finished(imagine('another well'));
  const said = [...world.discord.state.messages.values()].filter(
    ({ channelId }) => channelId === act.interaction.channelId,
  );
  expect(said).toEqual([act.message()]);
  expect(act.message().attachments).toHaveLength(1);
});

test('a task whose request seemed to fail is cancelled when it appears', async () => {
  await pace(3_600);
  const sockets = world.gate.refuseSockets();
  world.gate.strike(generate, 'lose', 3);
  expect(await repliedPrivately(world.discord, imagine())).toContain(en.unreachable);
  expect((await world.clientOf(person).listTasks()).items).toHaveLength(1);
  sockets.release();
  await expectOneTask('cancelled');
});

type Fault = Omit<OrderedFault, 'times' | 'path'>;
test.each<[string, 'callback' | 'message', Fault, number]>([
  ['loses its answer to the deferral', 'callback', { method: 'POST', status: 500, afterEffect: true }, 1],
  ['is too busy for the deferral', 'callback', { method: 'POST', status: 429 }, 1],
  ['loses its answer to an edit', 'message', { method: 'PATCH', status: 500, afterEffect: true }, 1],
  ['is too busy for edits', 'message', { method: 'PATCH', status: 429 }, 3],
  ['ends the token before its time', 'message', { method: 'PATCH', status: 401, code: 50027 }, 1],
])('when Discord %s, the result arrives on its one message', async (_, at, fault, times) => {
  const path = at === 'callback' ? /^\/interactions\// : /^\/webhooks\//;
  world.discord.state.faults.push({ ...fault, path, times });
  const act = imagine();
  const message = await finished(act);
  expect(message.attachments).toHaveLength(1);
  const there = [...world.discord.state.messages.values()].filter((one) => one.channelId === channel.id);
  expect(there).toEqual([message]);
  expect(world.discord.state.faults).toEqual([]);
  await expectOneTask('succeeded');
});

test.each<[string, (act: Act) => void]>([
  ['its message is deleted', (act) => void world.discord.state.messages.delete(act.message().id)],
  [
    'its channel is deleted',
    (act) => {
      world.clock.advance(16 * 60_000);
      world.discord.state.channels.delete(act.interaction.channelId);
    },
  ],
  [
    'the channel is closed to the bot',
    () => {
      world.clock.advance(16 * 60_000);
      channel.reachable = false;
    },
  ],
  [
    'the bot may not write there any more',
    () => {
      world.clock.advance(16 * 60_000);
      const forbidden = {
        method: 'PATCH',
        path: new RegExp(`^/channels/${channel.id}/`),
        status: 403,
        code: 50013,
      };
      world.discord.state.faults.push({ ...forbidden, times: 1 });
    },
  ],
])('when %s in mid-run, the task goes on and /task shows it', async (_, happen) => {
  await world.platform.backend.control(held);
  const act = imagine();
  await offering(act, 'cancel');
  happen(act);
  await world.platform.backend.control(released);
  await expectOneTask('succeeded');
  const elsewhere = world.discord.addChannel();
  const shown = await finished(world.discord.slash(person, elsewhere, 'task', {}));
  expect(shown.attachments).toHaveLength(1);
  // Exactly one useless try.
  const failed = requestsOf(act).filter(({ status }) => status >= 400);
  expect(failed.length).toBeLessThanOrEqual(1);
});

test('what Discord posts is answered as what came by the gateway, a repeated post once', async () => {
  const { discord, bot } = world;
  await discord.enterEndpoint(bot.interactionsUrl);
  const act = imagine();
  const message = await finished(act);
  act.redeliver();
  await eventually(() => expect(requestsOf(act).map(({ code }) => code)).toContain(40060));
  const typing = discord.autocomplete(person, channel, 'imagine', 'model', 'sd');
  await eventually(() => expect(typing.interaction.callback?.type).toBe(8));
  const form = discord.click(person, channel, message, buttonOf(message, 'edit'));
  await eventually(() => expect(form.interaction.callback?.type).toBe(9));
  await discord.enterEndpoint(undefined);
  const posted = discord.state.posts.filter(({ interactionId }) => interactionId === act.interaction.id);
  expect(posted).toEqual([202, 202].map((status) => ({ interactionId: act.interaction.id, status })));
  await expectOneTask('succeeded');
});

test('a channel has one party, of two that begin at once too, and a bot that starts knows it', async () => {
  const begin = () => world.discord.slash(person, channel, 'party', { theme: 'boats', minutes: 5 });
  const told = (words: string) =>
    [...world.discord.state.messages.values()].filter(
      ({ channelId, content, loading }) => channelId === channel.id && !loading && content.includes(words),
    ).length;
  const counts = () => [told('Until <t:'), told('The party goes on')];
  begin();
  begin();
  await eventually(() => expect(counts()).toEqual([1, 1]));
  await world.restartBot();
  begin();
  await eventually(() => expect(counts()).toEqual([1, 2]));
  // One that cannot be shown holds nothing.
  const other = world.discord.addChannel();
  const path = /^\/webhooks\//;
  world.discord.state.faults.push({ method: 'PATCH', path, status: 400, code: 50035, times: 1 });
  await repliedPrivately(world.discord, world.discord.slash(person, other, 'party', { theme: 'boats' }));
  await answered(world.discord.slash(person, other, 'party', { theme: 'boats' }), 'Until <t:');
});

test('an interaction that came too late is given up quietly', async () => {
  world.discord.state.faults.push({
    method: 'POST',
    path: /^\/interactions\//,
    status: 404,
    code: 10062,
    times: 1,
  });
  const act = imagine();
  await eventually(() =>
    expect(
      world.discord.state.requests.some(
        ({ path, code }) => path.includes(act.interaction.token) && code === 10062,
      ),
    ).toBe(true),
  );
  await finished(imagine());
  await expectOneTask('succeeded');
});

test('a failed task says so, with its credits back and a retry', async () => {
  const act = imagine('a well [fault:error]');
  const message = await titled(act, en.title.failed);
  expect(message.embeds[0]?.description).toContain('Nothing was charged');
  expect(buttonOf(message, 'reroll')).toBeDefined();
  expect(await world.clientOf(person).getBalance()).toMatchObject({ available: grant, held: 0 });
});

test('a gateway that drops the bot is resumed or joined anew', async () => {
  const { gateway } = world.discord;
  const before = { identified: gateway.identified, resumed: gateway.resumed };
  gateway.drop();
  // Sent without a connection: the resumed session gets it.
  const missed = imagine();
  await finished(missed);
  expect(gateway).toMatchObject({ identified: before.identified, resumed: before.resumed + 1 });
  gateway.invalidate();
  await eventually(() => expect(gateway.identified).toBe(before.identified + 1));
  await eventually(() => expect(world.bot.isReady()).toBe(true));
  await finished(imagine());
});

test('a bot removed from its server in mid-run loses no task', async () => {
  await world.platform.backend.control(held);
  const act = imagine();
  await offering(act, 'cancel');
  world.discord.removeBot();
  await world.platform.backend.control(released);
  await expectOneTask('succeeded');
  // By the token once and by the bot once, which showed that it was of no use.
  const isOfRun = ({ path }: { path: string }) =>
    path.includes(act.interaction.token) || path.includes(channel.id);
  const failed = world.discord.state.requests.filter((one) => isOfRun(one) && one.status >= 400);
  expect(failed.length).toBeLessThanOrEqual(2);
  expect(world.bot.isReady()).toBe(true);
});
