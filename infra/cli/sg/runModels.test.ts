import type { LackedModelView } from '@star-graph/contract/admin/backends';
import type { FetchListView } from '@star-graph/contract/admin/poolAgents';
import { noFields } from '@star-graph/workflows/models/modelEntry';
import { expect, test } from 'vitest';
import { type ModelsContext, readModelsCall, runModels } from './runModels.ts';

const vae: LackedModelView = {
  folder: 'vae',
  name: 'ae.safetensors',
  bytes: 335_304_388,
  proposedUrl: 'https://files.example/ae',
  licence: { name: 'Apache-2.0', url: null, mayBeSold: 'yes' },
};
const upscaler: LackedModelView = { folder: 'upscale_models', name: 'RealESRGAN_x4plus.pth' };

type Item = FetchListView['items'][number];

function createContext(rounds: Partial<Item>[]) {
  const lines: string[] = [];
  const orders: unknown[] = [];
  const list = (): FetchListView => {
    const round = rounds.length > 1 ? rounds.shift() : rounds[0];
    const item = { id: 'a', folder: 'vae', name: vae.name, url: '', state: 'waiting', bytesDone: 0 } as const;
    return { items: [{ ...item, createdAt: '', updatedAt: '', ...round }] };
  };
  const client = {
    adminListBackends: async () => ({ items: [{ id: 'b', name: 'gpu1', state: 'up' }] }),
    adminExamineBackend: async () => ({
      url: '',
      reachable: true,
      lacks: [
        { what: 'the VAE', workflows: ['z-image'], model: vae },
        { what: 'the upscaler', workflows: ['upscale'], model: upscaler },
        { what: 'a node', workflows: ['pose'] },
      ],
    }),
    adminListModelFetches: async () => list(),
    adminFetchModels: async (order: { body: unknown }) => {
      orders.push(order.body);
      return list();
    },
  };
  const context: ModelsContext & { agrees: boolean } = {
    // Only what the command reads of a server is here.
    client: client as unknown as ModelsContext['client'],
    clock: { sleep: async () => undefined },
    say: (line) => lines.push(line),
    confirm: async () => context.agrees,
    stopped: new AbortController().signal,
    agrees: true,
  };
  return { context, lines, orders };
}

test('size, licence and address of each file are shown, and nothing is fetched without a yes', async () => {
  const { context, lines, orders } = createContext([{}]);
  context.agrees = false;
  expect(await runModels(context, readModelsCall(['gpu1']))).toBe(false);
  expect(lines.join('\n')).toContain(
    `vae/ae.safetensors
  size     0.3 GB
  licence  Apache-2.0 (pictures may be sold)
  from     https://files.example/ae
  for      z-image`,
  );
  expect(lines.join('\n')).toMatch(
    /RealESRGAN_x4plus.pth\n.*unknown.*\n.*not established.*\n.*no address is known/,
  );
  expect(lines.at(-1)).toContain('1 of them have no address');
  expect(orders).toEqual([]);
});

test('a fetch is followed to its end, each change said once', async () => {
  const half = { state: 'running', bytes: 2e9, bytesDone: 1e9 } as const;
  const rounds = [{}, half, half, { state: 'done', bytes: 2e9, bytesDone: 2e9, sha256: 'f00' } as const];
  const { context, lines, orders } = createContext(rounds);
  expect(await runModels(context, readModelsCall(['gpu1', '--workflow', 'z-image', '--yes']))).toBe(true);
  const { folder, name, bytes } = vae;
  expect(orders).toEqual([{ files: [{ folder, name, bytes, url: vae.proposedUrl }] }]);
  expect(lines.slice(1)).toEqual([
    'vae/ae.safetensors: waits',
    'vae/ae.safetensors: 50 % of 2.0 GB',
    'vae/ae.safetensors: there, SHA-256 f00',
  ]);
});

test('an address and a checksum of the operator go before what is proposed, and a stray one is refused', async () => {
  const failed = { state: 'failed', fault: 'No such file.' } as const;
  const { context, lines, orders } = createContext([failed]);
  const given = ['--url', 'vae/ae.safetensors=https://nas/ae?a=b', '--sha256', 'vae/ae.safetensors=c0de'];
  expect(await runModels(context, readModelsCall(['gpu1', '--workflow', 'z-image', '--yes', ...given]))).toBe(
    false,
  );
  expect(orders).toMatchObject([{ files: [{ url: 'https://nas/ae?a=b', sha256: 'c0de' }] }]);
  expect(lines.at(-1)).toBe('vae/ae.safetensors: failed. No such file.');
  await expect(runModels(context, readModelsCall(['gpu1', '--url', 'vae/x.pt=https://a']))).rejects.toThrow(
    'lacks vae/x.pt',
  );
  await expect(runModels(context, readModelsCall(['gpu9']))).rejects.toThrow('no GPU server "gpu9"');
  expect(() => readModelsCall(['--fast'])).toThrow('npm run sg -- models');
});

