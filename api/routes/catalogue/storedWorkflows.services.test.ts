import { WorkflowRecord } from '@star-graph/core/ground/db/models/operation';
import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import { beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

/** A task of it could cost 10^85 credits. */
function dearManifest(name: string) {
  const manifest = sampleTextManifest(name, 1);
  const [names, maximum] = [['a', 'b', 'c', 'd', 'e'], Number.MAX_SAFE_INTEGER];
  const factors = names.map((param) => [
    param,
    { type: 'integer', title: param, minimum: 1, maximum, default: maximum },
  ]);
  return {
    ...manifest,
    params: {
      ...manifest.params,
      properties: { ...manifest.params.properties, ...Object.fromEntries(factors) },
    },
    binding: { ...manifest.binding, ...Object.fromEntries(names.map((param) => [param, '9.cfg'])) },
    work: { base: 1_000_000, times: names },
    rates: { creditsPerUnit: 1_000_000, secondsPerUnit: 1, overheadSeconds: 1 },
  };
}

test('a stored version no longer accepted is withdrawn with its reason', async () => {
  const manifest = dearManifest('dear');
  const refused = await api.call('/api/admin/workflows', { token: admin, body: manifest });
  expect([refused.status, refused.body.errors]).toMatchObject([422, [{ pointer: '/work' }]]);
  await WorkflowRecord.query(platform.db.database).insert({
    name: 'dear',
    version: 1,
    digest: '0'.repeat(64),
    manifest: JSON.stringify(manifest),
    active: true,
    createdBy: null,
    createdAt: new Date(),
  });
  const beside = sampleTextManifest('beside', 1);
  expect((await api.call('/api/admin/workflows', { token: admin, body: beside })).status).toBe(201);
  const { accessToken: token } = await api.signUp();
  const listed = await api.call('/api/v1/workflows?limit=100', { token });
  const names = listed.body.items.map(({ name }: { name: string }) => name);
  expect(names).toContain('beside');
  expect(names).not.toContain('dear');
  for (const path of ['/api/v1/generate/dear', '/api/v1/generate/dear/quote']) {
    const answer = await api.call(path, { token, body: { prompt: 'a harbour' } });
    expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
  }
  const shown = await api.call('/api/admin/workflows/dear/1', { token: admin });
  expect(shown.body).toMatchObject({ active: true, faults: [{ pointer: '/work' }] });
});
