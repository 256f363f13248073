import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import { createSound, createVideo } from '@star-graph/core/testing/pictures';
import type { BoundInput } from '@star-graph/workflows';
import { builtinWorkflows, findBuiltin } from '@star-graph/workflows/builtin';
import { smallestParams } from '@star-graph/workflows/params/smallestParams';
import { isSeen } from '@star-graph/workflows/shared/mediaKinds';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BackendClient, connectBackend } from './backendClient.ts';
import { readSaved, type SavedFacts } from './savedFacts.ts';

/** What `createVideo` makes. */
const film = {
  width: 160,
  height: 120,
  frames: 16,
  fps: 8,
  seconds: 2,
  hasSound: true,
  uploadedName: 'film.mp4',
};

/** What `createSound` makes. */
const sound = { seconds: 1, uploadedName: 'sound.mp3' };

const photo = { width: 128, height: 128, uploadedName: 'photo.png' };

/** A picture with something to see, and a half-transparent one that serves as a mask too. */
async function samplePicture(): Promise<Buffer> {
  const pixels = Buffer.from(
    Array.from({ length: photo.width * photo.height * 4 }, (_, at) =>
      at % 4 === 3 ? (Math.floor(at / 4) % photo.width < photo.width / 2 ? 255 : 0) : (at * 7) % 255,
    ),
  );
  return sharp(pixels, { raw: { width: photo.width, height: photo.height, channels: 4 } })
    .png()
    .toBuffer();
}

const scroll = { width: 65, height: 4000, uploadedName: 'scroll.png' };

/** Red at its upper end, green in its middle, blue at its lower end, and grey between. */
async function paintScroll(): Promise<Buffer> {
  const stripe = (background: string, top: number, height: number) => ({
    input: { create: { width: scroll.width, height, channels: 3 as const, background } },
    left: 0,
    top,
  });
  return sharp({ create: { ...scroll, channels: 3, background: '#808080' } })
    .composite([stripe('#f00', 0, 400), stripe('#0f0', 1960, 80), stripe('#00f', 3600, 400)])
    .png()
    .toBuffer();
}

/** The colour that stands out in these rows, if one does. */
async function colourOf(picture: Buffer, top: number, height: number): Promise<string | undefined> {
  const { width = 0 } = await sharp(picture).metadata();
  const rows = await sharp(picture).extract({ left: 0, top, width, height }).toBuffer();
  const means = (await sharp(rows).stats()).channels.slice(0, 3).map(({ mean }) => mean);
  const [highest = 0, second = 0] = means.toSorted((a, b) => b - a);
  return highest > 2 * second ? ['red', 'green', 'blue'][means.indexOf(highest)] : undefined;
}

let backend: PreviewBackendProcess;
let client: BackendClient;

beforeAll(async () => {
  backend = await startPreviewBackend({ flags: ['--preview-method', 'none'], enlarges: 'quickly' });
  client = await connectBackend(backend.url);
  await client.upload(photo.uploadedName, await samplePicture());
  await client.upload(scroll.uploadedName, await paintScroll());
  await client.upload(film.uploadedName, createVideo('mp4'));
  await client.upload(sound.uploadedName, createSound('mp3'));
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await backend.stop();
});

describe('a picture far from square', () => {
  const redraw = async (asked: object): Promise<Buffer> => {
    const workflow = findBuiltin('img2img');
    if (!workflow) throw new Error('img2img ships');
    const params = workflow.params.parse({ ...workflow.example, denoise: 0.05, ...asked });
    const graph = workflow.bind(params, { images: { image: scroll }, outputPrefix: 'star-graph/scroll' });
    const run = await client.run(graph);
    const file = Object.values(run.outputs).flatMap((output) => output.images ?? [])[0];
    if (!file) throw new Error(JSON.stringify(run.status.messages.at(-1)));
    return await client.fetchFile(file);
  };

  test('is redrawn from end to end', async () => {
    const picture = await redraw({});
    expect(await sharp(picture).metadata()).toMatchObject({ width: 65, height: 4000 });
    expect(await colourOf(picture, 20, 360)).toBe('red');
    expect(await colourOf(picture, 1970, 60)).toBe('green');
    expect(await colourOf(picture, 3620, 360)).toBe('blue');
  });

  test('is redrawn in its middle where a square is asked for', async () => {
    const picture = await redraw({ width: 512, height: 512 });
    expect(await sharp(picture).metadata()).toMatchObject({ width: 512, height: 512 });
    for (const top of [0, 150]) expect(await colourOf(picture, top, 100)).toBe('green');
  });
});

