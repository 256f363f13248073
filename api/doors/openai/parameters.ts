import { Problem } from '@star-graph/core/ground/errors';
import { toPointedFaults } from '@star-graph/workflows/shared/pointer';
import { doorUploads } from '@star-graph/workflows/shared/uploadRules';
import { z } from 'zod';
import { requireWholeText } from '../../middleware/wholeText.ts';
import { resolutionNames, sizeOfWords } from './shapes.ts';

const choice = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `Choose one of ${values.join(', ')}.` });

const whole = (min: number, max: number) => {
  const error = `Choose a whole number from ${min} to ${max}.`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

const note = z.string().max(512).optional();
const side = whole(1, 99_999);

const mostPictures = 10;
export const mostImages = doorUploads.pictures;
const qualities = ['low', 'medium', 'high', 'xhigh', 'max', 'auto', 'standard', 'hd'] as const;

/** What generations and edits both take. Those without a meaning here are taken and ignored, as the protocol allows. */
const shared = {
  prompt: z
    .string({ error: 'Give a prompt.' })
    .min(1, { error: 'Give a prompt.' })
    .max(32_000, { error: 'Use at most 32000 characters.' }),
  model: z.string().min(1).max(100).optional().meta({ description: 'A name of GET /v1/models' }),
  n: whole(1, mostPictures).default(1),
  size: z
    .string()
    .regex(/^(auto|[1-9]\d{0,4}x[1-9]\d{0,4})$/, { error: 'Write it as 1024x1024, or auto.' })
    .default('auto')
    .meta({ description: 'The nearest size that the model makes is used, and the answer says it' }),
  width: side.optional().meta({ description: 'In the place of size, as Together has it' }),
  height: side.optional().meta({ description: 'In the place of size, as Together has it' }),
  aspect_ratio: z
    .string()
    .regex(/^(auto|[1-9]\d?(\.\d)?:[1-9]\d?(\.\d)?)$/, { error: 'Write it as 16:9, or auto.' })
    .optional()
    .meta({ description: 'In the place of size, as xAI and OpenRouter have it: about a megapixel' }),
  resolution: choice(resolutionNames)
    .optional()
    .meta({ description: 'The area of a square with such a side; without an aspect ratio it is a square' }),
  quality: choice(qualities).default('auto').meta({ description: 'How many steps are taken' }),
  background: choice(['transparent', 'opaque', 'auto'])
    .default('auto')
    .refine((background) => background !== 'transparent', {
      error:
        'No model draws without a background here. The workflow remove-background takes it away afterwards.',
    })
    .meta({ description: 'Transparent is refused' }),
  output_format: choice(['png', 'webp', 'jpeg']).default('png'),
  output_compression: whole(0, 100)
    .optional()
    .meta({ description: 'Of WebP and JPEG: 100 is the best picture' }),
  response_format: choice(['url', 'b64_json', 'base64']).optional().meta({
    description:
      'Default: url for models named dall-e-…, b64_json for all others; base64 is what Together calls it',
  }),
  stream: z.boolean({ error: 'Choose true or false.' }).default(false),
  partial_images: whole(0, 3).default(0),
  user: note,
  safety_identifier: note,
};

export const generationSchema = z
  .object({
    ...shared,
    moderation: choice(['low', 'auto']).optional().meta({ description: 'Ignored: the platform has its own' }),
    style: choice(['vivid', 'natural']).optional().meta({ description: 'Ignored' }),
  })
  .catchall(z.unknown())
  .meta({ description: 'Further parameters are those of the workflow behind the model, such as seed' });

export const editSchema = z
  .object({ ...shared, input_fidelity: choice(['high', 'low']).optional().meta({ description: 'Ignored' }) })
  .catchall(z.unknown())
  .meta({ description: 'Further parameters are those of the workflow behind the model, such as seed' });

type Known = z.output<z.ZodObject<typeof shared>>;
/** Words of relatives that say what `size` says. */
type SizeWord = 'width' | 'height' | 'aspect_ratio' | 'resolution';

/** A request for pictures. */
export interface Asked extends Omit<Known, SizeWord> {
  /** Parameters of the workflow by their own names. */
  own: Readonly<Record<string, unknown>>;
}

/** What the protocol says in other words, and what is nobody's to set. */
const taken = /^(image\d*|mask|count|meta)$/;
const otherWords: Readonly<Record<string, string>> = { count: 'Ask for it as n.' };

/** @throws Problem `invalid-params` that points at each fault. */
export function parseAsked(
  schema: typeof generationSchema | typeof editSchema,
  body: Readonly<Record<string, unknown>>,
): Asked {
  // Clients write null for what they leave out.
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const { data, error } = schema.safeParse(given);
  if (error) throw refused(toPointedFaults(error));
  requireWholeText(data);
  const own = Object.fromEntries(Object.entries(data).filter(([name]) => !(name in schema.shape)));
  const unknown = Object.keys(own).filter((name) => taken.test(name));
  if (unknown.length > 0)
    throw refused(
      unknown.map((name) => ({
        pointer: `/${name}`,
        message: otherWords[name] ?? 'There is no such parameter.',
      })),
    );
  const { width, height, aspect_ratio, resolution, ...rest } = data;
  return { ...rest, size: sizeOfWords({ size: data.size, width, height, aspect_ratio, resolution }), own };
}

const refused = (errors: { pointer: string; message: string }[]) =>
  new Problem('invalid-params', 'Some values are not accepted.', { errors });

/** A field of a form is text, whatever it stands for. */
export function parseField(name: string, value: string): unknown {
  if (name in shared && !numbers.includes(name)) return name === 'stream' ? parseSwitch(value) : value;
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

const numbers = ['n', 'width', 'height', 'output_compression', 'partial_images'];

const parseSwitch = (value: string): unknown =>
  value === 'true' || value === 'false' ? value === 'true' : value;
