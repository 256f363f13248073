import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanObj } from './bodies.ts';
import { DamagedFile } from './metadata/rewrittenFile.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-bodies-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function clean(text: string | Buffer, provenance = '{"taskId":\n"t"}'): Promise<string> {
  const file = join(directory, 'body.obj');
  await writeFile(file, text);
  return (await buffer(cleanObj(file, provenance))).toString();
}

const triangle = 'v 0 0 0\nv 1 0 0\nv 0 1 0 1.0 0.5 0.2\nf 1 2 3\n';

test('a body in text keeps its points and names, and loses comments and the names of files', async () => {
  const sent = `# secret graph\r\nmtllib /etc/passwd\r\no 身体\r\nusemtl skin\r\n${triangle}`;
  expect(await clean(sent)).toBe(`# {"taskId": "t"}\no 身体\n${triangle}`);
  expect(await clean(triangle.trim(), '')).toBe(triangle);
});

test('a body longer than one read is whole', async () => {
  const points = 'v 0.123456 0.654321 0.111111\n'.repeat(10_000);
  expect(await clean(`${points}f 1 2 3\n`, '')).toBe(`${points}f 1 2 3\n`);
});

test.each([
  ['runs a command', `csh rm -rf /\n${triangle}`, 'csh'],
  ['reads another file', `call other.obj\n${triangle}`, 'call'],
  ['is a page', '<!doctype html><p>v 1', '<!doctype'],
  ['has no face', 'v 0 0 0\n', 'without a face'],
  ['never ends its line', Buffer.alloc(300_000, 'v'), 'without an end'],
])('one that %s is refused', async (_, text, why) => {
  const refused = clean(text);
  await expect(refused).rejects.toThrow(why);
  await expect(refused).rejects.toBeInstanceOf(DamagedFile);
});
