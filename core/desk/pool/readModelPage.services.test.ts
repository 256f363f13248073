import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, test } from 'vitest';
import { envSchema } from '../../ground/config/config.ts';
import { fixture } from '../../testing/fixture.ts';
import { startModelSites } from '../../testing/services/modelSites.ts';
import { openModelSites } from './modelSites.ts';
import { readModelPage } from './readModelPage.ts';

const sites = fixture(() => startModelSites());
const sha256 = createHash('sha256').update('weights').digest('hex');
const sha = 'a'.repeat(40);

/** As developer.civitai.com/site/reference shows one. */
const version = {
  id: 2514310,
  name: 'v16.0',
  baseModel: 'Illustrious',
  availability: 'Public',
  usageControl: 'Download',
  trainedWords: ['ink wash, paper texture', 'ink wash'],
  files: [
    {
      id: 1,
      name: 'ink:v16.safetensors',
      type: 'Model',
      sizeKB: 6_775_430.35,
      pickleScanResult: 'Success',
      virusScanResult: 'Success',
      hashes: { SHA256: sha256.toUpperCase() },
      downloadUrl: 'https://civitai.com/api/download/models/2514310?type=Model&format=SafeTensor',
      primary: true,
    },
    {
      name: 'ink.zip',
      type: 'Training Data',
      downloadUrl: 'https://civitai.com/api/download/models/2514310?type=Training',
    },
    {
      name: 'ink.safetensors',
      type: 'Model',
      pickleScanResult: 'Danger',
      downloadUrl: 'https://civitai.com/a',
    },
    { name: 'elsewhere.safetensors', type: 'Model', downloadUrl: 'https://files.example/a' },
  ],
  images: [
    { url: 'https://image.civitai.com/x/1.jpeg', type: 'image', nsfwLevel: 8 },
    { url: 'https://image.civitai.com/x/2.jpeg', type: 'image', nsfwLevel: 1 },
  ],
};
const civitaiModel = {
  id: 827184,
  name: 'Ink\u0000 & Paper',
  type: 'LORA',
  allowCommercialUse: ['Image', 'RentCivit', 'Rent'],
  modelVersions: [{ ...version, id: 1, name: 'newer', baseModel: 'Flux.1 D' }, version],
};
const repository = {
  id: 'painters/Ink-Wash',
  sha,
  gated: 'auto',
  private: false,
  tags: ['lora', 'license:apache-2.0'],
  cardData: {
    license: 'apache-2.0',
    base_model: ['black-forest-labs/FLUX.1-dev'],
    instance_prompt: 'ink wash',
    widget: [{ text: 'a fox', output: { url: 'images/fox 1.png' } }],
  },
  siblings: [
    { rfilename: 'README.md', size: 10 },
    { rfilename: 'ink wash.safetensors', size: 7, lfs: { sha256, size: 7 } },
    { rfilename: 'unet/diffusion_pytorch_model.safetensors', size: 1 },
    { rfilename: 'old/ink.ckpt', size: 1 },
  ],
};

const open = (tokens = '') =>
  openModelSites({
    HUGGINGFACE_URL: sites.huggingface,
    CIVITAI_URL: sites.civitai,
    MODEL_HOST_TOKENS: envSchema.shape.MODEL_HOST_TOKENS.parse(tokens === '' ? undefined : tokens),
  });
const hostOf = (url: string) => new URL(url).host;
const withKeys = () => open(`${hostOf(sites.huggingface)}=${sites.key}`);

beforeEach(() => {
  sites.asked.length = 0;
  sites.models.clear();
  sites.repositories.clear();
  sites.models.set('827184', civitaiModel);
  sites.repositories.set('painters/Ink-Wash', repository);
});

const refusal = (page: Promise<unknown>) =>
  page.then(
    () => 'nothing was refused',
    (error) => error.message,
  );

test('a page of Civitai says what its version is, with the files that the site found safe', async () => {
  const page = await readModelPage(open(), 'https://civitai.com/models/827184/ink?modelVersionId=2514310');
  expect(page).toEqual({
    address: 'https://civitai.com/models/827184?modelVersionId=2514310',
    title: 'Ink & Paper v16.0',
    baseModel: 'Illustrious',
    family: 'sdxl',
    licence: {
      name: 'Civitai, commercial use: Image, RentCivit, Rent; base model Illustrious',
      url: 'https://civitai.com/models/827184?modelVersionId=2514310',
      mayBeSold: 'yes',
    },
    triggerWords: ['ink wash', 'paper texture'],
    isGated: false,
    sampleUrl: 'https://image.civitai.com/x/2.jpeg',
    files: [
      {
        folder: 'loras',
        name: 'ink_v16.safetensors',
        url: `${sites.civitai}/api/download/models/2514310?type=Model&format=SafeTensor`,
        bytes: 6_938_040_678,
        sha256,
      },
    ],
  });
  // The newest one without a word; what its base model forbids, its author cannot allow.
  const newest = await readModelPage(open(), 'https://civitai.com/models/827184');
  expect(newest).toMatchObject({ title: 'Ink & Paper newer', family: 'flux', licence: { mayBeSold: 'no' } });
});

