import { join } from 'node:path';
import { startDiscordStandIn } from '@star-graph/bot/testing/discord/standIn';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { expect, test, vi } from 'vitest';
import { announced, spawnLauncher } from '../testing/launcher.ts';
import { createTestDir } from '../testing/processes.ts';
import { createProcessRegistry } from './processRegistry.ts';

test('the launcher runs the bot, and restarts a dead one', async () => {
  await using discord = await startDiscordStandIn({ nowMs: Date.now });
  const dataDir = createTestDir();
  const launcher = spawnLauncher(dataDir, {
    API_PORT: String(await findFreePort()),
    DISCORD_TOKEN: discord.state.token,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_CDN_HOSTS: discord.cdnHost,
  });
  await launcher.printed(announced);
  const findBot = () =>
    createProcessRegistry(join(dataDir, 'run'))
      .list()
      .find(({ name }) => name === 'bot');
  const first = findBot();
  if (!first) throw new Error(`no bot runs:\n${launcher.output()}`);
  process.kill(first.pid, 'SIGKILL');
  await launcher.printed('bot stopped by itself (signal SIGKILL)');
  await launcher.printed('bot runs again.');
  expect(findBot()?.pid).not.toBe(first.pid);
  const person = { id: '200000000000000001', locale: 'en-US' };
  const act = discord.slash(person, discord.addChannel(), 'balance');
  await vi.waitFor(() => expect(act.message().content).toContain('credits'), 60_000);
  // The second bot found the commands registered.
  expect(discord.state.commandWrites).toBe(1);
  launcher.child.kill('SIGINT');
  expect(await launcher.exited).toBe(0);
});
