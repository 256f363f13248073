import { strFromU8, unzipSync } from 'fflate';
import { type BlendMode, blendModes } from '../engine/blend.ts';
import { decodePng, type Pixels, readPngSize } from '../engine/decodePng.ts';
import {
  type FileGroup,
  type FileLayer,
  type LayerFile,
  LayerFileError,
  mostFileBytes,
  mostFileLayers,
  refuseLarge,
} from './layerFile.ts';

const mostOutlineBytes = 1_000_000;

interface Named extends Omit<FileLayer, 'width' | 'height' | 'bytes'> {
  src: string;
}

/** OpenRaster, as Krita, GIMP and MyPaint write it. @throws LayerFileError */
export async function readOra(file: Uint8Array<ArrayBuffer>): Promise<LayerFile> {
  if (file.length > mostFileBytes) throw new LayerFileError('large');
  try {
    const outline = unpack(file, 'stack.xml', mostOutlineBytes);
    const { width, height, named, groups } = readStack(strFromU8(outline));
    if (named.length > mostFileLayers) throw new LayerFileError('large');
    const packed = named.map(({ src }) => unpack(file, src, mostFileBytes));
    refuseLarge({ width, height }, packed.map(readPngSize), groups);
    const layers: FileLayer[] = [];
    for (const [at, { src: _, ...layer }] of named.entries()) {
      const pixels: Pixels = await decodePng(packed[at] as Uint8Array<ArrayBuffer>);
      layers.push({ ...layer, ...pixels });
    }
    return { width, height, layers: layers.toReversed(), groups };
  } catch (error) {
    throw error instanceof LayerFileError ? error : new LayerFileError('broken', error);
  }
}

/** Nothing larger than it may be is unpacked: the library writes no more than the size that an entry tells. */
function unpack(file: Uint8Array, wanted: string, mostBytes: number): Uint8Array<ArrayBuffer> {
  const found = unzipSync(file, {
    filter: ({ name, originalSize }) => {
      if (name !== wanted) return false;
      if (originalSize > mostBytes) throw new LayerFileError('large');
      return true;
    },
  })[wanted];
  if (!found) throw new LayerFileError('broken');
  return new Uint8Array(found);
}

const element = /<(\/?)(image|stack|layer)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g;
const attribute = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const attributesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(attribute)].map(([, name = '', double, single]) => [
      name,
      (double ?? single ?? '').replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, entity) => entities[entity] ?? ''),
    ]),
  );

/** Topmost first, as they stand there. */
function readStack(xml: string): Pick<LayerFile, 'width' | 'height' | 'groups'> & { named: Named[] } {
  const named: Named[] = [];
  const size = { width: 0, height: 0 };
  const groups: FileGroup[] = [];
  /** The first is that of the picture, which is no group. */
  const open: { x: number; y: number; group?: string | undefined }[] = [];
  for (const [, isEnd, kind, text = '', isEmpty] of xml.matchAll(element)) {
    if (isEnd) {
      if (kind === 'stack') open.pop();
      continue;
    }
    const attributes = attributesOf(text);
    const number = (name: string, usual: number) => {
      const value = Number(attributes.get(name) ?? usual);
      if (!Number.isFinite(value)) throw new LayerFileError('broken');
      return value;
    };
    if (kind === 'image') Object.assign(size, { width: number('w', 0), height: number('h', 0) });
    if (kind === 'image') continue;
    const around = open.at(-1);
    const x = (around?.x ?? 0) + Math.round(number('x', 0));
    const y = (around?.y ?? 0) + Math.round(number('y', 0));
    const own = {
      name: attributes.get('name') ?? '',
      opacity: Math.min(1, Math.max(0, number('opacity', 1))),
      isHidden: attributes.get('visibility') === 'hidden',
      blend: blendOf(attributes),
      group: around?.group,
    };
    const src = attributes.get('src');
    if (kind === 'layer' && src !== undefined) named.push({ ...own, x, y, src });
    if (kind !== 'stack' || isEmpty) continue;
    const id = around && `${groups.length}`;
    open.push({ x, y, group: id });
    const isIsolated = attributes.get('isolation') === 'isolate';
    if (id !== undefined)
      groups.push({ ...own, id, blend: own.blend ?? (isIsolated ? 'normal' : undefined) });
  }
  if (!(size.width > 0 && size.height > 0)) throw new LayerFileError('broken');
  return { ...size, named, groups };
}

const blendOf = (attributes: ReadonlyMap<string, string>): BlendMode | undefined =>
  blendModes.find((mode) => attributes.get('composite-op') === `svg:${mode}`);