test('a model by its page is described before it is fetched, and what was said before stays', async () => {
  const { context, lines, orders } = createContext([
    { name: 'ink.safetensors', folder: 'loras', state: 'done' },
  ]);
  const file = {
    folder: 'loras' as const,
    name: 'ink.safetensors',
    url: 'https://files.example/ink',
    bytes: 2e8,
  };
  const page = {
    address: 'https://civitai.com/models/1',
    title: 'Ink',
    baseModel: 'Pony',
    family: 'sdxl' as const,
    licence: { name: 'Civitai', url: null, mayBeSold: 'no' as const },
    triggerWords: ['ink wash'],
    isGated: true,
    hasSample: true,
    files: [file, { ...file, name: 'other.safetensors' }],
  };
  const said: unknown[] = [];
  const before = { ...noFields, title: { en: 'Ours', 'zh-CN': '我们的' } };
  Object.assign(context.client, {
    adminReadModelPage: async () => page,
    adminTakeModelSample: async () => ({ id: 'sample' }),
    adminGetModel: async () => ({ edited: { version: 3, fields: before } }),
    adminPutModel: async ({ body }: { body: unknown }) => {
      expect(orders).toEqual([]);
      said.push(body);
    },
  });
  const call = ['gpu1', '--page', page.address, '--role', 'admin', '--price', '150'];
  context.agrees = false;
  expect(await runModels(context, readModelsCall(call))).toBe(false);
  expect(lines.join('\n')).toMatch(/gated.*\n.*Pony; family sdxl\n.*may NOT be sold.*\n.*ink wash\n/);
  expect([said, orders]).toEqual([[], []]);
  context.agrees = true;
  expect(await runModels(context, readModelsCall(call))).toBe(true);
  const { family, licence, triggerWords } = page;
  expect(said).toEqual([
    {
      ...before,
      version: 3,
      family,
      licence,
      triggerWords,
      sample: 'sample',
      roles: ['admin'],
      pricePercent: 150,
    },
  ]);
  expect(orders).toEqual([{ files: [file] }]);
  await expect(runModels(context, readModelsCall(['gpu1', '--page', 'x', '--file', 'no']))).rejects.toThrow(
    'has no file "no". It has ink.safetensors, other.safetensors.',
  );
});

test('a model of a page is tried once when it has come, in the form that offers it, and its picture is said', async () => {
  const { context, lines } = createContext([{ name: 'ink.safetensors', folder: 'loras', state: 'done' }]);
  const page = {
    address: 'https://civitai.com/models/1',
    title: 'Ink',
    triggerWords: ['ink wash'],
    isGated: false,
    hasSample: false,
    files: [{ folder: 'loras', name: 'ink.safetensors', url: 'x' }],
  };
  const loras = (names: string[]) => ({ items: { properties: { name: { enum: names } } } });
  const view = (name: string, required: string[], names: string[]) => ({
    name,
    available: true,
    outputKind: 'image',
    params: { required, properties: { prompt: {}, loras: loras(names) } },
  });
  const made: unknown[] = [];
  let looks = 0;
  let hasPicture = true;
  Object.assign(context.client, {
    adminReadModelPage: async () => page,
    adminGetModel: async () => ({}),
    adminPutModel: async () => undefined,
    // Its server is looked at a moment later.
    listWorkflows: async () => ({
      items: [
        view('img2img', ['image', 'prompt'], ['ink.safetensors']),
        view('text2img', ['prompt'], looks++ === 0 ? [] : ['style/ink.safetensors']),
      ],
    }),
    generate: async (...asked: unknown[]) => {
      made.push(asked);
      return { id: 't', status: 'queued', outputs: [] };
    },
    getTask: async () =>
      hasPicture
        ? { id: 't', status: 'succeeded', cost: 4, outputs: [{ url: 'https://files.example/t.png' }] }
        : { id: 't', status: 'failed', outputs: [], error: { detail: 'The file does not load.' } },
  });
  const call = ['gpu1', '--page', page.address, '--yes'];
  expect(await runModels(context, readModelsCall(call))).toBe(true);
  expect(made).toEqual([]);
  expect(await runModels(context, readModelsCall([...call, '--try']))).toBe(true);
  expect(made).toEqual([
    ['text2img', { prompt: 'ink wash, a lighthouse at dawn', loras: [{ name: 'style/ink.safetensors' }] }],
  ]);
  expect(lines.at(-1)).toBe(
    'ink.safetensors: tried with text2img for 4 credits: https://files.example/t.png',
  );
  hasPicture = false;
  expect(await runModels(context, readModelsCall([...call, '--try']))).toBe(false);
  expect(lines.at(-1)).toBe('ink.safetensors: the try with text2img failed. The file does not load.');
});
