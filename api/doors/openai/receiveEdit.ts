import { Problem } from '@star-graph/core/ground/errors';
import { doorUploads } from '@star-graph/workflows/shared/uploadRules';
import { z } from 'zod';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';
import type { GivenPictures } from '../fetchPictures.ts';
import { receiveForm } from '../receiveForm.ts';
import { type Asked, editSchema, mostImages, parseAsked, parseField } from './parameters.ts';
import { receivePictures } from './receivePictures.ts';

/** An edit with the pictures that came along on disk, until the scope ends. */
interface ReceivedEdit extends AsyncDisposable {
  asked: Asked;
  sent: GivenPictures;
}

/** @throws Problem `invalid-params`, `too-large`. */
export async function receiveEdit(
  deps: Pick<DoorDeps, 'uploads'>,
  ctx: ApiContext,
  readJson: ApiMiddleware,
): Promise<ReceivedEdit> {
  if (ctx.request.is('multipart/form-data')) return receiveFormEdit(deps, ctx);
  await readJson(ctx, async () => {});
  return receiveJsonEdit(deps, ctx.request.body);
}

async function receiveFormEdit(
  { uploads }: Pick<DoorDeps, 'uploads'>,
  ctx: ApiContext,
): Promise<ReceivedEdit> {
  const { limitBytes: fileBytes, tempDirectory } = uploads;
  const limits = {
    fileBytes,
    formBytes: doorUploads.largestFiles * fileBytes,
    files: mostImages + 1,
    tempDirectory,
  };
  const form = await receiveForm(ctx, limits);
  try {
    const named = form.fields.map(({ name, value }) => [name, parseField(name, value)] as const);
    const twice = named.find(([name], index) => named.findIndex(([other]) => other === name) !== index);
    if (twice) throw fault(twice[0], 'It is there twice.');
    const images = form.files.filter(({ name }) => name === 'image' || name === 'image[]');
    const masks = form.files.filter(({ name }) => name === 'mask');
    const other = form.files.find((file) => !images.includes(file) && !masks.includes(file));
    if (other) throw fault(other.name, 'There is no such parameter.');
    if (masks.length > 1) throw fault('mask', 'Send one mask.');
    requirePictures(images.length);
    const asked = parseAsked(editSchema, Object.fromEntries(named));
    const sent = { images: images.map(({ file }) => file), mask: masks[0]?.file };
    return { asked, sent, [Symbol.asyncDispose]: () => form[Symbol.asyncDispose]() };
  } catch (error) {
    await form[Symbol.asyncDispose]();
    throw error;
  }
}

const referenceSchema = z
  .object({ image_url: z.string().optional(), file_id: z.unknown().optional() })
  .refine(({ file_id }) => file_id == null, {
    error: 'There are no files here to name by file_id: send an image_url.',
  });
/** Pictures as JSON has them. */
const jsonSchema = z
  .object({ images: z.array(referenceSchema).min(1).max(mostImages), mask: referenceSchema.nullish() })
  .catchall(z.unknown());

const addressed = 'Send 1 to 16 pictures as {"image_url": "https://…"}, or "data:image/png;base64,…".';

async function receiveJsonEdit({ uploads }: Pick<DoorDeps, 'uploads'>, body: unknown): Promise<ReceivedEdit> {
  const { data, error } = jsonSchema.safeParse(body);
  if (error) {
    const [{ path, code, message } = { path: [], code: '', message: '' }] = error.issues;
    throw fault(String(path[0] ?? 'images'), code === 'custom' ? message : addressed);
  }
  const { images, mask, ...others } = data;
  const asked = parseAsked(editSchema, others);
  const urlOf = (name: string, { image_url }: z.output<typeof referenceSchema>) => {
    if (image_url === undefined) throw fault(name, addressed);
    return { url: image_url, pointer: `/${name}` };
  };
  const references = [
    ...images.map((image) => urlOf('images', image)),
    ...(mask ? [urlOf('mask', mask)] : []),
  ];
  const received = await receivePictures(uploads.tempDirectory, references);
  const sent = {
    images: received.pictures.slice(0, images.length),
    mask: received.pictures[images.length],
  };
  return { asked, sent, [Symbol.asyncDispose]: () => received[Symbol.asyncDispose]() };
}

function requirePictures(count: number): void {
  if (count === 0) throw fault('image', 'Send the picture as image, or several as image[].');
  if (count > mostImages) throw fault('image', `Send at most ${mostImages}.`);
}

const fault = (name: string, message: string) =>
  new Problem('invalid-params', 'Some values are not accepted.', {
    errors: [{ pointer: `/${name}`, message }],
  });
