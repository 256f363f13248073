import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBotProcess } from './botProcess.ts';
import { createButtonRow } from './discord/messages.ts';
import { type Act, type DiscordStandIn, startDiscordStandIn } from './discord/standIn.ts';
import { deferralLimitMs, type StoredChannel } from './discord/state.ts';

export interface Flood {
  sent: number;
  /** Answered too late by Discord's rule, or not at all. */
  missed: number;
  /** From the dispatch of each command and button to its deferral. */
  deferredMs: number[];
  /** From the dispatch of each search and form button to its choices or form, which cannot be deferred. */
  answeredMs: number[];
  /** The bot's peak memory; undefined if the system does not report it. */
  peakBytes: number | undefined;
  /** Whether the bot was still there afterwards: an unhandled rejection would have ended it. */
  isAlive: boolean;
}

/** Discord's type of a callback that answers later. */
const deferral = 5;

interface FloodOptions {
  count: number;
  overMs: number;
  /** The cache of the bot's compiled modules, as with the launcher; a first flood fills it. */
  compileCacheDir?: string;
}

/** Sends interactions of all kinds, evenly spread, to a bot in a process of its own while its API answers nothing. */
export async function floodBot({ count, overMs, compileCacheDir }: FloodOptions): Promise<Flood> {
  await using cleanUp = new AsyncDisposableStack();
  let pid: number | undefined;
  const botStalledMs = () => (pid === undefined ? 0 : readStalledMs(pid));
  const discord = cleanUp.use(await startDiscordStandIn({ nowMs: Date.now, botStalledMs }));
  const channel = discord.addChannel();
  const api = await startStallingApi();
  cleanUp.defer(api.stop);
  const bot = cleanUp.use(
    await startBotProcess({
      DISCORD_TOKEN: discord.state.token,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_CDN_HOSTS: discord.cdnHost,
      STAR_GRAPH_API_URL: api.url,
      STAR_GRAPH_SERVICE_KEY: 'sgs_flooding_0',
      LOG_LEVEL: 'silent',
      SHUTDOWN_SECONDS: '1',
      ...(compileCacheDir !== undefined && { NODE_COMPILE_CACHE: compileCacheDir }),
    }),
  );
  pid = bot.pid;
  api.stall();
  const acts: Act[] = [];
  const startedMs = performance.now();
  for (let index = 0; index < count; index++) {
    const dueMs = startedMs + (index * overMs) / count;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    acts.push(sendOne(discord, channel, index));
  }
  // By the clock of the stand-in, which stands while the machine is busy with others.
  const ranMs = () => performance.now() - discord.state.stalledMs();
  const deadlineMs = ranMs() + deferralLimitMs;
  const unanswered = () => acts.filter(({ interaction }) => !interaction.callback).length;
  while (unanswered() > 0 && ranMs() < deadlineMs) await sleep(20);
  const timesOf = (isDeferral: boolean) =>
    acts.flatMap(({ interaction: { callback, createdAtMs } }) =>
      callback && (callback.type === deferral) === isDeferral ? [callback.atMs - createdAtMs] : [],
    );
  const peakBytes = await readPeakBytes(bot.pid);
  const isAlive = (await Promise.race([bot.ended, sleep(100, 'alive')])) === 'alive';
  // A process that is killed leaves no compiled modules behind.
  bot.signal('SIGTERM');
  await bot.ended;
  return {
    sent: count,
    missed: unanswered(),
    deferredMs: timesOf(true),
    answeredMs: timesOf(false),
    peakBytes,
    isAlive,
  };
}

const taskId = '01900000-0000-7000-8000-000000000000';

/** Of the message whose buttons are pressed. */
const [reroll, edit] = [`sg1:reroll:${taskId}:0`, `sg1:edit:${taskId}:0`];

function sendOne(discord: DiscordStandIn, channel: StoredChannel, index: number): Act {
  const person = { id: String(400_000_000_000_000_000n + BigInt(index)), locale: 'en-US' };
  const message = {
    id: channel.id,
    channelId: channel.id,
    content: '',
    embeds: [],
    components: [createButtonRow([reroll, edit])],
    attachments: [],
    ephemeral: false,
    loading: false,
    edits: 0,
  };
  switch (index % 5) {
    case 0:
      return discord.slash(person, channel, 'balance');
    case 1:
      return discord.autocomplete(person, channel, 'imagine', 'model', 'x');
    case 2:
      return discord.click(person, channel, message, reroll);
    case 3:
      return discord.click(person, channel, message, edit);
    default:
      return discord.slash(person, channel, 'imagine', { prompt: `number ${index}` });
  }
}

/** Refuses at first, so that the bot starts; then accepts every request and answers none. */
async function startStallingApi() {
  let isStalled = false;
  const server = createServer((_, response) => {
    if (!isStalled) response.writeHead(500).end();
  });
  server.on('upgrade', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall() {
      isStalled = true;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Milliseconds in which a process was ready to run and no core was free; 0 where the system does not tell. */
function readStalledMs(pid: number): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return 0;
  }
}

async function readPeakBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1_024;
}
