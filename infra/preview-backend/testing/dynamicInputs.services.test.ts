import { randomUUID } from 'node:crypto';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BackendClient, connectBackend } from './backendClient.ts';

let backend: PreviewBackendProcess;
let client: BackendClient;

beforeAll(async () => {
  backend = await startPreviewBackend();
  client = await connectBackend(backend.url);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await backend.stop();
});

type Node = [classType: string, inputs: object];

const toGraph = (nodes: Record<string, Node>) =>
  Object.fromEntries(Object.entries(nodes).map(([id, [class_type, inputs]]) => [id, { class_type, inputs }]));

/** The errors of each node that the server names when it refuses the graph. */
async function refusals(nodes: Record<string, Node>): Promise<unknown> {
  const response = await client.send('/prompt', { prompt: toGraph(nodes), prompt_id: randomUUID() });
  const { node_errors } = (await response.json()) as { node_errors: { [id: string]: { errors: unknown } } };
  expect(response.status).toBe(400);
  return Object.fromEntries(Object.entries(node_errors).map(([id, { errors }]) => [id, errors]));
}

const image: Node = ['EmptyImage', { width: 64, height: 32, batch_size: 1, color: 0 }];
const preview = (link: [string, number]): Node => ['PreviewImage', { images: link }];
const show = (link: [string, number]): Node => ['PreviewAny', { source: link }];

const textOf = (run: { outputs: object }, node: string): unknown =>
  (run.outputs as { [id: string]: { text?: string[] } })[node]?.text?.[0];

describe('a choice with inputs of its own', () => {
  const resize = (inputs: object): Node => ['ResizeImageMaskNode', { scale_method: 'area', ...inputs }];

  test('misses what its chosen option needs, under the dotted name', async () => {
    const graph = {
      '1': image,
      '2': resize({ input: ['1', 0], resize_type: 'scale width' }),
      '3': preview(['2', 0]),
    };
    expect(await refusals(graph)).toEqual({
      '2': [
        {
          type: 'required_input_missing',
          message: 'Required input is missing',
          details: 'width',
          extra_info: { input_name: 'resize_type.width' },
        },
      ],
    });
  });

  test('checks the range of an input of its option', async () => {
    const inputs = { input: ['1', 0], resize_type: 'scale by multiplier', 'resize_type.multiplier': 99 };
    expect(await refusals({ '1': image, '2': resize(inputs), '3': preview(['2', 0]) })).toMatchObject({
      '2': [{ type: 'value_bigger_than_max', extra_info: { input_name: 'resize_type.multiplier' } }],
    });
  });

  test('passes validation when its option is unknown and fails when it runs', async () => {
    const inputs = { input: ['1', 0], resize_type: 'sideways' };
    const run = await client.run(toGraph({ '1': image, '2': resize(inputs), '3': preview(['2', 0]) }));
    expect(run.status.messages.at(-1)).toMatchObject([
      'execution_error',
      {
        node_id: '2',
        exception_type: 'TypeError',
        exception_message:
          "ResizeImageMaskNode.execute() missing 1 required positional argument: 'resize_type'\n",
      },
    ]);
  });
});

describe('a list of inputs that grows', () => {
  const math = (inputs: object): Node => ['ComfyMathExpression', inputs];

  test('needs as many as its least', async () => {
    expect(await refusals({ '1': math({ expression: '1' }), '2': show(['1', 0]) })).toMatchObject({
      '1': [{ type: 'required_input_missing', details: 'a', extra_info: { input_name: 'values.a' } }],
    });
  });

  test('hands its values to the node by the names after the dot', async () => {
    const inputs = { expression: 'a * b + 1', 'values.a': 24, 'values.b': 5 };
    const run = await client.run(toGraph({ '1': math(inputs), '2': show(['1', 1]) }));
    expect(textOf(run, '2')).toBe('121');
  });

  test('drops values that are nested instead of dotted', async () => {
    const inputs = { expression: 'a', values: { a: 5 }, 'values.a': 7 };
    const run = await client.run(toGraph({ '1': math(inputs), '2': show(['1', 1]) }));
    expect(textOf(run, '2')).toBe('7');
  });

  test('fails on a link under a name that the node does not know', async () => {
    const inputs = { expression: 'a', 'values.a': 7, b: ['1', 0] };
    const graph = { '1': ['PrimitiveInt', { value: 3 }] as Node, '2': math(inputs), '3': show(['2', 1]) };
    const run = await client.run(toGraph(graph));
    expect(run.status.messages.at(-1)).toMatchObject([
      'execution_error',
      { node_id: '2', exception_type: 'TypeError' },
    ]);
  });
});

test('a switch runs only the side that it takes', async () => {
  const run = await client.run(
    toGraph({
      '1': ['PrimitiveInt', { value: 3 }],
      '2': ['ComfyMathExpression', { expression: 'a / 0', 'values.a': 1 }],
      '3': ['ComfySwitchNode', { switch: true, on_true: ['1', 0], on_false: ['2', 0] }],
      '4': show(['3', 0]),
    }),
  );
  expect(run.status.status_str).toBe('success');
  expect(textOf(run, '4')).toBe('3');
});
