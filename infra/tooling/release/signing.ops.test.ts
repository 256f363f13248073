import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findExample, runShell } from '../../docs/examples.ts';

const images = ['api', 'dispatcher', 'bot', 'preview-backend', 'migrate'];
const version = '1.0.0';

const cleanUp = new AsyncDisposableStack();
let folder: string;
let host: string;
let registry: string;
let env: Record<string, string>;

const run = (program: string, args: readonly string[]) =>
  promisify(execFile)(program, [...args], { cwd: folder, env: { ...process.env, ...env } });

/** The smallest image that has `words` in it, as a layout of OCI. */
function writeImage(name: string, words: string): string {
  const layout = join(folder, name);
  const blobs = join(layout, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const keep = (bytes: Buffer, mediaType: string) => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hash), bytes);
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
  };
  const keepJson = (value: object, kind: string) =>
    keep(Buffer.from(JSON.stringify(value)), `application/vnd.oci.image.${kind}.v1+json`);
  // Two empty blocks end an archive of nothing.
  const archive = Buffer.alloc(1_024);
  const layer = keep(gzipSync(archive), 'application/vnd.oci.image.layer.v1.tar+gzip');
  const diffId = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
  const config = keepJson(
    {
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: [words] },
      rootfs: { type: 'layers', diff_ids: [diffId] },
    },
    'config',
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = keepJson({ schemaVersion: 2, mediaType, config, layers: [layer] }, 'manifest');
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return layout;
}

const push = (layout: string, image: string) =>
  run('skopeo', ['copy', `oci:${layout}`, `docker://${registry}/${image}:${version}`]);

/** Commands of the page, as they stand. @returns its exit code, and what it printed */
async function follow(part: string): Promise<[number | null, string]> {
  const command = await findExample('releases.md', 'sh', part);
  await using example = runShell(`set -e\n${command}`, env, folder);
  return [await example.ended, example.text()];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'star-graph-signing-'));
  cleanUp.defer(() => rmSync(folder, { recursive: true }));
  host = `127.0.0.1:${await findFreePort()}`;
  registry = `${host}/you/star-graph`;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(
    'registry.yml',
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${folder}/registry } }\nhttp: { addr: '${host}' }\n`,
  );
  mkdirSync(join(folder, '.config/containers'), { recursive: true });
  write('.config/containers/registries.conf', `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  mkdirSync(join(folder, 'registries.d'));
  write('registries.d/one.yaml', `docker: { '${host}': { use-sigstore-attachments: true } }\n`);
  env = {
    HOME: folder,
    REGISTRY: registry,
    version,
    COSIGN_PASSWORD: 'kept apart',
  };
  const server = spawn('docker-registry', ['serve', join(folder, 'registry.yml')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  cleanUp.defer(async () => {
    server.kill();
    await ended;
  });
  await vi.waitFor(() => fetch(`http://${host}/v2/`), { timeout: 30_000 });
  await run('cosign', ['generate-key-pair', '--output-key-prefix', 'star-graph-images']);
  for (const image of images) await push(writeImage(image, image), image);
});
afterAll(() => cleanUp.disposeAsync());

/** Takes an image under the policy of the page. */
async function take(image: string): Promise<unknown> {
  const policy = await findExample('containers.md', 'json', 'sigstoreSigned');
  const here = policy.replace('registry.example/you/star-graph', registry).replace('/etc/containers', folder);
  writeFileSync(join(folder, 'policy.json'), here);
  const source = `docker://${registry}/${image}:${version}`;
  const flags = ['--policy', join(folder, 'policy.json'), '--registries.d', join(folder, 'registries.d')];
  return run('skopeo', [...flags, 'copy', source, `dir:${join(folder, `taken-${image}`)}`]);
}

test('images are signed and checked by the commands of the page, and taken by the policy of the other', async () => {
  expect((await follow('cosign verify'))[0]).not.toBe(0);
  await expect(take('api')).rejects.toThrow(/signature/);
  const [code, said] = await follow('cosign sign');
  expect([code, said]).toEqual([0, expect.any(String)]);
  expect(await follow('cosign verify')).toEqual([0, expect.any(String)]);
  for (const image of images) await take(image);

  await push(writeImage('other', 'somebody else’s'), 'dispatcher');
  expect((await follow('cosign verify'))[1]).toMatch(/no signatures found/);
  await expect(take('dispatcher')).rejects.toThrow(/signature/);
  await take('api');
});

test('a signature by another key counts for nothing', async () => {
  await run('cosign', ['generate-key-pair', '--output-key-prefix', 'stranger']);
  const [digest] = (
    await run('skopeo', ['inspect', '--format', '{{.Digest}}', `docker://${registry}/dispatcher:${version}`])
  ).stdout.split('\n');
  const image = `${registry}/dispatcher@${digest}`;
  await run('cosign', ['sign', '--yes', '--key', 'stranger.key', '--tlog-upload=false', image]);
  await run('cosign', ['verify', '--key', 'stranger.pub', '--insecure-ignore-tlog', image]);
  expect((await follow('cosign verify'))[0]).not.toBe(0);
  await expect(take('dispatcher')).rejects.toThrow(/signature/);
});
