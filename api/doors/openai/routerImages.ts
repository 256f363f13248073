import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { toPointedFaults } from '@star-graph/workflows/shared/pointer';
import { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import { creditsOf } from '../readResults.ts';
import { runTasks } from '../runTasks.ts';
import { presentImages, tokensOf } from './answer.ts';
import { type Asked, generationSchema, mostImages, parseAsked } from './parameters.ts';
import { receivePictures } from './receivePictures.ts';
import { sizeOfShape } from './shapes.ts';
import { type OpenAiDeps, startRequest } from './startRequest.ts';

/** Sides of a square of the area. */
const resolutions = { '512': 512, '1K': 1_024, '2K': 2_048, '4K': 4_096 } as const;
type Resolution = keyof typeof resolutions;
const isResolution = (text: string): text is Resolution => Object.hasOwn(resolutions, text);

/** What is OpenRouter's own. Of who serves a request, and of its observers: taken, since it means nothing here. */
const ownSchema = z.object({
  input_references: z
    .array(z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string() }) }), {
      error: 'Send pictures as [{"type": "image_url", "image_url": {"url": "…"}}].',
    })
    .max(mostImages, { error: `Send at most ${mostImages} pictures.` })
    .default([])
    .meta({ description: 'As https://…, or data:image/png;base64,…' }),
  aspect_ratio: z
    .string()
    .regex(/^(auto|[1-9]\d?(\.\d)?:[1-9]\d?(\.\d)?)$/, { error: 'Write it as 16:9, or auto.' })
    .optional(),
  resolution: z
    .enum(Object.keys(resolutions) as [Resolution], { error: 'Choose one of 512, 1K, 2K, 4K.' })
    .optional()
    .meta({ description: 'The area of a square with such a side; without an aspect ratio it is a square' }),
  size: z.string().optional().meta({
    description: 'As 1024x1024, or what resolution takes. The nearest size that the model makes is used',
  }),
  stream: z.boolean().optional().meta({ description: 'Ignored: the answer is one document' }),
  provider: z.unknown().optional().meta({ description: 'Ignored' }),
  session_id: z.unknown().optional().meta({ description: 'Ignored' }),
  trace: z.unknown().optional().meta({ description: 'Ignored' }),
});

export const routerImagesSchema = generationSchema
  .omit({ partial_images: true, response_format: true })
  .extend(ownSchema.shape);

interface RouterRequest {
  asked: Asked;
  urls: readonly string[];
}

/** @throws Problem `invalid-params` that points at each fault. */
export function parseRouterImages(body: Readonly<Record<string, unknown>>): RouterRequest {
  const given = Object.entries(body).filter(([, value]) => value !== null);
  const { data, error } = ownSchema.safeParse(Object.fromEntries(given));
  if (error) throw refused(toPointedFaults(error));
  const others = Object.fromEntries(given.filter(([name]) => !(name in ownSchema.shape)));
  const asked = parseAsked(generationSchema, { ...others, size: sizeOf(data) });
  return {
    asked: { response_format: 'b64_json', ...asked },
    urls: data.input_references.map(({ image_url: { url } }) => url),
  };
}

function sizeOf({ size, aspect_ratio, resolution }: z.output<typeof ownSchema>): string {
  const isArea = size !== undefined && isResolution(size);
  if (size !== undefined && resolution !== undefined)
    throw refused([{ pointer: '/resolution', message: 'Say it once: as size, or as resolution.' }]);
  const ratio = aspect_ratio === 'auto' ? undefined : aspect_ratio;
  if (size === undefined || isArea) {
    const area = isArea ? size : resolution;
    return sizeOfShape(ratio, area && resolutions[area]);
  }
  if (ratio !== undefined)
    throw refused([{ pointer: '/aspect_ratio', message: 'The size has a shape already: leave one out.' }]);
  return size;
}

const refused = (errors: { pointer: string; message: string }[]) =>
  new Problem('invalid-params', 'Some values are not accepted.', { errors });

/** Answers with the pictures, as OpenRouter's clients read them. */
export async function answerRouterImages(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  { asked, urls }: RouterRequest,
): Promise<void> {
  const addresses = urls.map((url) => ({ url, pointer: '/input_references' }));
  await using received = await receivePictures(deps.uploads.tempDirectory, addresses);
  const sent = { images: received.pictures, mask: undefined };
  const started = await startRequest(deps, ctx, caller, { prefix: 'router', asked, sent });
  const ended = await runTasks(deps, caller, started);
  await started.requireStillValid();
  const answer = await presentImages(deps, asked, ended);
  const data = answer.data.map((one) => ({ ...one, media_type: `image/${asked.output_format}` }));
  ctx.body = { ...answer, data, usage: tokensOf(creditsOf(ended)) };
}
