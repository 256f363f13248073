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
import { isResolution } from './shapes.ts';
import { type OpenAiDeps, startRequest } from './startRequest.ts';

/** What is OpenRouter's own. Of who serves a request, and of its observers: taken, since it means nothing here. */
const ownSchema = z.object({
  input_references: z
    .array(z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string() }) }), {
      error: 'Send pictures as [{"type": "image_url", "image_url": {"url": "…"}}].',
    })
    .max(mostImages, { error: `Send at most ${mostImages} pictures.` })
    .default([])
    .meta({ description: 'As https://…, or data:image/png;base64,…' }),
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
  const asked = parseAsked(generationSchema, { ...others, ...sizeOf(data, others) });
  return {
    asked: { response_format: 'b64_json', ...asked },
    urls: data.input_references.map(({ image_url: { url } }) => url),
  };
}

/** A size there may be a resolution. */
function sizeOf({ size }: z.output<typeof ownSchema>, { resolution }: Record<string, unknown>): object {
  if (size === undefined) return {};
  if (!isResolution(size)) return { size };
  if (resolution !== undefined)
    throw refused([{ pointer: '/resolution', message: 'Say it once: as size, or as resolution.' }]);
  return { resolution: size };
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
