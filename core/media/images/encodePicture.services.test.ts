import { describe, expect, test } from 'vitest';
import { createTwoColours, openPicture } from '../../testing/pictures.ts';
import { findRewriter } from '../metadata/findRewriter.ts';
import { formatProvenance } from '../metadata/provenance.ts';
import { encodePicture } from './encodePicture.ts';

const provenanceText = formatProvenance({
  platform: 'star-graph',
  workflow: { name: 'text2img', version: 1 },
  taskId: '01900000-0000-7000-8000-000000000000',
  seed: 7,
});

async function createResult(): Promise<Buffer> {
  const png = await createTwoColours().ensureAlpha(0).png().toBuffer();
  return Buffer.concat(findRewriter('png')?.rewrite(png, { provenanceText, orientation: 1 }) ?? []);
}

describe('encodePicture', () => {
  test.each([
    ['webp', 'webp'],
    ['jpeg', 'jpg'],
  ] as const)('makes a %s that still says where it came from', async (format, ext) => {
    const encoded = await encodePicture(await createResult(), { format, quality: 80 });
    expect(await openPicture(encoded).metadata()).toMatchObject({ format, width: 64, height: 32 });
    expect(findRewriter(ext)?.findProvenanceText(encoded)).toBe(provenanceText);
  });

  test('passes on byte for byte what has the format already', async () => {
    const result = await createResult();
    expect(await encodePicture(result, { format: 'png', quality: 10 })).toBe(result);
  });

  test('puts white behind what is transparent, where the format knows no transparency', async () => {
    const encoded = await encodePicture(await createResult(), { format: 'jpeg' });
    const { data } = await openPicture(encoded).raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)].every((value) => value > 250)).toBe(true);
  });

  test('makes a smaller file of less quality', async () => {
    const [worse, better] = [
      await encodePicture(await createResult(), { format: 'jpeg', quality: 1 }),
      await encodePicture(await createResult(), { format: 'jpeg', quality: 100 }),
    ];
    expect(worse.length).toBeLessThanOrEqual(better.length);
  });
});
