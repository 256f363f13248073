import { readFile } from 'node:fs/promises';
import { type Accessor, type Material, NodeIO, Primitive } from '@gltf-transform/core';
import { type ThumbnailShape, writeThumbnail } from './drawThumbnail.ts';
import { openImage, openPixels, type Pixels } from './imageLibrary.ts';

/** It holds up the pictures that come after it: a larger body is not drawn. */
const mostTriangles = 1_000_000;
const mostTexturePixels = 67_000_000;
const textureSide = 1_024;
/** Drawn so many times larger, then made small, which smooths its edges. */
const finer = 2;
/** Of the square, what stays free on each side. */
const margin = 0.06;

/** Triangles of one material, as the eye sees them: x to the right, y up, z towards it. */
interface Part {
  places: Float32Array;
  /** How bright each corner is; undefined: a triangle is as bright as it is turned. */
  lights: Float32Array | undefined;
  corners: ArrayLike<number>;
  colours: Float32Array | undefined;
  /** Places in the texture. */
  spots: Float32Array | undefined;
  look: Look;
}

interface Look {
  /** Red, green and blue of 1, as a screen takes them. */
  colour: readonly [number, number, number];
  texture: Pixels | undefined;
  hasHoles: boolean;
}

/** A body in binary glTF or in Wavefront's text, seen from the right and a little from above, on nothing. */
export async function drawBody(file: string, { boxPixels, format }: ThumbnailShape): Promise<Buffer> {
  const bytes = await readFile(file);
  const parts = bytes.toString('latin1', 0, 4) === 'glTF' ? await readParts(bytes) : [readWritten(bytes)];
  const side = boxPixels * finer;
  const drawn = openPixels({ data: rasterise(parts, side), raw: { width: side, height: side, channels: 4 } });
  return await writeThumbnail(drawn.resize(boxPixels), format);
}

async function readParts(bytes: Buffer): Promise<Part[]> {
  const root = (await new NodeIO().readBinary(bytes)).getRoot();
  const found: { primitive: Primitive; matrix: readonly number[] }[] = [];
  const scene = root.getDefaultScene() ?? root.listScenes()[0];
  scene?.traverse((node) => {
    const matrix = node.getWorldMatrix();
    for (const primitive of node.getMesh()?.listPrimitives() ?? []) found.push({ primitive, matrix });
  });
  const looks = new Map<Material | null, Look>();
  const parts: Part[] = [];
  let triangles = 0;
  for (const { primitive, matrix } of found) {
    const positions = primitive.getAttribute('POSITION');
    if (!positions || primitive.getMode() !== Primitive.Mode.TRIANGLES) continue;
    const indices = primitive.getIndices();
    triangles += (indices ?? positions).getCount() / 3;
    if (triangles > mostTriangles) throw new Error(`a body of more than ${mostTriangles} triangles`);
    const material = primitive.getMaterial();
    const look = looks.get(material) ?? (await readLook(material));
    looks.set(material, look);
    const normals = primitive.getAttribute('NORMAL');
    parts.push({
      places: see(readNumbers(positions, 3), matrix),
      lights: normals
        ? lightsOf(see(readNumbers(normals, 3), [...matrix.slice(0, 12), 0, 0, 0, 1]))
        : undefined,
      corners: indices?.getArray() ?? Uint32Array.from({ length: positions.getCount() }, (_, at) => at),
      colours: findNumbers(primitive, 'COLOR_0', 3),
      spots: look.texture && findNumbers(primitive, 'TEXCOORD_0', 2),
      look,
    });
  }
  if (triangles < 1) throw new Error('a body without a triangle');
  return parts;
}

/** Its text takes some times as much memory as the file. */
const mostWrittenBytes = 50_000_000;
const unturned = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** Places, faces, and colours where each place has one; its materials are in files that are not kept. */
function readWritten(bytes: Buffer): Part {
  if (bytes.length > mostWrittenBytes) throw new Error(`a body of more than ${mostWrittenBytes} bytes`);
  const places: number[] = [];
  const colours: number[] = [];
  const corners: number[] = [];
  for (const line of bytes.toString('latin1').split('\n')) {
    const [word, ...values] = line.trim().split(/\s+/);
    if (word === 'v') {
      const numbers = values.map(Number);
      places.push(...[0, 1, 2].map((at) => numbers[at] ?? 0));
      if (numbers.length >= 6) colours.push(...numbers.slice(3, 6));
    }
    if (word !== 'f') continue;
    // Counted from one, or back from the last place; behind a slash are textures and normals.
    const face = values.map((value) => Number.parseInt(value, 10));
    const at = (corner = 0) => (corner < 0 ? places.length / 3 + corner : corner - 1);
    for (let third = 2; third < face.length; third += 1)
      corners.push(at(face[0]), at(face[third - 1]), at(face[third]));
    if (corners.length > mostTriangles * 3) throw new Error(`a body of more than ${mostTriangles} triangles`);
  }
  if (corners.length < 3) throw new Error('a body without a triangle');
  const isColoured = colours.length === places.length;
  const shade = onScreen(isColoured ? 1 : 0.8);
  return {
    places: see(Float32Array.from(places), unturned),
    lights: undefined,
    corners,
    colours: isColoured ? Float32Array.from(colours) : undefined,
    spots: undefined,
    look: { colour: [shade, shade, shade], texture: undefined, hasHoles: false },
  };
}

