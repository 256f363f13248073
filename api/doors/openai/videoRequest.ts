import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Workflow } from '@star-graph/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { toPointedFaults } from '@star-graph/workflows/shared/pointer';
import { z } from 'zod';
import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import { requireWholeText } from '../../middleware/wholeText.ts';
import type { DoorDeps } from '../doorDeps.ts';
import type { GivenPictures } from '../fetchPictures.ts';
import { findModel, unknownModel } from '../findModel.ts';
import { fitSize } from '../fitSize.ts';
import { type Planned, standIns } from '../planned.ts';
import { receiveForm } from '../receiveForm.ts';
import { paramsOf } from '../workflowParts.ts';
import { receivePictures } from './receivePictures.ts';

const seconds = z.union([z.string().regex(/^\d{1,3}(\.\d{1,3})?$/), z.number()], {
  error: 'Give the seconds as a number, such as "4".',
});

const note = z.string().max(512).nullish();

export const videoSchema = z
  .object({
    prompt: z
      .string({ error: 'Give a prompt.' })
      .min(1, { error: 'Give a prompt.' })
      .max(32_000, { error: 'Use at most 32000 characters.' }),
    model: z
      .string()
      .min(1)
      .max(100)
      .nullish()
      .meta({ description: 'A name of GET /v1/models that makes films' }),
    seconds: seconds
      .transform(Number)
      .pipe(z.number().min(0.1).max(120, { error: 'Ask for at most 120 seconds.' }))
      .nullish()
      .meta({ description: 'The nearest that the model makes is used, and the answer says it' }),
    size: z
      .string()
      .regex(/^[1-9]\d{1,4}x[1-9]\d{1,4}$/, { error: 'Write it as 1280x720.' })
      .nullish()
      .meta({ description: 'The nearest size that the model makes is used, and the answer says it' }),
    input_reference: z
      .looseObject(
        { image_url: z.string({ error: 'Give the picture as image_url.' }) },
        { error: 'Give {"image_url": …}, or a file in a form.' },
      )
      .nullish()
      .meta({ description: 'The first picture: https://…, data:image/png;base64,…, or a file of a form' }),
    user: note,
    safety_identifier: note,
  })
  .catchall(z.unknown())
  .meta({ description: 'Further parameters are those of the workflow behind the model, such as seed' });

export const remixSchema = z.object({ prompt: videoSchema.shape.prompt });

/** What a client asks of a film. */
export type AskedVideo = z.output<typeof videoSchema>;

/** A request that was read, with its picture on disk until the scope ends. */
export interface ReceivedVideo extends AsyncDisposable {
  asked: AskedVideo;
  sent: GivenPictures;
}

export const refuse = (pointer: string, message: string): Problem =>
  new Problem('invalid-params', 'Some values are not accepted.', { errors: [{ pointer, message }] });

/** Said in other words here, or nobody's to set. */
const taken = /^(image\d*|mask|video|frames|width|height|resolution|format|meta)$/;

/** @throws Problem `invalid-params` that points at each fault. */
export function parseVideo<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(body);
  if (error)
    throw new Problem('invalid-params', 'Some values are not accepted.', { errors: toPointedFaults(error) });
  requireWholeText(data);
  return data;
}

/** The package of OpenAI sends a form, others JSON. @throws Problem `invalid-params`, `too-large`. */
export async function receiveVideo(
  { uploads }: Pick<DoorDeps, 'uploads'>,
  ctx: ApiContext,
  readJson: ApiMiddleware,
): Promise<ReceivedVideo> {
  if (!ctx.request.is('multipart/form-data')) {
    await readJson(ctx, async () => {});
    return receiveAddressed(uploads, parseVideo(videoSchema, ctx.request.body));
  }
  const { limitBytes: fileBytes, tempDirectory } = uploads;
  const form = await receiveForm(ctx, { fileBytes, formBytes: fileBytes, files: 1, tempDirectory });
  try {
    const asked = parseVideo(videoSchema, readFields(form.fields));
    const [file] = form.files;
    if (!file) {
      const received = await receiveAddressed(uploads, asked);
      await form[Symbol.asyncDispose]();
      return received;
    }
    if (file.name !== 'input_reference') throw refuse(`/${file.name}`, 'There is no such file.');
    const sent = { images: [file.file], mask: undefined };
    return { asked, sent, [Symbol.asyncDispose]: () => form[Symbol.asyncDispose]() };
  } catch (error) {
    await form[Symbol.asyncDispose]();
    throw error;
  }
}

