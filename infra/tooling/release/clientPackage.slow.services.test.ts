import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClient } from '@star-graph/client/client';
import { createKeyCredentials } from '@star-graph/client/credentials';
import { eventually } from '@star-graph/core/testing/dispatch/dispatchSetup';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findExample, runExample } from '../../docs/examples.ts';
import { startWholePlatform, type WholePlatform } from '../../launcher/testing/wholePlatform.ts';

const root = resolve(import.meta.dirname, '../../..');
const guide = '../../api/client/README.md';
/** What is in each example alone, and the file that it is written to. */
const examples = {
  'fromWords.ts': 'lighthouse at dusk',
  'fromPicture.ts': 'uploadAsset',
  'inPage.ts': 'document.body',
  'everything.ts': 'connectEvents',
  'troubles.ts': 'idempotencyKey',
};

let platform: WholePlatform;
/** The project of another programmer, with the package installed. */
let project: string;
let env: { STAR_GRAPH_URL: string; STAR_GRAPH_KEY: string };

beforeAll(async () => {
  platform = await startWholePlatform();
  project = await mkdtemp(join(tmpdir(), 'client-package-'));
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  const modules = join(project, 'node_modules');
  await mkdir(join(modules, '@stomp'), { recursive: true });
  for (const name of ['@stomp/stompjs', 'eventsource-parser', 'zod'])
    await symlink(join(root, 'api/client/node_modules', name), join(modules, name));
  const folder = join(modules, '@star-graph/client');
  await using build = runExample(process.execPath, [join(root, 'infra/cli/build-client.ts'), folder], {});
  expect([await build.ended, build.text()]).toEqual([0, expect.stringContaining(folder)]);
  for (const [file, part] of Object.entries(examples))
    await writeFile(join(project, file), await findExample(guide, 'ts', part));
  const { accessToken } = await platform.register();
  const session = createClient({
    baseUrl: platform.url,
    credentials: createKeyCredentials({ apiKey: accessToken }),
  });
  const { key } = await session.createApiKey({ body: { name: 'examples' } });
  env = { STAR_GRAPH_URL: platform.url, STAR_GRAPH_KEY: key };
});

afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  if (project !== undefined) await rm(project, { recursive: true });
});

const connect = () =>
  createClient({
    baseUrl: platform.url,
    credentials: createKeyCredentials({ apiKey: env.STAR_GRAPH_KEY }),
  });

async function runToEnd(file: string, more: Record<string, string> = {}): Promise<string> {
  await using example = runExample(process.execPath, [file], { ...env, ...more }, project);
  expect([await example.ended, example.text()]).toEqual([0, expect.any(String)]);
  return example.text().trim();
}

const typeCheck = (...files: string[]) =>
  runExample(
    join(root, 'node_modules/.bin/tsc'),
    [
      ...['--noEmit', '--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes'],
      ...['--target', 'esnext', '--module', 'nodenext', '--lib', 'esnext,dom,dom.iterable'],
      ...['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node', '--checkers', '1'],
      ...['--ignoreConfig', ...files],
    ],
    {},
    project,
  );

test('the examples are typed, and a wrong value is an error', async () => {
  const example = await readFile(join(project, 'fromWords.ts'), 'utf8');
  const wrong = example.replace('const task', '// @ts-expect-error: steps is a number\nconst task');
  await writeFile(join(project, 'wrong.ts'), wrong.replace('steps: 12', "steps: 'twelve'"));
  await using check = typeCheck(...Object.keys(examples), 'wrong.ts');
  expect([await check.ended, check.text()]).toEqual([0, '']);
});

test('words become a file, for the price that the example says', async () => {
  const client = connect();
  const { available: before } = await client.getBalance();
  const said = await runToEnd('fromWords.ts');
  const { available: after } = await client.getBalance();
  expect(said).toBe(`1 for ${before - after} credits`);
  expect(await sharp(join(project, 'lighthouse-1.png')).metadata()).toMatchObject({ format: 'png' });
});

test('a file becomes the start of another picture', async () => {
  const url = await runToEnd('fromPicture.ts', { PICTURE: join(project, 'lighthouse-1.png') });
  expect((await fetch(url)).headers.get('content-type')).toBe('image/png');
  const { items } = await connect().listTasks({ query: { limit: 1 } });
  expect(items[0]).toMatchObject({ workflow: { name: 'img2img' }, status: 'succeeded' });
});

test('the live connection tells of a task that another program made', async () => {
  await using example = runExample(process.execPath, ['everything.ts'], env, project);
  await eventually(() => expect(example.text()).toContain('connected'));
  const { id } = await connect().generate('text2img', { prompt: 'seen by the example' });
  expect(await example.ended).toBe(0);
  expect(example.text()).toContain(`${id} 1 true`);
});

test('an order that is sent twice is made and paid once', async () => {
  const client = connect();
  const order = { ORDER: crypto.randomUUID() };
  const first = await runToEnd('troubles.ts', order);
  const { available } = await client.getBalance();
  expect(first).toMatch(/^made /);
  expect(await runToEnd('troubles.ts', order)).toBe(first);
  expect(await client.getBalance()).toMatchObject({ available });
});

test('the package names what it loads and nothing else', async () => {
  const folder = join(project, 'node_modules/@star-graph/client');
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const code = await readFile(join(folder, 'index.js'), 'utf8');
  const loaded = [...code.matchAll(/^import .*? from "([^"]+)"/gm)].map(([, name]) => name);
  const types = await readFile(join(folder, 'index.d.ts'), 'utf8');
  const read = [...types.matchAll(/ from "([^"]+)"/g)].map(([, name]) => name);
  expect(loaded.toSorted()).toEqual(['@stomp/stompjs', 'eventsource-parser']);
  expect(read).toEqual(['zod']);
  expect(Object.keys(manifest.dependencies).toSorted()).toEqual(
    [...new Set([...loaded, ...read])].toSorted(),
  );
});

test('a plain CommonJS project requires the package as npm packs it, and draws', async () => {
  const folder = join(project, 'node_modules/@star-graph/client');
  const plain = join(project, 'plain');
  const modules = join(plain, 'node_modules');
  await mkdir(join(modules, '@star-graph'), { recursive: true });
  await mkdir(join(modules, '@stomp'));
  const pack = `npm pack "${folder}" --silent --pack-destination . && tar -xzf ./*.tgz && mv package node_modules/@star-graph/client`;
  await using packed = runExample('sh', ['-c', pack], {}, plain);
  expect([await packed.ended, packed.text()]).toEqual([0, expect.any(String)]);
  for (const name of ['@stomp/stompjs', 'eventsource-parser'])
    await symlink(join(root, 'api/client/node_modules', name), join(modules, name));
  await writeFile(join(plain, 'draw.cjs'), await findExample(guide, 'js', 'require('));
  await using drawn = runExample(process.execPath, ['draw.cjs'], env, plain);
  expect([await drawn.ended, drawn.text().trim()]).toEqual([0, 'succeeded 1']);
});
