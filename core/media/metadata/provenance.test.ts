import { describe, expect, test } from 'vitest';
import {
  formatProvenance,
  orientationExif,
  type Provenance,
  parseProvenance,
  readOrientation,
  unwrapXmp,
  wrapInXmp,
} from './provenance.ts';

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

describe('the orientation of an EXIF block', () => {
  /** A tag before it, as cameras write, in the order of Intel. */
  const ofCamera = Buffer.from(
    '49492a000800000002000f01020004000000414243001201030001000000080000000000000000',
    'hex',
  );

  test('is read in both orders of bytes, behind any tag', () => {
    for (const orientation of [2, 6, 8])
      expect(readOrientation(orientationExif(orientation) ?? Buffer.alloc(0))).toBe(orientation);
    expect(readOrientation(ofCamera)).toBe(8);
    expect(readOrientation(Buffer.concat([Buffer.from('Exif\0\0'), ofCamera]))).toBe(8);
  });

  test('is upright where it is cut off, unknown or no EXIF', () => {
    for (let end = 0; end < 32; end += 1) expect(readOrientation(ofCamera.subarray(0, end))).toBe(1);
    const unknown = Buffer.from(ofCamera);
    for (const value of [0, 9, 255]) {
      unknown.writeUInt8(value, 30);
      expect(readOrientation(unknown)).toBe(1);
    }
    const far = Buffer.from(ofCamera);
    far.writeUInt32LE(0xffff_fff0, 4);
    expect(readOrientation(far)).toBe(1);
    expect(readOrientation(Buffer.from('a picture of a cat'))).toBe(1);
  });
});
