import { describe, expect, test } from 'vitest';
import { formatProvenance, type Provenance, parseProvenance, unwrapXmp, wrapInXmp } from './provenance.ts';

const provenance: Provenance = {
  platform: 'star-graph',
  workflow: { name: 'img2img', version: '3' },
  taskId: '019a0000-0000-7000-8000-000000000001',
  seed: '18446744073709551615',
  model: 'sd_xl_base_1.0.safetensors',
  params: { prompt: '</sg:provenance>&amp;<x> 猫🐈\0\n"\'', steps: 20 },
};

describe('formatProvenance', () => {
  test('writes what parseProvenance reads, in characters that every container takes', () => {
    const text = formatProvenance(provenance);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(text).not.toMatch(/[<>&]/);
    expect(parseProvenance(text)).toEqual(provenance);
    expect(parseProvenance(unwrapXmp(wrapInXmp(text)))).toEqual(provenance);
  });

  test('leaves out only params that do not fit into a segment', () => {
    const text = formatProvenance({ ...provenance, params: { prompt: '猫'.repeat(20_000) } });
    const { params: _params, ...rest } = provenance;
    expect(parseProvenance(text)).toEqual(rest);
  });

  test('keeps two prompts of 4,000 characters in the costliest script', () => {
    const params = { prompt: '猫'.repeat(4_000), negativePrompt: '犬'.repeat(4_000) };
    expect(parseProvenance(formatProvenance({ ...provenance, params }))?.params).toEqual(params);
  });
});

test.each([
  undefined,
  '',
  'not json',
  '{"prompt":{}}',
  '{"platform":"other","workflow":{"name":"a","version":1},"taskId":"x"}',
  'null',
])('parseProvenance does not take %j for ours', (text) => {
  expect(parseProvenance(text)).toBeUndefined();
});
