import { apiFixture, platformFixture } from '@star-graph/api/testing/fixtures';
import { currentBuiltins } from '@star-graph/workflows';
import { modelNameOf } from '@star-graph/workflows/engines';
import { expect, test } from 'vitest';
import { findExample, runShell } from './testing/examples.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);

test('the preference of the page is set by its command', async () => {
  const TOKEN = await api.signInAsAdmin();
  await using command = runShell(await findExample('engines.md', 'sh', 'ENGINES'), {
    ...{ STAR_GRAPH_URL: api.url, TOKEN },
  });
  expect(await command.ended, command.text()).toBe(0);
  const { settings } = JSON.parse(command.text());
  expect(settings.ENGINES).toMatchObject({ value: { text2img: ['z-image', 'text2img'] }, source: 'changed' });
});

test('the engine of the page ships', () => {
  const engine = currentBuiltins.find(({ name }) => name === 'z-image');
  expect(engine && [engine.engine?.of, modelNameOf(engine)]).toEqual(['text2img', 'Z-Image Turbo']);
});
