import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { BackendCredentials } from '@star-graph/workflows/shared/backendCredentials';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../ground/runtime/clock.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../../testing/comfy/startPreviewBackend.ts';
import type { ComfyClient } from '../comfy.ts';
import { createComfyClient } from '../comfyClient.ts';
import { type Access, noAccess } from './access.ts';
import { toHeaders } from './credentials.ts';

/** A server that wants credentials, as a proxy in front of a ComfyUI does. */
describe.each<{ flags: string[]; credentials: BackendCredentials }>([
  {
    flags: ['--require-basic', 'mé:pass: wörd'],
    credentials: { kind: 'basic', username: 'mé', password: 'pass: wörd' },
  },
  { flags: ['--require-bearer', 'tok.en-1='], credentials: { kind: 'bearer', token: 'tok.en-1=' } },
  {
    flags: ['--require-header', 'CF-Access-Client-Secret: abc def'],
    credentials: {
      kind: 'header',
      headers: { 'CF-Access-Client-Id': 'id', 'CF-Access-Client-Secret': 'abc def' },
    },
  },
])('with credentials of the kind $credentials.kind', ({ flags, credentials }) => {
  let backend: PreviewBackendProcess;
  let access: Access = noAccess;
  let client: ComfyClient;
  const right = { kind: credentials.kind, headers: toHeaders(credentials) };

  beforeAll(async () => {
    backend = await startPreviewBackend({ flags });
    client = createComfyClient(
      { clock: systemClock, logger: pino({ level: 'silent' }) },
      { url: backend.url, readAccess: async () => access, pollIntervalMs: 50 },
    );
  });
  afterAll(async () => {
    await client?.close();
    await backend?.stop();
  });

  test('none are refused by HTTP and at the upgrade of the socket', async () => {
    access = noAccess;
    const refused = { kind: 'refused', status: credentials.kind === 'header' ? 403 : 401 };
    await expect(client.probe()).rejects.toMatchObject(refused);
    await expect(client.connect()).rejects.toMatchObject(refused);
    expect(await client.post(randomUUID(), {})).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'backend' },
    });
  });

  test('they are sent with every call and the socket, once set', async () => {
    access = right;
    await client.probe();
    await client.connect();
    await client.inventory();
    const name = `${'a'.repeat(64)}.png`;
    expect(await client.upload({ bytes: new Uint8Array([1, 2, 3]), name })).toBe(name);
    const promptId = randomUUID();
    const graph = {
      '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 7 } },
      '2': { class_type: 'SaveImage', inputs: { filename_prefix: promptId, images: ['1', 0] } },
    };
    const outcome = client.follow({ promptId, graph }, () => undefined);
    expect(await client.post(promptId, graph)).toEqual({ kind: 'accepted' });
    const ended = await outcome;
    if (ended.kind !== 'succeeded' || !ended.outputs[0]) throw new Error(ended.kind);
    const { stream } = await client.fetchOutput(ended.outputs[0], { maxBytes: 1e6 });
    expect((await buffer(stream)).length).toBeGreaterThan(50);
    await client.cancel(promptId);
    await client.free();
  });
});
