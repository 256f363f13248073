import { fixture } from '@star-graph/core/testing/fixture';
import { startModelSites } from '@star-graph/core/testing/services/modelSites';
import { expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';
import { publishModel } from '../../testing/servers/publishModel.ts';

const platform = platformFixture();
const sites = fixture(() => startModelSites());
const api: TestApi = fixture(() =>
  startTestApi(platform, {
    HUGGINGFACE_URL: sites.huggingface,
    MODEL_HOST_TOKENS: `${new URL(sites.huggingface).host}=${sites.key}`,
  }),
);

test('a page is proposed, its sample taken, and its model described before the file is there', async () => {
  const token = await api.signInAsAdmin();
  const body = await publishModel(sites);
  const page = await api.call('/api/admin/model-pages', { token, body });
  expect(page).toMatchObject({
    status: 200,
    body: {
      family: 'sdxl',
      isGated: true,
      hasSample: true,
      files: [{ folder: 'loras', name: 'ink_wash.safetensors' }],
    },
  });
  expect(JSON.stringify(page.body)).not.toContain(sites.key);
  // Reading it changed nothing.
  expect(await platform.db.database('assets')).toEqual([]);
  expect(await platform.db.database('model_entries')).toEqual([]);
  const sample = await api.call('/api/admin/model-pages/samples', { token, body });
  expect(sample).toMatchObject({ status: 201, body: { mime: 'image/png', kind: 'input' } });
  const [{ folder, name }] = page.body.files;
  const id = Buffer.from(`${folder}/${name}`).toString('base64url');
  const said = await api.call(`/api/admin/models/${id}`, {
    token,
    method: 'PUT',
    body: { version: 0, family: page.body.family, sample: sample.body.id, roles: ['moderator', 'admin'] },
  });
  expect(said).toMatchObject({
    status: 200,
    body: { backends: [], fields: { roles: ['moderator', 'admin'] }, sampleUrl: expect.any(String) },
  });
});

test('nobody but an administrator has a page read', async () => {
  const { accessToken: token } = await api.signUp();
  sites.asked.length = 0;
  for (const path of ['model-pages', 'model-pages/samples'])
    expect((await api.call(`/api/admin/${path}`, { token, body: await publishModel(sites) })).status).toBe(
      403,
    );
  expect(sites.asked).toEqual([]);
});