test('a page of Hugging Face names its files at the commit that was read', async () => {
  const page = await readModelPage(open(), 'https://huggingface.co/painters/Ink-Wash/tree/main');
  expect(page).toEqual({
    address: 'https://huggingface.co/painters/Ink-Wash',
    title: 'Ink Wash',
    baseModel: 'black-forest-labs/FLUX.1-dev',
    family: 'flux',
    licence: { name: 'apache-2.0', url: 'https://huggingface.co/painters/Ink-Wash', mayBeSold: 'yes' },
    triggerWords: ['ink wash'],
    isGated: true,
    sampleUrl: `${sites.huggingface}/painters/Ink-Wash/resolve/${sha}/images/fox%201.png`,
    files: [
      {
        folder: 'loras',
        name: 'ink wash.safetensors',
        url: `${sites.huggingface}/painters/Ink-Wash/resolve/${sha}/ink%20wash.safetensors`,
        bytes: 7,
        sha256,
      },
    ],
  });
});

test('a key goes to its site alone', async () => {
  await readModelPage(withKeys(), 'https://huggingface.co/painters/Ink-Wash');
  await readModelPage(withKeys(), 'https://civitai.com/models/827184');
  expect(sites.asked).toEqual([
    { at: 'huggingface', path: '/api/models/painters/Ink-Wash?blobs=true', hasKey: true },
    { at: 'civitai', path: '/api/v1/models/827184', hasKey: false },
  ]);
});

test('what a site refuses is told with what to do, and never with the key', async () => {
  const gone = 'https://huggingface.co/painters/gone';
  expect(await refusal(readModelPage(open(), gone))).toMatch(
    /^invalid-params: .* asks who you are \(401\).* MODEL_HOST_TOKENS=127\.0\.0\.1:\d+=…/,
  );
  const refused = await refusal(readModelPage(withKeys(), gone));
  expect(refused).toMatch(/^invalid-params: .* has no such page \(404\)/);
  expect(refused).not.toContain(sites.key);
  expect(await refusal(readModelPage(open(), 'https://civitai.com/models/9'))).toMatch(
    /no such page \(404\)/,
  );
  sites.moved.set('painters/old', 'painters/Ink-Wash');
  expect(await refusal(readModelPage(open(), 'https://huggingface.co/painters/old'))).toMatch(/has moved/);
  sites.models.set('5', { ...civitaiModel, modelVersions: [{ ...version, usageControl: 'Generation' }] });
  expect(await refusal(readModelPage(open(), 'https://civitai.com/models/5'))).toMatch(
    /used on the site alone/,
  );
  sites.models.set('6', { ...civitaiModel, type: 'Workflows' });
  expect(await refusal(readModelPage(open(), 'https://civitai.com/models/6'))).toMatch(
    /no file that ComfyUI loads/,
  );
  sites.models.set('7', { id: 'seven' });
  expect(await refusal(readModelPage(open(), 'https://civitai.com/models/7'))).toMatch(
    /^invalid-params: .*something else/,
  );
});

test('no address but that of a model’s page is asked', async () => {
  for (const address of [
    'https://models.example/painters/Ink-Wash',
    'http://169.254.169.254/latest/meta-data',
    'https://civitai.com.evil.example/models/1',
    'https://civitai.com/user/account',
    'https://huggingface.co/datasets/painters/faces',
    'https://huggingface.co/painters/..%2f..%2fapi',
  ])
    expect(await refusal(readModelPage(open(), address))).toMatch(
      /^invalid-params: Give the address of a model’s page/,
    );
  expect(sites.asked).toEqual([]);
});

test('a picture is followed to the store without the key, and never into the network', async () => {
  const path = `/painters/Ink-Wash/resolve/${sha}/images/fox 1.png`;
  sites.files.set(path, { content: Buffer.from('a picture') });
  let insideAsked = 0;
  const inside = createServer((_, answer) => {
    insideAsked += 1;
    answer.end('secret');
  });
  await once(inside.listen(0, '127.0.0.1'), 'listening');
  const { port } = inside.address() as AddressInfo;
  const modelSites = withKeys();
  const site = modelSites.siteOf(new URL('https://huggingface.co/a/b'));
  // The store of the stand-in is on loopback, where no picture may come from.
  expect(
    await refusal(modelSites.fetchPicture(site, `${sites.huggingface}${path.replace(' ', '%20')}`)),
  ).toMatch(/^unavailable/);
  expect(sites.asked).toMatchObject([{ at: 'huggingface', hasKey: true }]);
  expect(await refusal(modelSites.fetchPicture(site, `http://127.0.0.1:${port}/a.png`))).toMatch(
    /^unavailable/,
  );
  expect(await refusal(modelSites.fetchPicture(site, 'file:///etc/passwd'))).toMatch(/^invalid-params/);
  expect(insideAsked).toBe(0);
  inside.close();
});

test('keys that are no pairs of host and token stop the start, and are not shown', () => {
  const read = envSchema.shape.MODEL_HOST_TOKENS.safeParse('secret-word');
  expect(read.success).toBe(false);
  expect(JSON.stringify(read.error)).not.toContain('secret-word');
  expect(envSchema.shape.MODEL_HOST_TOKENS.parse('a.example=k=1, b.example:8443=k2')).toEqual({
    'a.example': 'k=1',
    'b.example:8443': 'k2',
  });
});
