import { request } from 'node:http';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { readMetrics } from '@star-graph/core/ground/telemetry/readMetrics';
import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);

/** Each series by its name and labels, without histograms' buckets. */
async function listSeries(): Promise<Set<string>> {
  const lines = (await readMetrics('text')).text.split('\n');
  return new Set(
    lines
      .filter((line) => line.startsWith('star_graph_') && !line.includes('_bucket{'))
      .map((line) => line.slice(0, line.lastIndexOf(' '))),
  );
}

/** As no library would send it. */
const send = (method: string, path: string) =>
  new Promise<void>((resolve, reject) => {
    const sending = request(`${api.url}/`, { method, path, agent: false }, (response) => {
      response.resume().on('end', resolve);
    });
    sending.on('error', reject).end();
  });

/** Different ones in each walk, and alike to the platform. */
async function walk(token: string): Promise<void> {
  const word = newId();
  for (const path of [
    `/${word}`,
    `/api/v1/${word}`,
    `/docs/${word}`,
    `/files/${word}`,
    `/%00${word}`,
    `//${word}`,
  ])
    await send('GET', path);
  for (const method of ['PROPFIND', 'LOCK', 'M-SEARCH']) await send(method, `/api/v1/tasks/${word}`);
  await api.call(`/api/v1/tasks/${word}`, { token });
  await api.call(`/api/v1/tasks/${word}?${word}=${word}`, { token });
  for (const workflow of [word, `${word}/../x`])
    await api.call(`/api/v1/generate/${encodeURIComponent(workflow)}`, { token, body: { prompt: word } });
  await api.call('/api/v1/auth/login', { body: { username: word, password: word } });
  await api.call('/api/v1/users/profile', { token, method: 'PATCH', body: { [word]: word } });
}

test('requests that a client invents add no series, and name nobody', async () => {
  const { accessToken: token, user } = await api.signUp();
  await walk(token);
  // A scrape shows what the one before it asked the database and Redis.
  await expect.poll(listSeries).toContainEqual(expect.stringContaining('star_graph_dependency_up'));
  const before = await listSeries();
  const { accessToken: other } = await api.signUp();
  for (let times = 0; times < 3; times++) await walk(other);
  expect([...(await listSeries())].filter((series) => !before.has(series))).toEqual([]);
  const { text } = await readMetrics('text');
  expect(text).not.toContain(user.id);
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
});

test('metrics come as OpenMetrics to who asks for it', async () => {
  const accept = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  const open = await api.call('/metrics', { headers: { accept } });
  expect(open.headers.get('content-type')).toBe(accept);
  expect(String(open.body).endsWith('# EOF\n')).toBe(true);
  const plain = await api.call('/metrics', { headers: { accept: '*/*' } });
  expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test('requests for a task count by workflow and outcome', async () => {
  const { accessToken: token } = await api.signUp();
  const ask = (workflow: string, body: object) => api.call(`/api/v1/generate/${workflow}`, { token, body });
  expect((await ask('text2img', { prompt: 'a lighthouse' })).status).toBe(202);
  expect((await ask('text2img', { prompt: 5 })).status).toBe(422);
  expect((await ask('nothing-like-it', { prompt: 'a' })).status).toBe(404);
  const { text } = await readMetrics('text');
  for (const labels of [
    'workflow="text2img",outcome="accepted"',
    'workflow="text2img",outcome="invalid-params"',
    'workflow="unknown",outcome="not-found"',
  ])
    expect(text).toContain(`star_graph_task_submissions_total{${labels}}`);
  expect(text).toMatch(/star_graph_task_accept_duration_seconds_count\{outcome="accepted"\} [1-9]/);
});
