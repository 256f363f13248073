import { readFile } from 'node:fs/promises';
import { shippedFiles } from '@star-graph/workflows/models/shippedFiles/shippedFiles';
import { expect, test } from 'vitest';

const path = new URL('models.json', import.meta.url).pathname;

interface Entry {
  name: string;
  megabytes: number;
  network?: string;
}
type Manifest = Record<string, Entry[]>;

/** Where a size was not established, the load of the file is simulated as that of a small one. */
const unknownMegabytes = 100;

/** What is there, with every usual file of the shipped workflows at its published size. */
function withShipped(manifest: Manifest): Manifest {
  const merged: Manifest = structuredClone(manifest);
  for (const { folder, name, bytes } of shippedFiles) {
    const megabytes = bytes === undefined ? undefined : Math.round(bytes / 1e6);
    merged[folder] ??= [];
    const known = merged[folder].find((entry) => entry.name === name);
    if (!known) merged[folder].push({ name, megabytes: megabytes ?? unknownMegabytes });
    else if (megabytes !== undefined) known.megabytes = megabytes;
  }
  return merged;
}

/** One file a line. */
function print(manifest: Manifest): string {
  const folders = Object.entries(manifest).map(([folder, entries]) => {
    const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`);
    return `  ${JSON.stringify(folder)}: [\n${lines.join(',\n')}\n  ]`;
  });
  return `{\n${folders.join(',\n')}\n}\n`;
}

test('models.json has every usual file of the shipped workflows', async () => {
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  await expect(print(withShipped(manifest))).toMatchFileSnapshot(path);
});

test('without a GPU pictures are enlarged by quick networks, unless a finer model is named', async () => {
  const { upscale_models: models } = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  const networks = new Map(models?.map(({ name, network }) => [name, network]));
  const networkOf = (name: string) => networks.get(name);
  expect(['RealESRGAN_x2plus.pth', 'RealESRGAN_x4plus.pth'].map(networkOf)).toEqual(['slim-2x', 'slim-4x']);
  const fine = [2, 4].map((scale) => `003_realSR_BSRGAN_DFO_s64w8_SwinIR-M_x${scale}_GAN.pth`);
  expect(fine.map(networkOf)).toEqual(['rdn', 'rdn']);
});
