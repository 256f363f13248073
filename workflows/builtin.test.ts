import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builtinWorkflows, currentBuiltins, findBuiltin } from './builtin.ts';
import { checkGraph } from './graph/checkGraph.ts';
import { findModels } from './models/loaders.ts';
import { arbitraryImage, arbitraryParams } from './testing/arbitraryParams.ts';
import { propertyRuns } from './testing/propertyRuns.ts';
import { objectInfoFor } from './testing/testObjectInfo.ts';
import type { BoundInput, InputImage, Workflow, WorkflowParams } from './workflow.ts';

const photo: InputImage = { width: 1203, height: 800 };

const film = { frames: 50, fps: 25, seconds: 2, hasSound: true };

function boundImages(workflow: Workflow, size: InputImage): Record<string, BoundInput> {
  return Object.fromEntries([
    ...workflow.imageParams.map((param) => [param, { ...size, uploadedName: `${param}-0a1b.png` }]),
    ...workflow.videoParams.map((param) => [param, { ...size, ...film, uploadedName: `${param}-0a1b.mp4` }]),
    ...workflow.audioParams.map((param) => [param, { seconds: 700, uploadedName: `${param}-0a1b.mp3` }]),
  ]);
}

const bind = (workflow: Workflow, params: WorkflowParams, image = photo) =>
  workflow.bind(params, { images: boundImages(workflow, image), outputPrefix: 'star-graph/task' });

/** Parameters that mean more GPU work when they grow. */
const workParams = ['width', 'height', 'steps', 'videoSteps', 'count', 'frames', 'scale'];

test('ships the six kinds of the platform', () => {
  const names = currentBuiltins.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['img2img', 'img2video', 'pose', 'text2img', 'text2video', 'upscale']),
  );
  expect(findBuiltin('constructor')).toBeUndefined();
});

/** The folder of a version's own files, relative to this file. */
const folderOf = (workflow: Workflow): string =>
  currentBuiltins.includes(workflow)
    ? `./templates/${workflow.name}`
    : `./templates/${workflow.name}/earlier/v${workflow.version}`;

const earlier = builtinWorkflows
  .filter((workflow) => !currentBuiltins.includes(workflow))
  .map((workflow) => [`${workflow.name} v${workflow.version}`, workflow] as const);

test.each(earlier)('%s is what it was when it was current', async (_, workflow) => {
  const pinned = await readFile(new URL(`${folderOf(workflow)}/digest.txt`, import.meta.url), 'utf8');
  // Tasks were accepted with it: a changed rule gets a form of its own for this version, and the digest stays.
  expect(workflow.digest).toBe(pinned.trim());
});

const versions = builtinWorkflows.map(
  (workflow) => [`${workflow.name} v${workflow.version}`, workflow] as const,
);

describe.each(versions)('%s', (_, workflow) => {
  const objectInfo = objectInfoFor(workflow.nodeClasses(), workflow.models(workflow.example));

  test('binds all valid params to a graph that a server accepts', () => {
    fc.assert(
      fc.property(arbitraryParams(workflow), arbitraryImage, (params, image) => {
        const images = boundImages(workflow, image);
        fc.pre(workflow.checkImages(params, images).length === 0);
        const graph = bind(workflow, params, image);
        expect(checkGraph(graph, objectInfo)).toEqual([]);
        expect(workflow.models(params)).toEqual(findModels(graph));
        expect(new Set(workflow.nodeClasses(params))).toEqual(
          new Set(Object.values(graph).map((node) => node.class_type)),
        );
      }),
    );
  });

  test('binds its example to the graph that was reviewed', async () => {
    const bound = `${JSON.stringify(bind(workflow, workflow.example), null, 2)}\n`;
    // Beside the template, so that a new workflow is one folder.
    await expect(bound).toMatchFileSnapshot(`${folderOf(workflow)}/bound.v${workflow.version}.json`);
  });

  test('leaves its template unchanged by earlier bindings', () => {
    const before = bind(workflow, workflow.example);
    fc.assert(
      fc.property(arbitraryParams(workflow), (params) => void bind(workflow, params)),
      propertyRuns(20),
    );
    expect(bind(workflow, workflow.example)).toEqual(before);
  });

  test('puts the server’s prefix, never a user’s text, into savers', () => {
    fc.assert(
      fc.property(arbitraryParams(workflow), (params) => {
        const savers = Object.values(bind(workflow, params)).filter(
          (node) => 'filename_prefix' in node.inputs,
        );
        expect(savers.map((node) => node.inputs.filename_prefix)).toEqual(['star-graph/task']);
      }),
    );
  });

  test('costs whole credits from 1, never fewer for more work', () => {
    const grown = fc
      .tuple(arbitraryParams(workflow), arbitraryParams(workflow), arbitraryImage)
      .map(([less, more, image]) => {
        const larger = { ...less };
        for (const param of workParams) {
          const [a, b] = [less[param], more[param]];
          if (typeof a === 'number' && typeof b === 'number') larger[param] = Math.max(a, b);
        }
        return { less, larger, images: boundImages(workflow, image) };
      });
    fc.assert(
      fc.property(grown, ({ less, larger, images }) => {
        const price = workflow.price(less, images);
        expect(Number.isSafeInteger(price) && price >= 1).toBe(true);
        expect(workflow.price(larger, images)).toBeGreaterThanOrEqual(price);
        expect(workflow.workUnits(less, images)).toBeGreaterThan(0);
        expect(workflow.estimateSeconds(larger, images)).toBeGreaterThanOrEqual(
          workflow.estimateSeconds(less, images),
        );
      }),
    );
  });

  test('refuses unknown keys and describes every parameter in both languages', () => {
    expect(workflow.params.safeParse({ ...workflow.example, cheat: 1 }).success).toBe(false);
    const schema = z.toJSONSchema(workflow.params, { io: 'input' });
    expect(schema.additionalProperties).toBe(false);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const title = z
        .object({ title: z.string(), 'x-title': z.object({ en: z.string(), 'zh-CN': z.string() }) })
        .safeParse(property);
      expect(title.success, name).toBe(true);
    }
  });

  test('stores params that parse to themselves, so a task can rerun', () => {
    fc.assert(
      fc.property(arbitraryParams(workflow), (params) => {
        expect(workflow.params.parse(params)).toEqual(params);
      }),
    );
  });
});
