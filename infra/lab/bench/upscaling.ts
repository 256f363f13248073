import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkNames, networks } from '@star-graph/preview-backend/pictures/networks';
import { type MemoryPicture, openPicture, renderPicture } from '@star-graph/preview-backend/pictures/picture';
import { createPixelWorkers } from '@star-graph/preview-backend/pictures/pixelWorkers';
import { type ResizeDeps, resizeInMemory } from '@star-graph/preview-backend/pictures/resizePicture';
import { upscalePicture } from '@star-graph/preview-backend/pictures/upscalePicture';
import { edgeFidelity, psnr, steepness } from '@star-graph/preview-backend/testing/likeness';
import sharp from 'sharp';
import { ssim } from 'ssim.js';

/** The middle of each photograph: the networks take seconds for a megapixel. */
const side = 256;
/** Left out on each side, where every method guesses. */
const border = 8;

type Enlarge = (small: MemoryPicture) => Promise<MemoryPicture>;

interface Line {
  name: string;
  scale: 2 | 4;
  figures: Figures[];
}

interface Figures {
  psnr: number;
  ssim: number;
  edges: number;
  steepness: number;
  seconds: number;
}

/**
 * Reduces each photograph of a folder by a centred Lanczos, enlarges it again by every method, and compares with what
 * it was. Markdown, with the mean of all photographs.
 */
export async function measureUpscaling(folder: string, note: (text: string) => void): Promise<string> {
  const workers = createPixelWorkers(1);
  const deps: ResizeDeps = { workers, folders: { scratch: tmpdir() } };
  try {
    const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g|webp)$/i.test(name)).sort();
    if (names.length === 0) throw new Error(`${folder} holds no pictures`);
    const originals = await Promise.all(names.map((name) => readMiddle(join(folder, name))));
    const lines: Line[] = [];
    for (const scale of [2, 4] as const) {
      for (const [name, enlarge] of methodsFor(deps, scale)) {
        note(`measuring ${name} at ${scale}× …`);
        lines.push({ name, scale, figures: await measureMethod(deps, originals, scale, enlarge) });
      }
    }
    return renderLines(lines);
  } finally {
    await workers.close();
  }
}

async function readMiddle(path: string): Promise<MemoryPicture> {
  const { width, height } = await sharp(path).metadata();
  if (width < side || height < side) throw new Error(`${path} is smaller than ${side}×${side}`);
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  return renderPicture(sharp(path).extract({ left, top, width: side, height: side }), 3);
}

function methodsFor(deps: ResizeDeps, scale: 2 | 4): [name: string, enlarge: Enlarge][] {
  const resizers = ['nearest-exact', 'bilinear', 'bicubic', 'lanczos'].map((method): [string, Enlarge] => [
    method,
    (small) => resizeInMemory(deps, small, { width: side, height: side }, method),
  ]);
  const fitting = networkNames.filter((name) => networks[name].factor === scale || name === 'rdn');
  const upscalers = fitting.map((network): [string, Enlarge] => [
    network,
    async (small) => {
      const enlarged = await upscalePicture(deps, small, { network, scale }, () => undefined);
      return renderPicture(openPicture(enlarged), 3);
    },
  ]);
  return [...resizers, ...upscalers];
}

async function measureMethod(
  deps: ResizeDeps,
  originals: readonly MemoryPicture[],
  scale: number,
  enlarge: Enlarge,
): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const original of originals) {
    const small = await resizeInMemory(
      deps,
      original,
      { width: side / scale, height: side / scale },
      'lanczos',
    );
    // The first picture loads the network, which is not counted.
    if (figures.length === 0) await enlarge(small);
    const startedAt = performance.now();
    const enlarged = await enlarge(small);
    const seconds = (performance.now() - startedAt) / 1_000;
    const [was, is] = [await cutBorder(original), await cutBorder(enlarged)];
    figures.push({
      psnr: psnr(was, is),
      ssim: ssim(await toImageData(was), await toImageData(is), { downsample: false }).mssim,
      edges: edgeFidelity(was, is),
      steepness: steepness(was, is),
      seconds,
    });
  }
  return figures;
}

function cutBorder(picture: MemoryPicture): Promise<MemoryPicture> {
  const inner = side - 2 * border;
  const middle = { left: border, top: border, width: inner, height: inner };
  return renderPicture(openPicture(picture).extract(middle), 3);
}

async function toImageData(picture: MemoryPicture) {
  const { width, height, pixels } = await renderPicture(openPicture(picture), 4);
  return { width, height, data: Uint8ClampedArray.from(pixels) };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function renderLines(lines: readonly Line[]): string {
  const secondsOf = (line: Line): number => mean(line.figures.map(({ seconds }) => seconds));
  const rows = lines.map((line) => {
    const lanczos = lines.find(({ name, scale }) => name === 'lanczos' && scale === line.scale) ?? line;
    const figure = (key: keyof Figures): number => mean(line.figures.map((one) => one[key]));
    const wins = line.figures.filter((one, at) => one.psnr > (lanczos.figures[at]?.psnr ?? 0)).length;
    return [
      `${line.scale}×`,
      line.name,
      `${figure('psnr').toFixed(2)} dB`,
      line === lanczos ? '' : `${wins} of ${line.figures.length}`,
      figure('ssim').toFixed(4),
      `${figure('edges').toFixed(2)} dB`,
      figure('steepness').toFixed(2),
      `${(secondsOf(line) / (side * side * 1e-6)).toFixed(1)} s`,
      (secondsOf(line) / secondsOf(lanczos)).toFixed(1),
    ].join(' | ');
  });
  const head = [
    'scale | by | PSNR | better than Lanczos | SSIM | PSNR at edges | steepness of edges | time a megapixel | by that of Lanczos',
    '--- | --- | --- | --- | --- | --- | --- | --- | ---',
  ];
  return [...head, ...rows].map((row) => `| ${row} |`).join('\n');
}
