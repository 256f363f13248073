import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findProcess } from '../processes/processIdentity.ts';
import { createTestDir, idleForever, spawnNode } from '../testing/processes.ts';
import { takeLauncherLock } from './launcherLock.ts';

const lockModule = new URL('./launcherLock.ts', import.meta.url).href;

/** A second launcher: takes the lock, says so, and holds it until it is killed. */
async function spawnHolder(dataDir: string) {
  const code = `const { takeLauncherLock } = await import(${JSON.stringify(lockModule)});
    takeLauncherLock(${JSON.stringify(dataDir)}); process.stdout.write('held'); ${idleForever};`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  return child;
}

test('refuses a second launcher on the same data, naming the first', async () => {
  const dataDir = createTestDir();
  const holder = await spawnHolder(dataDir);
  expect(() => takeLauncherLock(dataDir)).toThrow(`process ${holder.pid}`);
  expect(() => takeLauncherLock(createTestDir())).not.toThrow();
});

test('takes over from a launcher that was killed', async () => {
  const dataDir = createTestDir();
  const holder = await spawnHolder(dataDir);
  holder.kill('SIGKILL');
  await once(holder, 'exit');

  const lock = takeLauncherLock(dataDir);

  expect(existsSync(join(dataDir, 'launcher.lock'))).toBe(true);
  lock.release();
  expect(existsSync(join(dataDir, 'launcher.lock'))).toBe(false);
});

test("takes over when another process has the dead launcher's pid", async () => {
  const dataDir = createTestDir();
  const stranger = await spawnNode(idleForever);
  const startedAt = `${findProcess(stranger.pid)?.startedAt}0`;
  writeFileSync(join(dataDir, 'launcher.lock'), JSON.stringify({ pid: stranger.pid, startedAt }));

  takeLauncherLock(dataDir).release();

  expect(findProcess(stranger.pid)).toBeDefined();
});

test('takes over a lock cut short by a full disk', () => {
  const dataDir = createTestDir();
  writeFileSync(join(dataDir, 'launcher.lock'), '{"pid":');
  expect(() => takeLauncherLock(dataDir)).not.toThrow();
});