/** What the params promise of each file, as far as they say it. */
function promisedFacts(params: Readonly<Record<string, unknown>>): Partial<SavedFacts> {
  const number = (name: string): number | undefined =>
    typeof params[name] === 'number' ? params[name] : undefined;
  const [width, height, frames] = ['width', 'height', 'frames'].map(number);
  return {
    ...(width !== undefined && height !== undefined && { width, height }),
    ...(frames !== undefined && { frames }),
  };
}

const soundSources = ['VAEDecodeAudio', 'LTXVAudioVAEDecode', 'GetVideoComponents', 'LoadAudio'];

describe('the shipped workflows', () => {
  // What is no picture and no film is looked at where it is collected.
  const seen = builtinWorkflows.filter(({ outputKind }) => isSeen(outputKind));
  test.for(seen.map((workflow) => [`${workflow.name} v${workflow.version}`, workflow] as const))(
    '%s gives what its params promise',
    async ([, workflow]) => {
      const images = Object.fromEntries<BoundInput>([
        ...workflow.imageParams.map((name) => [name, photo] as const),
        ...workflow.videoParams.map((name) => [name, film] as const),
        ...workflow.audioParams.map((name) => [name, sound] as const),
      ]);
      // A film of the usual size takes a minute on a busy machine.
      const params = smallestParams(workflow, workflow.example, new Set());
      const graph = workflow.bind(params, { images, outputPrefix: 'star-graph/example' });
      const saved = await readSaved(client, await client.run(graph));
      expect(saved.length).toBeGreaterThan(0);
      const hasSound = Object.values(graph).some(({ class_type }) => soundSources.includes(class_type));
      for (const facts of saved) {
        expect(facts).toMatchObject(promisedFacts(params));
        expect((facts.frames ?? 1) > 1).toBe(workflow.outputKind === 'video');
        expect(facts.sound !== undefined).toBe(hasSound);
      }
    },
  );
});

test.for(['openpose', 'canny', 'depth'])(
  'a photo becomes the map of %s that a drawing follows',
  async (control) => {
    const workflow = findBuiltin('z-image-control');
    if (!workflow) throw new Error('z-image-control ships');
    const params = workflow.params.parse({ ...workflow.example, control, reference: 'photo' });
    const graph = workflow.bind(params, { images: { image: photo }, outputPrefix: 'star-graph/map' });
    expect(await readSaved(client, await client.run(graph))).toHaveLength(1);
  },
);

test.for([
  ['seedvr2-video', {}, { width: 320, height: 240, frames: 16, fps: 8 }],
  ['interpolate', { times: 3 }, { width: 160, height: 120, frames: 46, fps: 24 }],
] as const)('%s keeps what it does not change, the sound too', async ([name, raw, facts]) => {
  const workflow = findBuiltin(name);
  if (!workflow) throw new Error(`${name} ships`);
  const params = workflow.params.parse({ ...workflow.example, ...raw });
  const graph = workflow.bind(params, { images: { video: film }, outputPrefix: 'star-graph/film' });
  const [saved] = await readSaved(client, await client.run(graph));
  expect(saved).toMatchObject(facts);
  expect(saved?.sound?.seconds).toBeCloseTo(2, 0);
});
