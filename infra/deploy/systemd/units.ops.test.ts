import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { envSchema } from '@star-graph/core/ground/config/config';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
/** systemd-analyze counts from 0, which is no risk, to 100. */
const mostExposure = 15;

let folder = '';
let units = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'star-graph-units-'));
  await run(process.execPath, [join(root, 'infra/cli/sg.ts'), 'install', '--to', folder]);
  units = join(folder, 'etc/systemd/system');
  // An instance, which alone can be checked.
  renameSync(join(units, 'star-graph-dispatcher@.service'), join(units, 'star-graph-dispatcher@1.service'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const services = ['star-graph-api', 'star-graph-dispatcher@1', 'star-graph-bot', 'star-graph-backup'];
const read = (name: string) => readFileSync(join(units, name), 'utf8');

test('systemd takes every unit, without a word', async () => {
  const paths = readdirSync(units).map((name) => join(units, name));
  expect(paths).toHaveLength(5);
  // It ends well with an unknown key too, but not silently.
  const { stdout, stderr } = await run('systemd-analyze', ['verify', ...paths]);
  expect(stdout + stderr).toBe('');
});

test.each(services)('%s is closed to almost everything', async (name) => {
  const path = join(units, `${name}.service`);
  await run('systemd-analyze', [
    'security',
    '--offline=true',
    `--threshold=${mostExposure}`,
    '--no-pager',
    path,
  ]);
});

test.each(services)('%s keeps what Node needs, and more time to stop than a process takes', (name) => {
  const unit = read(`${name}.service`);
  expect(unit).not.toContain('MemoryDenyWriteExecute');
  expect(unit).toMatch(/^RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX$/m);
  if (name === 'star-graph-backup') return;
  const [, minutes] = /^TimeoutStopSec=(\d+)min$/m.exec(unit) ?? [];
  expect(Number(minutes) * 60).toBeGreaterThan(envSchema.shape.SHUTDOWN_SECONDS.parse(undefined));
});

test('each unit names programs of the checkout and of the Node that wrote it', () => {
  for (const name of services) {
    const unit = read(`${name}.service`);
    expect(unit).toContain(`ExecStart=${process.execPath} `);
    expect(unit).toContain(`WorkingDirectory=${root}\n`);
    expect(unit).not.toContain('/opt/star-graph');
  }
});
