import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { currentBuiltins } from '@star-graph/workflows';
import { modelNameOf } from '@star-graph/workflows/engines';
import { expect, test } from 'vitest';
import { findExample, runShell } from './examples.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);

test('the preference of the page is set by its command', async () => {
  const TOKEN = await api.signInAsAdmin();
  await using command = runShell(await findExample('engines.md', 'sh', 'ENGINES'), {
    STAR_GRAPH_URL: api.url,
    TOKEN,
  });
  expect(await command.ended, command.text()).toBe(0);
  const { settings } = JSON.parse(command.text());
  expect(settings.ENGINES).toMatchObject({ value: { text2img: ['z-image', 'text2img'] }, source: 'changed' });
});

test('the translation of the page answers', async () => {
  const { accessToken: TOKEN } = await api.signUp();
  const { body } = await api.call('/api/v1/generate/text2img', { token: TOKEN, body: { prompt: 'a fox' } });
  await using command = runShell(await findExample('engines.md', 'sh', '/translation?'), {
    STAR_GRAPH_URL: api.url,
    TOKEN,
    TASK: body.id,
  });
  // The pool of this test has none of its files: the refusal says so, after the translation.
  await command.ended;
  expect(command.text()).toContain('z_image_turbo');
});

test('the engine of the page ships', () => {
  const engine = currentBuiltins.find(({ name }) => name === 'z-image');
  expect(engine && [engine.engine?.of, modelNameOf(engine)]).toEqual(['text2img', 'Z-Image Turbo']);
});
