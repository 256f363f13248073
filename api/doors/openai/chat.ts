import { Problem } from '@star-graph/core/ground/errors';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createLinkCode } from '@star-graph/core/people/identity/accounts/linkCodes';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import { creditsOf, type DrawnTask, faultOf, firstFaultOf, readResult, tellOthers } from '../readResults.ts';
import { runTasks } from '../runTasks.ts';
import { tokensOf, wordsBeside } from './answer.ts';
import { type Asked, generationSchema, mostImages, parseAsked } from './parameters.ts';
import { receivePictures } from './receivePictures.ts';
import { sizeOfShape } from './shapes.ts';
import { type OpenAiDeps, startRequest } from './startRequest.ts';
import { beginStream, endStream } from './stream.ts';

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  image_url: z.looseObject({ url: z.string() }).optional(),
});

const messageSchema = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
});

/** Of a model that writes. They are taken, since clients send them with every request, and mean nothing here. */
export const ofWriting = [
  ...['temperature', 'top_p', 'frequency_penalty', 'presence_penalty', 'max_tokens', 'stop', 'seed'],
  ...['max_completion_tokens', 'stream_options', 'user', 'reasoning', 'usage', 'plugins', 'provider'],
  ...['top_k', 'top_a', 'min_p', 'repetition_penalty', 'logit_bias', 'logprobs', 'top_logprobs'],
  ...['reasoning_effort', 'verbosity', 'metadata', 'store', 'service_tier', 'prompt_cache_key'],
  ...['safety_identifier', 'session_id', 'trace'],
];

const ratios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;

/** As OpenRouter has it. Its sizes of an image are other models' own. */
const imageConfigSchema = z.strictObject({
  aspect_ratio: z
    .enum(ratios, { error: `Choose one of ${ratios.join(', ')}.` })
    .nullish()
    .meta({ description: 'Of about a megapixel, in the nearest size that the model makes' }),
});

export const chatSchema = z
  .strictObject({
    model: z.string().min(1).max(100).optional(),
    messages: z.array(messageSchema).min(1, { error: 'Send a message.' }).max(1_000),
    modalities: z
      .array(z.string())
      .refine((modalities) => modalities.includes('image'), { error: 'This model answers with pictures.' })
      .optional(),
    n: z.literal(1, { error: 'Ask for one answer.' }).optional(),
    stream: z.boolean().default(false),
    image_config: imageConfigSchema.optional(),
  })
  .meta({ description: 'The text and the pictures of the last message of the user are the request' });

/** A model of the Images API, asked in a chat. */
interface ChatRequest {
  /** As the client calls it. */
  model: string;
  asked: Asked;
  urls: readonly string[];
}

/** What some clients append to a name, to mean its pictures. */
const suffix = /:image$/;

/** @throws Problem `invalid-params` that points at each fault. */
export function parseChat(body: Readonly<Record<string, unknown>>): ChatRequest {
  const given = Object.entries(body).filter(([name, value]) => value !== null && !ofWriting.includes(name));
  const { data, error } = chatSchema.safeParse(Object.fromEntries(given), unknownKeys);
  if (error)
    throw new Problem('invalid-params', 'Some values are not accepted.', { errors: toPointedFaults(error) });
  const content = data.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const prompt = parts.flatMap(({ text }) => text ?? []).join('\n');
  const urls = parts.flatMap((part) => ('image_url' in part && part.image_url ? [part.image_url.url] : []));
  if (prompt.trim() === '') throw fault('The last message of the user has no text.');
  if (urls.length > mostImages) throw fault(`Send at most ${mostImages} pictures.`);
  const model = data.model?.replace(suffix, '');
  const asked = parseAsked(generationSchema, {
    prompt,
    size: sizeOfShape(data.image_config?.aspect_ratio ?? undefined),
    ...(model === undefined ? {} : { model }),
  });
  return { model: data.model ?? '', asked: { ...asked, stream: data.stream }, urls };
}

const fault = (message: string) =>
  new Problem('invalid-params', 'Some values are not accepted.', {
    errors: [{ pointer: '/messages', message }],
  });

