import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createOpenApiDocument } from '@star-graph/api/pages/createDocument';
import { presentWorkflow } from '@star-graph/api/routes/catalogue/presentWorkflow';
import { startTestApi } from '@star-graph/api/testing/servers/apiServer';
import { platformFixture } from '@star-graph/api/testing/servers/fixtures';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createCatalogue } from '@star-graph/core/library/catalogue/catalogue';
import type { Workflow } from '@star-graph/workflows';
import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCommand, type Invocation } from './command.ts';

const platform = platformFixture({ hasBackend: true });
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-added-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function parseCommand(workflows: readonly WorkflowView[], args: string[]): Invocation | undefined {
  let invocation: Invocation | undefined;
  createCommand(workflows, (asked) => {
    invocation = asked;
  }).parse(args, { from: 'user' });
  return invocation;
}

test('a folder in WORKFLOWS_DIR reaches catalogue, document and command line', async () => {
  const { graph, ...manifest } = sampleTextManifest('ink', 1);
  await mkdir(join(directory, 'operators', 'ink'), { recursive: true });
  await writeFile(join(directory, 'operators', 'ink', 'graph.json'), JSON.stringify(graph));
  await writeFile(join(directory, 'operators', 'ink', 'manifest.json'), JSON.stringify(manifest));
  await using api = await startTestApi(platform, { WORKFLOWS_DIR: join(directory, 'operators') });
  const { accessToken: token } = await api.signUp();
  const { items } = (await api.call('/api/v1/workflows?limit=100', { token })).body;
  expect(items.find(({ name }: WorkflowView) => name === 'ink')).toMatchObject({
    version: 1,
    available: true,
    leastCost: 1,
    params: {
      required: ['prompt'],
      properties: {
        model: { enum: expect.arrayContaining(['v1-5-pruned-emaonly-fp16.safetensors']) },
        steps: { minimum: 1, maximum: 60, default: 20 },
      },
    },
  });
  expect((await api.call('/openapi.json')).body.paths).toHaveProperty('/api/v1/generate/ink');
  expect(parseCommand(items, ['ink', 'a harbour', '--steps', '9'])).toMatchObject({
    workflow: 'ink',
    values: { prompt: 'a harbour', steps: 9 },
  });
});

test('a folder under templates reaches catalogue, document and command line', async () => {
  const workflows = join(directory, 'workflows');
  const source = join(import.meta.dirname, '../../../workflows');
  await cp(source, workflows, { recursive: true, filter: (path) => !/node_modules|tsconfig/.test(path) });
  await symlink(join(source, 'node_modules'), join(workflows, 'node_modules'));
  // The only change to the copy: a folder more.
  await cp(join(workflows, 'templates/upscale'), join(workflows, 'templates/enlarge'), { recursive: true });
  const definition = join(workflows, 'templates/enlarge/workflow.ts');
  const text = await readFile(definition, 'utf8');
  await writeFile(definition, text.replace("name: 'upscale'", "name: 'enlarge'"));

  const { builtinWorkflows } = (await import(pathToFileURL(join(workflows, 'builtin.ts')).href)) as {
    builtinWorkflows: readonly Workflow[];
  };
  const deps = { database: platform.db.database, workflows: builtinWorkflows, clock: systemClock };
  const catalogue = createCatalogue(deps);
  const listed = await catalogue.listWorkflows();
  const entries = await catalogue.readEntries();
  const views = await Promise.all(
    listed.map(async (item) =>
      presentWorkflow(item, { options: await catalogue.listOptions(item.workflow), entries }, 100),
    ),
  );
  expect(views.find(({ name }) => name === 'enlarge')).toMatchObject({ available: true });
  const document = createOpenApiDocument({
    publicUrl: 'http://localhost',
    workflows: await catalogue.listOffered(),
    servesFiles: true,
  });
  expect(document.paths).toHaveProperty('/api/v1/generate/enlarge');
  expect(parseCommand(views, ['enlarge', 'photo.jpg', '--scale', '4'])).toMatchObject({
    workflow: 'enlarge',
    values: { image: 'photo.jpg', scale: 4 },
    images: ['image'],
  });
});