const textFields = ['prompt', 'model', 'size', 'seconds', 'user', 'safety_identifier'];

function readFields(fields: readonly { name: string; value: string }[]): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const { name, value } of fields) {
    const [, inside] = /^input_reference\[(\w+)\]$/.exec(name) ?? [];
    const key = inside === undefined ? name : 'input_reference';
    if (Object.hasOwn(read, key)) throw refuse(`/${key}`, 'It is there twice.');
    const isNumber = !textFields.includes(name) && /^-?\d+(\.\d+)?$/.test(value);
    read[key] = inside === undefined ? (isNumber ? Number(value) : value) : { [inside]: value };
  }
  return read;
}

async function receiveAddressed(
  { tempDirectory }: DoorDeps['uploads'],
  asked: AskedVideo,
): Promise<ReceivedVideo> {
  const url = asked.input_reference?.image_url;
  const addresses = url === undefined ? [] : [{ url, pointer: '/input_reference' }];
  const received = await receivePictures(tempDirectory, addresses);
  const sent = { images: received.pictures, mask: undefined };
  return { asked, sent, [Symbol.asyncDispose]: () => received[Symbol.asyncDispose]() };
}

/** @throws Problem `not-found`, `forbidden`, `invalid-params`. */
export async function planVideo(
  deps: DoorDeps,
  caller: PersonCaller,
  asked: AskedVideo,
  images: number,
): Promise<Planned> {
  const own = Object.fromEntries(Object.entries(asked).filter(([name]) => !(name in videoSchema.shape)));
  for (const name of Object.keys(own))
    if (taken.test(name)) throw refuse(`/${name}`, 'Ask for it as size, seconds or input_reference.');
  const words = { prompt: asked.prompt, ...own };
  const params = { ...words, ...standIns({ images, hasMask: false }) };
  const part = images > 0 ? 'animate' : 'film';
  const model = asked.model ?? namelessModel;
  const { workflow } = await findModel(deps, caller, { model, part, params }).catch((error: unknown) => {
    // Of a hidden one, too.
    if (error instanceof Problem && error.code === 'not-found') throw unknownModel(model);
    throw error;
  });
  const withoutPrompt = 'prompt' in paramsOf(workflow) ? words : own;
  return {
    workflow,
    params: { ...withoutPrompt, ...sizeOf(workflow, asked.size), ...framesOf(workflow, asked) },
  };
}

/** What programs get that name no model. */
const namelessModel = 'sora-2';

function sizeOf(workflow: Workflow, size: AskedVideo['size']): Record<string, unknown> {
  if (!size) return {};
  const [width = 0, height = 0] = size.split('x').map(Number);
  const { resolution } = paramsOf(workflow);
  const fitted = fitSize(workflow, { width, height });
  if (fitted) return { ...fitted };
  return resolution ? nearestResolution(resolution, width, height) : {};
}

/** Of names such as `720p`, which are the shorter side. */
function nearestResolution({ enum: names = [] }: ParamSchema, width: number, height: number) {
  const wanted = Math.min(width, height);
  const rated = names
    .filter((name) => typeof name === 'string')
    .map((name) => ({ name, off: Math.abs(Number.parseInt(name, 10) - wanted) }))
    .toSorted((one, other) => one.off - other.off);
  return rated[0] ? { resolution: rated[0].name } : {};
}

/** How many frames a second the film has. */
export function rateOf(workflow: Workflow, params: Readonly<Record<string, unknown>>): number | undefined {
  const { fps } = paramsOf(workflow);
  const said = [params.fps, fps?.default, workflow.fps];
  return said.find((one) => typeof one === 'number');
}

function framesOf(workflow: Workflow, asked: AskedVideo): { frames?: number } {
  const { frames } = paramsOf(workflow);
  const rate = rateOf(workflow, asked);
  if (typeof asked.seconds !== 'number' || !frames || rate === undefined) return {};
  const { step, offset } = frames['x-grid'] ?? { step: 1, offset: 0 };
  const wanted = Math.round((asked.seconds * rate - offset) / step) * step + offset;
  return { frames: Math.min(Math.max(wanted, frames.minimum ?? 1), frames.maximum ?? wanted) };
}
