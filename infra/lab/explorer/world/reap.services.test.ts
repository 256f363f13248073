import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimDir, dirPrefix, reapDead } from './reap.ts';

test('the next explorer ends the servers of one that was killed, and no others', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'reap-'));
  const [dead, living] = [await mkdtemp(dirPrefix(parent)), await mkdtemp(dirPrefix(parent))];
  claimDir(living);
  writeFileSync(join(dead, 'explorer.json'), JSON.stringify({ pid: process.pid, startedAt: 'before' }));
  const serve = (args: string[], cwd = tmpdir()) =>
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)', ...args], { cwd });
  // One is known by its arguments, as MariaDB is, and one by where it works, as Redis is.
  const left = [serve([join(dead, 'server')]), serve([], dead)];
  const kept = serve([join(living, 'server')]);
  try {
    await Promise.all([...left, kept].map((child) => once(child, 'spawn')));
    const ended = Promise.all(left.map((child) => once(child, 'exit')));
    reapDead(parent);
    expect(await ended).toEqual([
      [null, 'SIGKILL'],
      [null, 'SIGKILL'],
    ]);
    expect([existsSync(dead), existsSync(living)]).toEqual([false, true]);
    expect(kept.exitCode ?? kept.signalCode).toBeNull();
  } finally {
    for (const child of [...left, kept]) child.kill('SIGKILL');
  }
});
