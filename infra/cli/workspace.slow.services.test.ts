import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const workspace = JSON.stringify(new URL('./workspace.mjs', import.meta.url).href);
/** A command that has not come to listening for signals yet. */
const command = `process.stdout.write(String(process.pid)); setInterval(() => {}, 1e9)`;

async function spawnCommand() {
  const code = `const { runWith } = await import(${workspace}); runWith(process.execPath, ['-e', ${JSON.stringify(command)}])`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close').then(([, signal]) => ({ signal, said }));
  const [pid] = await once(child.stdout, 'data');
  return { child, ended, pid: Number(pid) };
}

test('a Node that cannot even bring the packages in is refused with the one that is needed', async () => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`;
  const bootstrap = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));
  const args = ['--import', `data:text/javascript,${encodeURIComponent(old)}`, bootstrap, 'sg', '--help'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^Star-Graph needs Node 22 or newer; this is Node 18\.20\.8\./);
});

test('a command takes the place of the process that prepared it', async () => {
  const { child, pid } = await spawnCommand();
  expect(pid).toBe(child.pid);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s in the first moments ends a command without a fault',
  async (signal) => {
    const { child, ended } = await spawnCommand();
    child.kill(signal);
    expect(await ended).toEqual({ signal, said: '' });
  },
);