/** Answers a chat with the picture that its last message asks for, as OpenRouter's clients read it. */
export async function answerChat(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  { model, asked, urls }: ChatRequest,
): Promise<void> {
  const head = createHead(deps, model);
  const code = urls.length === 0 ? await codeAskedFor(deps, caller, asked.prompt) : undefined;
  if (code !== undefined) return answerWords(ctx, head, { content: code, isStreamed: asked.stream });
  const addresses = urls.map((url) => ({ url, pointer: '/messages' }));
  await using received = await receivePictures(deps.uploads.tempDirectory, addresses);
  const sent = { images: received.pictures, mask: undefined };
  const started = await startRequest(deps, ctx, caller, { prefix: 'chat', asked, sent });
  const finish = async () => {
    const ended = await runTasks(deps, caller, started);
    await started.requireStillValid();
    return presentReply(deps, caller, ended);
  };
  if (!asked.stream) {
    const { message, usage } = await finish();
    ctx.body = presentWhole(head, message, usage);
    return;
  }
  const stream = beginStream(ctx, () => ({ data: presentChunk(head, { content: '' }, null) }));
  deps.keep(stream);
  const send = (delta: object, finishReason: string | null, more: object = {}) =>
    stream.send({ data: presentChunk(head, delta, finishReason, more) });
  send({ role: 'assistant', content: '' }, null);
  const work = finish().then(({ message, usage }) => {
    send(message, null);
    send({}, 'stop', { usage });
    stream.send({ data: '[DONE]' });
  });
  endStream(ctx, stream, work);
}

interface Head {
  id: string;
  created: number;
  model: string;
}

const createHead = ({ clock }: OpenAiDeps, model: string): Head => ({
  id: `chatcmpl-${newId()}`,
  created: Math.floor(clock.now().getTime() / 1_000),
  model,
});

function presentWhole(head: Head, message: object, usage: object): object {
  // Clients that are made of a description ask for each of its fields, for those that say nothing here, too.
  const whole = { role: 'assistant', ...message, refusal: null };
  const choice = { index: 0, message: whole, logprobs: null, finish_reason: 'stop' };
  return { ...head, object: 'chat.completion', choices: [choice], usage, system_fingerprint: null };
}

const presentChunk = (head: Head, delta: object, finishReason: string | null, more: object = {}): string =>
  JSON.stringify({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...more,
  });

/** What a person of another program writes to have a code that joins them to an account of theirs here. */
const linkWord = '/link';

/** @throws Problem `forbidden` for somebody who can sign in themselves: they are joined already. */
async function codeAskedFor(
  deps: OpenAiDeps,
  caller: PersonCaller,
  prompt: string,
): Promise<string | undefined> {
  if (caller.kind !== 'delegate' || prompt.trim().toLowerCase() !== linkWord) return undefined;
  const { code } = await createLinkCode(deps, { userId: caller.account.id, serviceKeyId: caller.apiKeyId });
  const where = `${deps.publicUrl}/account`;
  const words = {
    en: `Your code: ${code}\n\nSign in at ${where} and enter it under Link codes within 10 minutes. What you make here and what you have there are one account then.`,
    'zh-CN': `您的代码：${code}\n\n请在 10 分钟内登录 ${where}，并在“关联代码”中输入。此后您在这里创作的内容与该账号合而为一。`,
  };
  return words[caller.account.locale === 'zh-CN' ? 'zh-CN' : 'en'];
}

/** An answer that costs nothing, as a model that writes would give it. */
function answerWords(
  ctx: ApiContext,
  head: Head,
  { content, isStreamed }: { content: string; isStreamed: boolean },
): void {
  ctx.set('Cache-Control', 'no-store');
  const usage = tokensOf(0);
  if (!isStreamed) {
    ctx.body = presentWhole(head, { content }, usage);
    return;
  }
  const chunks = [
    presentChunk(head, { role: 'assistant', content }, null),
    presentChunk(head, {}, 'stop', { usage }),
    '[DONE]',
  ];
  ctx.type = 'text/event-stream';
  ctx.body = chunks.map((data) => `data: ${data}\n\n`).join('');
}

async function presentReply(deps: OpenAiDeps, { account }: PersonCaller, ended: readonly DrawnTask[]) {
  const outputs = ended.flatMap((one) => (faultOf(one) ? [] : one.outputs));
  if (outputs.length === 0) throw firstFaultOf(ended);
  const images: object[] = [];
  for (const [index, asset] of outputs.entries()) {
    const picture = await readResult(deps, asset, { format: 'png' });
    const url = `data:image/png;base64,${picture.toString('base64')}`;
    images.push({ index, type: 'image_url', image_url: { url } });
  }
  const content = wordsBeside(account, await tellOthers(deps, ended));
  return { message: { content, images }, usage: tokensOf(creditsOf(ended)) };
}
