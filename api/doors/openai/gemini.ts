import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import {
  creditsOf,
  type DrawnTask,
  faultOf,
  firstFaultOf,
  presentOthers,
  readResult,
  tellOthers,
} from '../readResults.ts';
import { runTasks } from '../runTasks.ts';
import { encodingOf } from './answer.ts';
import { presentGeminiError } from './errors.ts';
import { type Asked, generationSchema, mostImages, parseAsked } from './parameters.ts';
import { receivePictures } from './receivePictures.ts';
import { sizeOfShape } from './shapes.ts';
import { type OpenAiDeps, startRequest } from './startRequest.ts';
import { beginStream, endStream } from './stream.ts';

const blobSchema = z.looseObject({ mimeType: z.string(), data: z.string() });
const oldBlobSchema = z.looseObject({ mime_type: z.string(), data: z.string() });
const partSchema = z.looseObject({
  text: z.string().optional(),
  inlineData: blobSchema.optional(),
  inline_data: oldBlobSchema.optional(),
  fileData: z.never({ error: 'There are no files here: send the picture itself.' }).optional(),
});
const contentSchema = z.looseObject({ role: z.string().optional(), parts: z.array(partSchema).max(1_000) });

const ratios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;
const ratioSchema = z.enum(ratios, { error: `Choose one of ${ratios.join(', ')}.` }).optional();
const sides = { '1K': 1_024, '2K': 2_048, '4K': 4_096 } as const;
type Area = keyof typeof sides;

/** Of a model that writes, and of the network: taken, since clients send them with every request. */
const ignored = z.unknown().meta({ description: 'Ignored' });

export const generateContentSchema = z
  .strictObject({
    contents: z.array(contentSchema).min(1, { error: 'Send a message.' }).max(1_000),
    generationConfig: z
      .looseObject({
        responseModalities: z
          .array(z.string())
          .refine((all) => all.some((one) => one.toUpperCase() === 'IMAGE'), {
            error: 'This model answers with pictures.',
          })
          .optional(),
        candidateCount: z.int().min(1).max(8).optional(),
        seed: z.int().min(0).optional(),
        imageConfig: z
          .looseObject({
            aspectRatio: ratioSchema,
            imageSize: z.enum(Object.keys(sides) as [Area], { error: 'Choose 1K, 2K or 4K.' }).optional(),
          })
          .optional(),
      })
      .optional(),
    safetySettings: ignored.optional(),
    systemInstruction: ignored.optional(),
    labels: ignored.optional(),
  })
  .meta({ description: 'The text and the pictures of the last message of the user are the request' });

export const predictSchema = z.strictObject({
  instances: z
    .preprocess(
      (given) => (Array.isArray(given) || given === undefined ? given : [given]),
      z.array(z.looseObject({ prompt: z.string() })).length(1, { error: 'Send one prompt.' }),
    )
    .meta({ override: { type: 'array', items: { type: 'object' } } }),
  parameters: z
    .looseObject({
      sampleCount: z.int().min(1).max(8).optional(),
      aspectRatio: ratioSchema,
      negativePrompt: z.string().optional(),
      seed: z.int().min(0).optional(),
      outputOptions: z.looseObject({ mimeType: z.enum(['image/png', 'image/jpeg']).optional() }).optional(),
    })
    .optional(),
});

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(body, unknownKeys);
  if (error) throw refused(toPointedFaults(error));
  return data as z.output<Schema>;
}

const refused = (errors: { pointer: string; message: string }[]) =>
  new Problem('invalid-params', 'Some values are not accepted.', { errors });

interface GeminiRequest {
  asked: Asked;
  urls: readonly string[];
}

/** @throws Problem `invalid-params` that points at each fault. */
function parseContents(body: unknown, model: string | undefined): GeminiRequest {
  const { contents, generationConfig: config = {} } = parse(generateContentSchema, body);
  const last = contents.findLastIndex(({ role = 'user' }) => role === 'user');
  const own = contents[last]?.parts ?? [];
  const prompt = own.flatMap(({ text }) => text ?? []).join('\n');
  if (prompt.trim() === '')
    throw refused([{ pointer: '/contents', message: 'The last message of the user has no text.' }]);
  // Words alone go on from the picture that was made before.
  const [sent, earlier] = [picturesOf(own), picturesOf(contents[last - 1]?.parts ?? [])];
  const urls = sent.length > 0 ? sent : earlier;
  if (urls.length > mostImages)
    throw refused([{ pointer: '/contents', message: `Send at most ${mostImages} pictures.` }]);
  const { aspectRatio, imageSize } = config.imageConfig ?? {};
  const asked = parseAsked(generationSchema, {
    prompt,
    n: config.candidateCount ?? 1,
    size: sizeOfShape(aspectRatio, imageSize && sides[imageSize]),
    ...(model !== undefined && { model }),
    ...(config.seed !== undefined && { seed: config.seed }),
  });
  return { asked, urls };
}

const picturesOf = (parts: readonly z.output<typeof partSchema>[]): string[] =>
  parts.flatMap(({ inlineData: now, inline_data: old }) => {
    const blob = now ?? (old && { mimeType: old.mime_type, data: old.data });
    return blob ? [`data:${blob.mimeType};base64,${blob.data}`] : [];
  });

