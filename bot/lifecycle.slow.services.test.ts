import { logRecordSchema } from '@star-graph/core/ground/telemetry/logRecord';
import { startOtlpReceiver } from '@star-graph/core/testing/services/otlpReceiver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './testing/botPlatform.ts';
import { startBotProcess } from './testing/botProcess.ts';
import { type BotWorld, createBotWorld } from './testing/botWorld.ts';
import { startDiscordStandIn } from './testing/discord/standIn.ts';
import { buttonOf, finished, offering, repliedPrivately, titleOf } from './testing/reading.ts';

let world: BotWorld;

beforeAll(async () => {
  world = await createBotWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test('a stop finishes the running edit, and the next bot continues', async () => {
  const person = world.newPerson();
  const channel = world.discord.addChannel();
  await world.platform.backend.control({ simulate: { secondsPerStep: 0.4 } });
  const act = world.discord.slash(person, channel, 'imagine', { prompt: 'a', size: '256x256', steps: 30 });
  await offering(act, 'cancel');
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  const arrived = new Promise<void>((resolve) =>
    world.discord.state.waits.push({ method: 'PATCH', path: /^\/webhooks\//, arrived: resolve, until }),
  );
  await arrived;
  const { edits } = act.message();
  const stopping = world.restartBot();
  let isOver = false;
  void stopping.then(() => {
    isOver = true;
  });
  // Work that a stop does not wait for ends before another service answers.
  await world.readTask(buttonOf(act.message(), 'cancel').split(':')[2] ?? '');
  expect(isOver).toBe(false);
  expect(act.message().edits).toBe(edits);
  release();
  await eventually(() => expect(act.message().edits).toBeGreaterThan(edits));
  await stopping;
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
  expect((await finished(act)).attachments).toHaveLength(1);
});

test('an interaction delivered twice, or to two processes, is answered once', async () => {
  const person = world.newPerson();
  const channel = world.discord.addChannel();
  const twin = await world.platform.startBot(world.discord, world.clock, {
    DISCORD_INTERACTIONS_PORT: '0',
  });
  await using _twin = { [Symbol.asyncDispose]: () => twin.stop() };
  await world.platform.backend.control({ simulate: { secondsPerStep: 0.3 } });
  const act = world.discord.slash(person, channel, 'imagine', { prompt: 'a', size: '256x256', steps: 8 });
  await offering(act, 'cancel');
  act.redeliver();
  // One of four deliveries was the first.
  await eventually(() => {
    const late = world.discord.state.requests.filter(
      ({ path, code }) => path.includes(act.interaction.token) && code === 40060,
    );
    expect(late).toHaveLength(3);
  });
  // Posted to both, which have the same servers, it is another one's too.
  for (const url of [world.bot.interactionsUrl, twin.interactionsUrl]) {
    await world.discord.enterEndpoint(url);
    act.redeliver();
  }
  await eventually(() => expect(world.discord.state.posts).toMatchObject([{ status: 202 }, { status: 202 }]));
  await world.discord.enterEndpoint(undefined);
  const message = await finished(act);
  const said = [...world.discord.state.messages.values()].filter((one) => one.channelId === channel.id);
  expect(said).toEqual([message]);
  expect(message).toMatchObject({ content: '', attachments: [{}] });
  expect((await world.clientOf(person).listTasks()).items).toHaveLength(1);
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
});

test('a bot takes as many shards as Discord advises, and answers on each', async () => {
  const { discord } = world;
  discord.state.shards = 2;
  const before = discord.gateway.identified;
  await world.restartBot();
  expect(discord.gateway.identified).toBe(before + 2);
  const inServer = discord.addChannel();
  const direct = discord.addChannel({ guildId: undefined });
  for (const channel of [inServer, direct])
    await repliedPrivately(discord, discord.slash(world.newPerson(), channel, 'balance'));
  discord.state.shards = 1;
  await world.restartBot();
});

test('the shards of a killed process are taken over once, and no interaction is answered twice', async () => {
  const { discord, platform, clock } = world;
  await world.bot.stop();
  const channel = discord.addChannel();
  const direct = discord.addChannel({ guildId: undefined });
  const shardOf = (count: number) => Number((BigInt(discord.guildId) >> 22n) % BigInt(count));
  discord.state.shards = [2, 3, 5].find((count) => shardOf(count) > 0) ?? 7;
  await using doomed = await startBotProcess({ ...platform.botEnv(discord), DISCORD_SHARDS: 'shared' });
  const age = (path: string) =>
    platform.database.raw('UPDATE bot_shards SET layout = JSON_SET(layout, ?, 0), version = version + 1', [
      path,
    ]);
  const owners = async () => {
    const { layout } = await platform.database('bot_shards').first();
    const { shards, processes } = layout as {
      shards: { process: string | null }[];
      processes: Record<string, { name: string }>;
    };
    return shards.map(({ process }) => [process, process && processes[process]?.name]);
  };
  const [[doomedId = ''] = []] = await owners();
  // As if its sessions had begun some seconds ago.
  await age('$.shards[0].givenAtMs');
  const env = {
    DISCORD_SHARDS: 'shared',
    STAR_GRAPH_API_URL: world.gate.url,
    DISCORD_INTERACTIONS_PORT: '0',
  };
  world.bot = await platform.startBot(discord, clock, env);
  const [first, ...others] = await owners();
  expect(first?.[0]).not.toBe(doomedId);
  expect(new Set(others.map(([id]) => id))).toEqual(new Set([doomedId]));
  expect(others[0]?.[1]).toContain(`:${doomed.pid}`);
  const answersTo = (act: { interaction: { token: string } }) =>
    discord.state.requests.filter(
      ({ path, code }) => path.includes(`${act.interaction.token}/callback`) && code === undefined,
    );
  await platform.backend.control({ simulate: { secondsPerStep: 2 } });
  const options = { prompt: 'a', size: '256x256', steps: 8 };
  const act = discord.slash(world.newPerson(), channel, 'imagine', options);
  await offering(act, 'cancel');
  const { gateway, state } = discord;
  const begun = gateway.identified;
  doomed.signal('SIGKILL');
  await doomed.ended;
  const unheard = discord.slash(world.newPerson(), channel, 'balance');
  await age(`$.processes."${doomedId}".leaseUntilMs`);
  clock.advance(3_000);
  await eventually(async () => expect((await owners()).map(([id]) => id)).not.toContain(doomedId));
  await eventually(() => expect(gateway.identified).toBe(begun + state.shards - 1));
  await eventually(() => expect(world.bot.isReady()).toBe(true));
  await platform.backend.control({ simulate: { secondsPerStep: 0 } });
  const [inServer, inDirect] = [discord.addChannel(), direct].map((one) =>
    discord.slash(world.newPerson(), one, 'balance'),
  );
  if (!inServer || !inDirect) throw new Error('two were asked');
  await repliedPrivately(discord, inServer);
  await eventually(() => expect(answersTo(inDirect)).toHaveLength(1));
  expect((await finished(act)).attachments).toHaveLength(1);
  for (const one of [act, inServer, inDirect]) expect(answersTo(one)).toHaveLength(1);
  expect(answersTo(unheard)).toEqual([]);
  discord.state.shards = 1;
  await world.restartBot();
});

test('commands are registered when they have changed, and not otherwise', async () => {
  const { state } = world.discord;
  const writes = state.commandWrites;
  await world.restartBot();
  expect(state.commandWrites).toBe(writes);
  const [first] = state.commands;
  if (!first) throw new Error('nothing is registered');
  const wanted = structuredClone(state.commands);
  state.commands[0] = { ...first, name_localizations: { 'zh-CN': '别的' } };
  await world.restartBot();
  expect(state.commandWrites).toBe(writes + 1);
  expect(state.commands).toEqual(wanted);
  // An extra one is a change too.
  state.commands.push({ name: 'vanished', description: 'Was here' });
  await world.restartBot();
  expect(state.commandWrites).toBe(writes + 2);
  expect(state.commands).toEqual(wanted);
});

test('the command that opens an Activity stays, and keeps no other from being registered', async () => {
  const { state } = world.discord;
  const ours = structuredClone(state.commands);
  const open = { name: 'launch', type: 4, handler: 2, description: '' } as unknown as (typeof ours)[number];
  state.commands.push(open);
  const writes = state.commandWrites;
  await world.restartBot();
  expect(state.commandWrites).toBe(writes);
  state.commands = state.commands.slice(1);
  await world.restartBot();
  expect(state.commandWrites).toBe(writes + 1);
  expect(state.commands).toEqual([...ours, expect.objectContaining(open)]);
  state.commands = ours;
});

test('where the console opens in Discord, the bot itself answers the command that opens it', async () => {
  const { gate, platform, discord, clock } = world;
  const { state } = discord;
  const ours = structuredClone(state.commands);
  const { body: status } = await platform.api.call('/api/public/status');
  const activity = { applicationId: '1', url: platform.api.url, filesFrom: platform.api.url };
  gate.strike(/^GET \/api\/public\/status/, { answer: { ...status, activity } }, Number.POSITIVE_INFINITY);
  state.commands.push({
    name: 'launch',
    type: 4,
    handler: 2,
    description: '',
  } as unknown as (typeof ours)[number]);
  const writes = state.commandWrites;
  clock.advance(31_000);
  await world.restartBot();
  expect(state.commandWrites).toBe(writes + 1);
  const entries = state.commands.filter(({ type }) => type === 4);
  expect(entries).toMatchObject([
    { name: 'launch', handler: 1, integration_types: [0, 1], contexts: [0, 1, 2] },
  ]);
  await world.restartBot();
  expect(state.commandWrites).toBe(writes + 1);
  gate.calm();
  state.commands = ours;
});

test('a bot that cannot read the commands serves, and registers later', async () => {
  const { state } = world.discord;
  const writes = state.commandWrites;
  state.commands.push({ name: 'vanished', description: 'Was here' });
  // The library tries four times.
  state.faults.push({ method: 'GET', path: /\/commands$/, status: 500, times: 8 });
  await world.restartBot();
  expect(state.faults).toMatchObject([{ times: 4 }]);
  await repliedPrivately(
    world.discord,
    world.discord.slash(world.newPerson(), world.discord.addChannel(), 'balance'),
  );
  world.clock.advance(5_000);
  await eventually(() => expect(state.faults).toEqual([]));
  expect(state.commandWrites).toBe(writes);
  world.clock.advance(10_000);
  await eventually(() => expect(state.commandWrites).toBe(writes + 1));
});

test("a message whose task ended during an hour's absence is completed", async () => {
  const person = world.newPerson();
  const channel = world.discord.addChannel();
  await world.platform.backend.control({ simulate: { secondsPerStep: 2 } });
  const act = world.discord.slash(person, channel, 'imagine', { prompt: 'a', size: '256x256', steps: 8 });
  const taskId = buttonOf(await offering(act, 'cancel'), 'cancel').split(':')[2] ?? '';
  await world.bot.stop();
  await world.platform.backend.control({ simulate: { secondsPerStep: 0 } });
  await eventually(async () => expect((await world.readTask(taskId)).status).toBe('succeeded'));
  await world.platform
    .database('tasks')
    .where({ id: taskId })
    .update({ finished_at: new Date(Date.now() - 55 * 60_000) });
  expect(titleOf(act.message())).not.toBe('Done');
  world.clock.advance(55 * 60_000);
  await world.restartBot();
  expect((await finished(act)).attachments).toHaveLength(1);
});

test('a bot process sends a span for each interaction, and its lines have the schema', async () => {
  await using discord = await startDiscordStandIn({ nowMs: Date.now });
  await using receiver = await startOtlpReceiver();
  await using bot = await startBotProcess({
    ...world.platform.botEnv(discord),
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  const person = world.newPerson();
  await repliedPrivately(discord, discord.slash(person, discord.addChannel(), 'balance'));
  await eventually(() =>
    expect(receiver.spans()).toMatchObject([
      { name: 'interaction balance', service: 'star-graph-bot', parentId: undefined, isError: false },
    ]),
  );
  expect(receiver.bodies().join()).not.toContain(person);
  for (const line of bot.log()) logRecordSchema.parse(JSON.parse(line));
});

test('a bot process reports health, readiness and metrics', async () => {
  await using discord = await startDiscordStandIn({ nowMs: Date.now });
  await using bot = await startBotProcess(world.platform.botEnv(discord));
  const read = async (path: string) => {
    const response = await fetch(`${bot.url}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect((await read('/healthz')).status).toBe(200);
  await eventually(async () => expect((await read('/readyz')).status).toBe(200));
  await repliedPrivately(discord, discord.slash(world.newPerson(), discord.addChannel(), 'balance'));
  await eventually(async () => {
    const { text } = await read('/metrics');
    expect(text).toContain('star_graph_bot_interactions_total{command="balance",outcome="answered"} 1');
    expect(text).toContain('star_graph_bot_first_answer_seconds_count{command="balance"} 1');
    expect(text).toContain('star_graph_bot_followed_messages 0');
    for (const name of ['gateway_ready', 'events_connected'])
      expect(text).toContain(`star_graph_bot_${name} 1`);
  });
  expect((await read('/other')).status).toBe(404);
  bot.signal('SIGTERM');
  expect(await bot.ended).toBe(0);
});