/** Colours are of light in the file; a screen takes them brighter. */
const onScreen = (light: number): number => Math.max(0, light) ** (1 / 2.2);

async function readLook(material: Material | null): Promise<Look> {
  const [red, green, blue] = material?.getBaseColorFactor() ?? [0.8, 0.8, 0.8];
  const picture = material?.getBaseColorTexture()?.getImage();
  return {
    colour: [onScreen(red), onScreen(green), onScreen(blue)],
    texture: picture ? await readTexture(Buffer.from(picture)) : undefined,
    hasHoles: material !== null && material.getAlphaMode() !== 'OPAQUE',
  };
}

async function readTexture(picture: Buffer): Promise<Pixels> {
  const { data, info } = await openImage(picture, { mostPixels: mostTexturePixels })
    .resize(textureSide, textureSide, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, raw: { width: info.width, height: info.height, channels: 4 } };
}

function readNumbers(accessor: Accessor, each: number): Float32Array {
  const numbers = new Float32Array(accessor.getCount() * each);
  const one: number[] = [];
  for (let at = 0; at < accessor.getCount(); at += 1) {
    accessor.getElement(at, one);
    for (let part = 0; part < each; part += 1) numbers[at * each + part] = one[part] ?? 0;
  }
  return numbers;
}

function findNumbers(primitive: Primitive, name: string, each: number): Float32Array | undefined {
  const accessor = primitive.getAttribute(name);
  return accessor ? readNumbers(accessor, each) : undefined;
}

type Direction = readonly [number, number, number];

const unit = ([x, y, z]: Direction): Direction => {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
};
const across = ([ax, ay, az]: Direction, [bx, by, bz]: Direction): Direction => [
  ay * bz - az * by,
  az * bx - ax * bz,
  ax * by - ay * bx,
];

/** Where the eye is, as in the console's viewer; its right and its up follow. */
const towards = unit([0.6, 0.5, 1]);
const rightwards = unit(across([0, 1, 0], towards));
const upwards = across(towards, rightwards);
/** Over the right shoulder of the eye. */
const sun = unit([0.3, 0.6, 0.75]);
const inShade = 0.35;

/** Places or directions of a file, put into the world by a matrix in columns and turned to the eye. */
function see(points: Float32Array, matrix: readonly number[]): Float32Array {
  const [a = 1, b = 0, c = 0, , d = 0, e = 1, f = 0, , g = 0, h = 0, i = 1, , tx = 0, ty = 0, tz = 0] =
    matrix;
  const seen = new Float32Array(points.length);
  for (let at = 0; at < seen.length; at += 3) {
    const [px, py, pz] = [points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0];
    const x = a * px + d * py + g * pz + tx;
    const y = b * px + e * py + h * pz + ty;
    const z = c * px + f * py + i * pz + tz;
    [rightwards, upwards, towards].forEach(([rx, ry, rz], part) => {
      seen[at + part] = rx * x + ry * y + rz * z;
    });
  }
  return seen;
}

/** Also of a side that is turned away: bodies are open, and their inside is seen. */
function lightOf(x: number, y: number, z: number): number {
  const length = Math.hypot(x, y, z);
  if (length === 0) return inShade;
  const turned = ((x * sun[0] + y * sun[1] + z * sun[2]) / length) * (z < 0 ? -1 : 1);
  return inShade + (1 - inShade) * Math.max(0, turned);
}

function lightsOf(normals: Float32Array): Float32Array {
  const lights = new Float32Array(normals.length / 3);
  for (let at = 0; at < lights.length; at += 1)
    lights[at] = lightOf(normals[at * 3] ?? 0, normals[at * 3 + 1] ?? 0, normals[at * 3 + 2] ?? 0);
  return lights;
}

/** Red, green, blue and alpha of a square. */
function rasterise(parts: readonly Part[], side: number): Buffer {
  const fit = fitInto(parts, side);
  const pixels = Buffer.alloc(side * side * 4);
  const nearest = new Float32Array(side * side).fill(Number.NEGATIVE_INFINITY);
  for (const part of parts)
    for (let at = 0; at + 2 < part.corners.length; at += 3)
      drawTriangle(part, at, { fit, side, pixels, nearest });
  return pixels;
}