function parsePrediction(body: unknown, model: string | undefined): GeminiRequest {
  const { instances, parameters = {} } = parse(predictSchema, body);
  const { sampleCount, aspectRatio, negativePrompt, seed, outputOptions } = parameters;
  const asked = parseAsked(generationSchema, {
    prompt: instances[0]?.prompt ?? '',
    n: sampleCount ?? 1,
    size: sizeOfShape(aspectRatio),
    output_format: outputOptions?.mimeType === 'image/jpeg' ? 'jpeg' : 'png',
    ...(model !== undefined && { model }),
    ...(negativePrompt !== undefined && { negativePrompt }),
    ...(seed !== undefined && { seed }),
  });
  return { asked, urls: [] };
}

const operations = ['generateContent', 'streamGenerateContent', 'predict'] as const;
type Operation = (typeof operations)[number];

/** @throws Problem `not-found` for what nothing here does. */
export function readCall(call: string): { name: string; operation: Operation } {
  const at = call.lastIndexOf(':');
  const operation = operations.find((one) => one === call.slice(at + 1));
  if (at > 0 && operation) return { name: call.slice(0, at), operation };
  throw new Problem('not-found', `Ask a model for one of ${operations.join(', ')}.`);
}

/** Google's own names stand for what draws here, unless the operator gives one of them a meaning. */
const googles = /^(?:gemini|imagen)-/;

/** Answers as clients of Gemini read it. */
export async function answerGemini(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  { name, operation }: ReturnType<typeof readCall>,
  requirePictures: () => void,
): Promise<void> {
  const { MODEL_ALIASES: aliases } = await deps.settings.read();
  const model = googles.test(name) && !Object.hasOwn(aliases, name) ? undefined : name;
  const isPrediction = operation === 'predict';
  const { asked, urls } = (isPrediction ? parsePrediction : parseContents)(ctx.request.body, model);
  if (urls.length > 0) requirePictures();
  const addresses = urls.map((url) => ({ url, pointer: '/contents' }));
  await using received = await receivePictures(deps.uploads.tempDirectory, addresses);
  const sent = { images: received.pictures, mask: undefined };
  const started = await startRequest(deps, ctx, caller, { prefix: operation, asked, sent });
  const finish = async () => {
    const ended = await runTasks(deps, caller, started);
    await started.requireStillValid();
    return isPrediction ? presentPredictions(deps, asked, ended) : presentContent(deps, asked, ended, name);
  };
  if (operation !== 'streamGenerateContent') {
    ctx.body = await finish();
    return;
  }
  if (ctx.query.alt !== 'sse') {
    ctx.body = [await finish()];
    return;
  }
  const say = (text: string, more: object = {}) => ({
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, ...more }],
    modelVersion: name,
  });
  const stream = beginStream(ctx, () => ({ data: JSON.stringify(say('')) }));
  deps.keep(stream);
  const work = finish().then((answer) => {
    stream.send({ data: JSON.stringify(answer) });
  });
  endStream(ctx, stream, work, (problem) => {
    const { status, body } = presentGeminiError(problem);
    // Google's older package does not look for an error in a stream: it reads the words.
    const told = status < 400 ? {} : say(problem.detail, { finishReason: 'OTHER' });
    return { data: JSON.stringify({ ...told, ...body }) };
  });
}

async function picturesFrom(deps: OpenAiDeps, asked: Asked, ended: readonly DrawnTask[]) {
  const outputs = ended.flatMap((one) => (faultOf(one) ? [] : one.outputs));
  if (outputs.length === 0) throw firstFaultOf(ended);
  const encoding = encodingOf(asked);
  const pictures: { mimeType: string; data: string }[] = [];
  for (const asset of outputs)
    pictures.push({
      mimeType: `image/${encoding.format}`,
      data: (await readResult(deps, asset, encoding)).toString('base64'),
    });
  return pictures;
}

async function presentContent(
  deps: OpenAiDeps,
  asked: Asked,
  ended: readonly DrawnTask[],
  modelVersion: string,
): Promise<object> {
  const pictures = await picturesFrom(deps, asked, ended);
  const credits = creditsOf(ended);
  const text = await tellOthers(deps, ended);
  return {
    candidates: pictures.map((inlineData, index) => ({
      index,
      content: { role: 'model', parts: [{ inlineData }, ...(index === 0 && text !== '' ? [{ text }] : [])] },
      finishReason: 'STOP',
    })),
    usageMetadata: { promptTokenCount: 0, candidatesTokenCount: credits, totalTokenCount: credits },
    modelVersion,
    responseId: ended[0]?.task.id,
  };
}

async function presentPredictions(
  deps: OpenAiDeps,
  asked: Asked,
  ended: readonly DrawnTask[],
): Promise<object> {
  const pictures = await picturesFrom(deps, asked, ended);
  const otherResults = await presentOthers(deps, ended);
  return {
    predictions: pictures.map(({ mimeType, data }) => ({ mimeType, bytesBase64Encoded: data })),
    ...(otherResults.length > 0 && { otherResults }),
  };
}

export const presentGeminiModel = (name: string) => ({
  name: `models/${name}`,
  displayName: name,
  supportedGenerationMethods: operations,
});
