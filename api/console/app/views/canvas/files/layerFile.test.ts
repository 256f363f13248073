import { encodeColourPng } from '@star-graph/ui/pictures/mask/encodePng';
import { writePsdUint8Array } from 'ag-psd';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { LayerFileError } from './layerFile.ts';
import { readOra } from './ora.ts';
import { readPsd, writePsd } from './psd.ts';

const noise = (width: number, height: number, seed: number) =>
  Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => ((at + seed) * 7_919) % 256);

const sky = {
  name: '天空',
  opacity: 1,
  isHidden: false,
  x: -7,
  y: 3,
  width: 60,
  height: 20,
  bytes: noise(60, 20, 1),
};
const shade = {
  name: 'shade <&> "a"',
  opacity: 0.5,
  isHidden: true,
  blend: 'soft-light' as const,
  x: 4,
  y: 0,
  width: 9,
  height: 30,
  bytes: noise(9, 30, 5),
};
const size = { width: 64, height: 32 };

const faultOf = (read: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(read)
    .then(
      () => 'read',
      (error: unknown) => (error instanceof LayerFileError ? error.fault : `${error}`),
    );

const groups = [
  { id: 'all', name: 'all', opacity: 1, isHidden: false, blend: undefined, group: undefined },
  { id: 'dark', name: '暗', opacity: 0.5, isHidden: true, blend: 'multiply' as const, group: 'all' },
  { id: 'apart', name: 'apart', opacity: 1, isHidden: false, blend: 'normal' as const, group: 'all' },
];

test('a PSD gives back every byte, place, name, group and blend mode of its layers', () => {
  const layers = [
    { ...sky, group: 'dark' },
    { ...shade, group: 'apart' },
    { ...shade, group: 'all' },
  ];
  const file = writePsd({ ...size, layers, groups }, noise(64, 32, 9));
  const read = readPsd(file);
  expect(read).toMatchObject({
    ...size,
    layers: [{ name: '天空', x: -7, y: 3, group: '1' }, { blend: 'soft-light', group: '2' }, { group: '0' }],
    groups: [
      { ...groups[0], id: '0' },
      { ...groups[1], id: '1', group: '0', opacity: expect.closeTo(0.5, 2) },
      { ...groups[2], id: '2', group: '0' },
    ],
  });
  const [first, second] = read.layers;
  expect(Buffer.from(first?.bytes ?? []).equals(Buffer.from(sky.bytes))).toBe(true);
  expect(Buffer.from(second?.bytes ?? []).equals(Buffer.from(shade.bytes))).toBe(true);
  expect([second?.isHidden, second?.name]).toEqual([true, shade.name]);
  expect(second?.opacity).toBeCloseTo(0.5, 2);
});

test('masks of layers and of groups around them come in with the pixels, and what is left out is told', () => {
  const grey = (width: number, height: number, value: number) => ({
    width,
    height,
    data: Uint8ClampedArray.from({ length: width * height * 4 }, () => value),
  });
  const layer = { name: 'a', left: 2, top: 0, right: 6, bottom: 1, imageData: grey(4, 1, 200) };
  const own = { left: 2, top: 0, right: 4, bottom: 1, defaultColor: 255, imageData: grey(2, 1, 51) };
  const around = { left: 3, top: 0, right: 5, bottom: 1, defaultColor: 0, imageData: grey(2, 1, 255) };
  const brightness = { type: 'brightness/contrast' as const, brightness: 20 };
  const children = [
    { name: 'inner', mask: around, children: [{ ...layer, mask: own }] },
    { name: 'off', mask: { ...around, disabled: true }, children: [layer] },
    { name: 'lighter', adjustment: brightness },
  ];
  const file = new Uint8Array(
    writePsdUint8Array({ width: 8, height: 8, children: children.slice(0, 2) }, { noBackground: true }),
  );
  const { layers, changed } = readPsd(file);
  const alphaOf = (nth: number) => layers[nth]?.bytes.filter((_, at) => at % 4 === 3);
  expect([...(alphaOf(0) ?? [])]).toEqual([0, 40, 200, 0]);
  expect([...(alphaOf(1) ?? [])]).toEqual([200, 200, 200, 200]);
  expect(changed).toEqual(['masks']);
  const lit = writePsdUint8Array({ width: 8, height: 8, children: [layer, ...children.slice(2)] });
  expect(readPsd(new Uint8Array(lit)).changed).toEqual(['effects']);
  const plain = writePsd({ ...size, layers: [sky], groups: [] }, noise(64, 32, 9));
  expect(readPsd(plain).changed).toEqual([]);
});

async function oraOf(
  layers: string,
  entries: Record<string, Uint8Array> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const png = await encodeColourPng({ width: 9, height: 30 }, (row) =>
    shade.bytes.subarray(row * 36, row * 36 + 36),
  );
  return new Uint8Array(
    zipSync({
      mimetype: [strToU8('image/openraster'), { level: 0 }],
      'stack.xml': strToU8(
        `<?xml version='1.0'?><image version="0.0.3" w="64" h="32"><stack>${layers}</stack></image>`,
      ),
      'data/a.png': new Uint8Array(await png.arrayBuffer()),
      ...entries,
    }),
  );
}

test('an ORA is read with its groups, from the lowest layer to the highest', async () => {
  const file = await oraOf(
    `<stack name="inner" x="2" y="1" opacity="0.5" visibility="hidden" isolation="isolate"><layer name="shade &lt;&amp;&gt; &quot;a&quot;" src="data/a.png" x="2" y="-1" opacity='0.5' composite-op="svg:soft-light"/></stack><stack/><layer src="data/a.png" name="low"/>`,
  );
  const { layers, ...read } = await readOra(file);
  const inner = { id: '0', name: 'inner', opacity: 0.5, isHidden: true, blend: 'normal', group: undefined };
  expect(read).toEqual({ ...size, groups: [inner] });
  expect(layers).toMatchObject([
    { name: 'low', opacity: 1, isHidden: false, x: 0, y: 0, width: 9, height: 30 },
    { name: shade.name, opacity: 0.5, isHidden: false, x: 4, y: 0, blend: 'soft-light', group: '0' },
  ]);
  for (const { bytes } of layers) expect(Buffer.from(bytes).equals(Buffer.from(shade.bytes))).toBe(true);
});

test('hostile and broken files are refused before anything large is unpacked', async () => {
  const psd = writePsd({ ...size, layers: [sky], groups: [] }, noise(64, 32, 9));
  const many = writePsd(
    { ...size, layers: Array.from({ length: 41 }, () => shade), groups: [] },
    noise(64, 32, 9),
  );
  const huge = psd.slice();
  // The height and the width in the header of a PSD.
  new DataView(huge.buffer).setUint32(14, 30_000);
  new DataView(huge.buffer).setUint32(18, 30_000);
  const layer = '<layer src="data/a.png"/>';
  const bomb = await oraOf('<layer src="data/a.png"/>');
  const entry = Buffer.from(bomb).lastIndexOf('data/a.png') - 46;
  // What the list of entries says of how large it is.
  new DataView(bomb.buffer).setUint32(entry + 24, 4_000_000_000, true);
  const png = new Uint8Array(
    await (await encodeColourPng({ width: 1, height: 1 }, () => new Uint8Array(4))).arrayBuffer(),
  );
  new DataView(png.buffer).setUint32(16, 60_000);
  new DataView(png.buffer).setUint32(20, 60_000);
  const faults = await Promise.all([
    faultOf(() => readPsd(psd.slice(0, 2_000))),
    faultOf(() => readPsd(noise(40, 40, 3) as unknown as Uint8Array<ArrayBuffer>)),
    faultOf(() => readPsd(many)),
    faultOf(() => readPsd(huge)),
    faultOf(async () => readOra(await oraOf(layer.repeat(41)))),
    faultOf(async () => readOra(await oraOf(`${layer}${'<stack></stack>'.repeat(41)}`))),
    faultOf(async () => readOra(await oraOf('<layer src="../secret.png"/>'))),
    faultOf(async () => readOra(await oraOf('<layer src="data/a.png" x="1e999"/>'))),
    faultOf(() => readOra(bomb)),
    faultOf(async () => readOra(await oraOf('<layer src="data/b.png"/>', { 'data/b.png': png }))),
    faultOf(async () => readOra((await oraOf(layer)).slice(0, 200))),
    faultOf(async () => readOra(new Uint8Array(zipSync({ 'stack.xml': new Uint8Array(2_000_000) })))),
  ]);
  expect(faults).toEqual([
    'broken',
    'broken',
    'large',
    'large',
    'large',
    'large',
    'broken',
    'broken',
    'large',
    'broken',
    'broken',
    'large',
  ]);
});
