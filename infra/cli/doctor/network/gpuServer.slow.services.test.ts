import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackendNetwork } from '@star-graph/core/comfy/http/network';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder } from '../../../launcher/testing/installed.ts';
import { runDoctor } from '../runDoctor.ts';
import { gpuServerCheck } from './gpuServer.ts';

/** All that Z-Image needs, and nothing else; the text encoder in another precision. */
const zImage = {
  diffusion_models: ['z_image_turbo_bf16.safetensors'],
  text_encoders: ['qwen_3_4b_fp8_mixed.safetensors'],
  vae: ['ae.safetensors'],
};

let server: PreviewBackendProcess;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'star-graph-doctor-'));
  const models = join(folder, 'models.json');
  const files = Object.entries(zImage).map(([folder, names]) => [
    folder,
    names.map((name) => ({ name, megabytes: 10 })),
  ]);
  await writeFile(models, JSON.stringify(Object.fromEntries(files)));
  const access = ['--require-basic', 'me:s3cret-word'];
  server = await startPreviewBackend({
    flags: ['--models', models, '--threads', '1', '--instant', ...access],
  });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** `npm run doctor -- ADDRESS`, where the settings name the server with its credentials. */
async function examine(change: { isJson?: boolean; env?: Record<string, string> } = {}) {
  const root = await makeFolder();
  let text = '';
  const { url } = server;
  const named = { COMFYUI_URLS: url.replace('//', '//me:s3cret-word@'), DATA_KEYS: `k1:${'A'.repeat(43)}` };
  const env = { PATH: process.env.PATH ?? '', DATA_DIR: root, ...named, ...change.env };
  const code = await runDoctor(
    { clock: systemClock },
    { root, env, servers: [url], isJson: change.isJson === true },
    {
      write: (part) => {
        text += part;
      },
      showWaiting: () => undefined,
      look: { hasColour: false, width: 110 },
    },
  );
  return { code, text };
}

describe('a server with the three files of Z-Image', () => {
  test('runs it, and each lack of the others stands in a line', async () => {
    const { code, text } = await examine();
    expect(text).toMatch(/^✓ gpu 127\.0\.0\.1:\d+ ComfyUI 0\.33\.0, .* GB free, clock/);
    expect(text).toContain('runs (2)\n     expand-prompt, z-image\n');
    const lines = text.replaceAll(/\n {7}/g, ' ');
    expect(lines).toContain(
      'the model file checkpoints/sd_xl_base_1.0.safetensors (6.9 GB) → text2img, text2video',
    );
    expect(text).not.toContain('s3cret');
    expect(code).toBe(0);
  });

  test('waits for something with every workflow that it does not run', async () => {
    const { checks } = JSON.parse((await examine({ isJson: true })).text);
    const [runs, lacks] = checks[0].details as { lines: string[] }[];
    const waiting = lacks?.lines.flatMap((line) => line.split(' → ')[1]?.split(', ') ?? []);
    const all = [
      ...new Set([...(runs?.lines.flatMap((line) => line.split(', ')) ?? []), ...(waiting ?? [])]),
    ].sort();
    expect(all).toEqual(currentBuiltins.map(({ name }) => name).sort());
  });

  test('is an error without its credentials', async () => {
    const { code, text } = await examine({ env: { COMFYUI_URLS: server.url } });
    expect(text).toContain('wants a user name and a password (HTTP 401), and none are set.');
    expect(code).toBe(2);
  });
});

describe('a smoke run', () => {
  const credentials = { kind: 'basic', username: 'me', password: 's3cret-word' } as const;
  const smoke = () =>
    gpuServerCheck(
      { clock: systemClock, network: createBackendNetwork() },
      { url: server.url, credentials },
      { withWorkflows: true, withSmoke: true },
    ).run(AbortSignal.timeout(100_000));
  const ranOn = async () => (await server.control({})).runs as string[];

  test('runs the smallest workflows twice and tells the time of loading', async () => {
    const before = (await ranOn()).length;
    const { findings, details } = await smoke();
    expect(findings).toEqual([]);
    expect(details?.at(-1)).toEqual({
      title: 'smoke run (2)',
      lines: [
        expect.stringMatching(/^z-image: \d+\.\d s with its models loaded; loading its models took \d/),
        expect.stringMatching(
          /^expand-prompt: \d+\.\d s with its models loaded; a swap to its models took \d/,
        ),
      ],
    });
    expect(await ranOn()).toHaveLength(before + 4);
  });

  test('that fails is an error with the words of the server', async () => {
    await server.control({ arm: [{ kind: 'node-error', message: 'no such kernel', times: 'always' }] });
    const { findings } = await smoke();
    await server.control({ disarm: 'all' });
    expect(findings).toMatchObject([{ code: 'smoke-run-failed', severity: 'error' }]);
    expect(findings[0]?.what).toContain('z-image did not run');
    expect(findings[0]?.what).toContain('no such kernel');
  });

  test('is not made unless it was asked for', async () => {
    const before = await ranOn();
    await examine();
    expect(await ranOn()).toEqual(before);
  });
});

test('the flag for previews is named for a server that cannot be asked for them, unless it has it', async () => {
  const codesOf = async (...flags: string[]) => {
    await using server = await startPreviewBackend({ flags: ['--threads', '1', ...flags] });
    const deps = { clock: systemClock, network: createBackendNetwork() };
    const { findings } = await gpuServerCheck(deps, { url: server.url }).run(AbortSignal.timeout(60_000));
    return findings.map(({ code }) => code);
  };
  const old = ['--protocol', '0.3.64'];
  expect(await codesOf(...old)).toEqual(['server-without-previews']);
  expect(await codesOf(...old, '--preview-method', 'auto')).toEqual([]);
  expect(await codesOf()).toEqual([]);
});

test('a server that runs no shipped workflow is a warning', async () => {
  const models = join(await makeFolder(), 'none.json');
  await writeFile(models, '{}');
  await using bare = await startPreviewBackend({ flags: ['--models', models, '--threads', '1'] });
  const check = gpuServerCheck(
    { clock: systemClock, network: createBackendNetwork() },
    { url: bare.url },
    { withWorkflows: true },
  );
  const { findings } = await check.run(AbortSignal.timeout(60_000));
  expect(findings.map(({ code }) => code)).toEqual(['server-runs-nothing']);
});
