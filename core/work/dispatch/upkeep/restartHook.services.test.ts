import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createRestartHook } from './restartHook.ts';

const backend = { id: 'a-backend', url: 'http://user:password@gpu1:8188/comfy' };
const unhurried = new AbortController().signal;
const PATH = process.env.PATH ?? '';

async function createProgram(lines: string) {
  const directory = await mkdtemp(join(tmpdir(), 'restart-hook-'));
  const path = join(directory, 'restart');
  await writeFile(path, `#!/bin/sh\ncd "$(dirname "$0")"\n${lines}\n`);
  await chmod(path, 0o755);
  return {
    path,
    read: (name: string) => readFile(join(directory, name), 'utf8'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

test('a program gets the server without its password, and no secret of ours', async () => {
  await using program = await createProgram('env > seen; echo $# > count');
  await createRestartHook(program.path, { PATH })(backend, unhurried);
  const seen = await program.read('seen');
  expect(seen).toContain('BACKEND_ID=a-backend\n');
  expect(seen).toContain('BACKEND_URL=http://gpu1:8188/comfy\n');
  expect(seen).not.toContain('password');
  const own = ['BACKEND_ID', 'BACKEND_URL', 'OLDPWD', 'PATH', 'PWD', 'SHLVL', '_'];
  expect(seen.match(/^\w+(?==)/gm)?.filter((name) => !own.includes(name))).toEqual([]);
  expect(await program.read('count')).toBe('0\n');
});

test('a program that fails, or is told to stop, did not restart it', async () => {
  await using program = await createProgram('exit 3');
  await expect(createRestartHook(program.path, { PATH })(backend, unhurried)).rejects.toThrow(
    'it ended with 3',
  );
  await using slow = await createProgram('exec sleep 600');
  const reason = new Error('the owner leaves');
  await expect(createRestartHook(slow.path, { PATH })(backend, AbortSignal.abort(reason))).rejects.toBe(
    reason,
  );
});

test('an address is told which server, and its answer counts', async () => {
  const heard: string[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    heard.push(`${request.method} ${request.url} ${await text(request)}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hook = createRestartHook(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/restart?key=a`,
    {},
  );
  await hook(backend, unhurried);
  expect(heard).toEqual(['POST /restart?key=a {"backendId":"a-backend","url":"http://gpu1:8188/comfy"}']);
  status = 500;
  await expect(hook(backend, unhurried)).rejects.toThrow('it answered 500');
  await new Promise((resolve) => server.close(resolve));
});