interface Fit {
  scale: number;
  left: number;
  top: number;
}

function fitInto(parts: readonly Part[], side: number): Fit {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { places } of parts)
    for (let at = 0; at < places.length; at += 3) {
      const [x, y] = [places[at] ?? 0, places[at + 1] ?? 0];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
    }
  const size = Math.max(right - left, top - bottom);
  if (!(size > 0 && size < Infinity)) throw new Error('a body without a size');
  const scale = (side * (1 - 2 * margin)) / size;
  const middle = side / 2 / scale;
  return { scale, left: (left + right) / 2 - middle, top: (bottom + top) / 2 + middle };
}

interface Canvas {
  fit: Fit;
  side: number;
  pixels: Buffer;
  nearest: Float32Array;
}

function drawTriangle(part: Part, at: number, { fit, side, pixels, nearest }: Canvas): void {
  const { places, lights, look } = part;
  const [i, j, k] = [part.corners[at] ?? 0, part.corners[at + 1] ?? 0, part.corners[at + 2] ?? 0];
  const place = (corner: number, axis: number): number => places[corner * 3 + axis] ?? 0;
  const rightOf = (corner: number): number => (place(corner, 0) - fit.left) * fit.scale;
  const down = (corner: number): number => (fit.top - place(corner, 1)) * fit.scale;
  const [ax, ay, az] = [rightOf(i), down(i), place(i, 2)];
  const [bx, by, bz] = [rightOf(j), down(j), place(j, 2)];
  const [cx, cy, cz] = [rightOf(k), down(k), place(k, 2)];
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (!(Math.abs(area) > 0)) return;
  const mix = (values: Float32Array, each: number, which: number, u: number, v: number, w: number): number =>
    u * (values[i * each + which] ?? 0) +
    v * (values[j * each + which] ?? 0) +
    w * (values[k * each + which] ?? 0);
  const flat = lights ? 0 : flatLight(place, i, j, k);
  const [firstX, lastX] = [
    Math.max(0, Math.floor(Math.min(ax, bx, cx))),
    Math.min(side - 1, Math.ceil(Math.max(ax, bx, cx))),
  ];
  const [firstY, lastY] = [
    Math.max(0, Math.floor(Math.min(ay, by, cy))),
    Math.min(side - 1, Math.ceil(Math.max(ay, by, cy))),
  ];
  for (let y = firstY; y <= lastY; y += 1)
    for (let x = firstX; x <= lastX; x += 1) {
      const v = ((x + 0.5 - ax) * (cy - ay) - (cx - ax) * (y + 0.5 - ay)) / area;
      const w = ((bx - ax) * (y + 0.5 - ay) - (x + 0.5 - ax) * (by - ay)) / area;
      const u = 1 - v - w;
      if (u < 0 || v < 0 || w < 0) continue;
      const depth = u * az + v * bz + w * cz;
      const pixel = y * side + x;
      if (!(depth > (nearest[pixel] ?? 0))) continue;
      const { spots, colours } = part;
      const texel = spots && findTexel(look.texture, mix(spots, 2, 0, u, v, w), mix(spots, 2, 1, u, v, w));
      if (look.hasHoles && texel !== undefined && (look.texture?.data[texel + 3] ?? 255) < 128) continue;
      nearest[pixel] = depth;
      const light = lights ? mix(lights, 1, 0, u, v, w) : flat;
      for (let channel = 0; channel < 3; channel += 1) {
        const own = texel === undefined ? 1 : (look.texture?.data[texel + channel] ?? 255) / 255;
        const laid = colours ? onScreen(mix(colours, 3, channel, u, v, w)) : 1;
        pixels[pixel * 4 + channel] = Math.min(255, 255 * (look.colour[channel] ?? 1) * own * laid * light);
      }
      pixels[pixel * 4 + 3] = 255;
    }
}

function flatLight(place: (corner: number, axis: number) => number, i: number, j: number, k: number): number {
  const side = (corner: number): Direction => [
    place(corner, 0) - place(i, 0),
    place(corner, 1) - place(i, 1),
    place(corner, 2) - place(i, 2),
  ];
  return lightOf(...across(side(j), side(k)));
}

/** Textures repeat. */
function findTexel(texture: Pixels | undefined, u: number, v: number): number | undefined {
  if (!texture) return undefined;
  const { width, height } = texture.raw;
  const x = Math.min(width - 1, Math.floor((u - Math.floor(u)) * width));
  const y = Math.min(height - 1, Math.floor((v - Math.floor(v)) * height));
  return (y * width + x) * 4;
}
