import type { Task } from '@star-graph/core/ground/db/models/task';
import { Problem } from '@star-graph/core/ground/errors';
import { isId } from '@star-graph/core/ground/runtime/ids';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { chargedOf } from '@star-graph/core/work/tasks/charge';
import { requireTaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import { cancelTasks } from '../acceptTasks.ts';
import { listModels } from '../listModels.ts';
import { type DrawnTask, drawnOf, faultOf, readResult, tellOthers } from '../readResults.ts';
import { runTasks } from '../runTasks.ts';
import { encodingOf, qualityOf, wordsBeside } from './answer.ts';
import { ofWriting } from './chat.ts';
import { type Asked, generationSchema, mostImages, parseAsked } from './parameters.ts';
import { type PictureAddress, receivePictures } from './receivePictures.ts';
import { type OpenAiDeps, type StartedRequest, startRequest } from './startRequest.ts';
import { beginStream, endStream, spreadPreviews } from './stream.ts';

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  image_url: z.string().nullish(),
  file_id: z.null({ error: 'There are no files here: send the picture itself, or a link.' }).optional(),
});

/** Messages, and pictures that were made before. Whatever else a conversation had is passed over. */
const itemSchema = z.looseObject({
  type: z.string().optional(),
  id: z.string().max(200).nullish(),
  role: z.string().optional(),
  content: z.union([z.string(), z.array(partSchema).max(1_000)]).nullish(),
  result: z.string().nullish(),
});
type Item = z.output<typeof itemSchema>;

const { size, quality, background, output_format, output_compression, partial_images, moderation } =
  generationSchema.shape;

const toolSchema = z.strictObject({
  type: z.literal('image_generation', { error: 'Only image_generation is offered.' }),
  action: z.enum(['auto', 'generate', 'edit'], { error: 'Choose auto, generate or edit.' }).default('auto'),
  model: z.string().min(1).max(100).optional(),
  input_image_mask: z
    .looseObject({ image_url: z.string({ error: 'Send the mask as image_url.' }) })
    .optional(),
  input_fidelity: z.enum(['high', 'low']).nullish().meta({ description: 'Ignored' }),
  size,
  quality,
  background,
  output_format,
  output_compression,
  partial_images,
  moderation,
});
type Tool = z.output<typeof toolSchema>;

export const responsesSchema = z
  .strictObject({
    model: z.string().min(1).max(100).optional().meta({
      description: 'A name of GET /v1/models; any other, as of a model that writes, is the default',
    }),
    input: z.union([z.string(), z.array(itemSchema).min(1).max(1_000)]),
    tools: z
      .array(toolSchema)
      .length(1, { error: 'Send one tool: {"type": "image_generation"}. Nothing here answers with words.' }),
    previous_response_id: z.string().max(100).optional(),
    stream: z.boolean().default(false),
    background: z.boolean().default(false),
  })
  .meta({ description: 'The text and the pictures of the last message of the user are the request' });

/** Of a model that writes, as in chats. */
const ignored = [
  ...ofWriting,
  ...['instructions', 'parallel_tool_calls', 'tool_choice', 'truncation', 'text', 'include'],
  ...['max_output_tokens', 'max_tool_calls'],
];

interface ResponseRequest {
  /** As the client calls it. */
  model: string;
  prompt: string;
  tool: Tool;
  pictures: readonly PictureAddress[];
  /** The response that the last picture came from. */
  from: string | undefined;
  previous: string | undefined;
  stream: boolean;
  background: boolean;
}

const refused = (pointer: string, message: string) =>
  new Problem('invalid-params', 'Some values are not accepted.', { errors: [{ pointer, message }] });

/** @throws Problem `invalid-params` that points at each fault. */
function parseResponse(body: Readonly<Record<string, unknown>>): ResponseRequest {
  const given = Object.entries(body).filter(([name, value]) => value !== null && !ignored.includes(name));
  const { data, error } = responsesSchema.safeParse(Object.fromEntries(given), unknownKeys);
  if (error)
    throw new Problem('invalid-params', 'Some values are not accepted.', { errors: toPointedFaults(error) });
  const { input, tools, previous_response_id: previous, stream, background: isLater } = data;
  const [tool] = tools;
  if (!tool) throw refused('/tools', 'Send one.');
  if (stream && isLater) throw refused('/background', 'Choose a stream, or the background.');
  const items: Item[] = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const content = items.findLast(({ role }) => role === 'user')?.content ?? '';
  const parts = typeof content === 'string' ? [{ type: 'input_text', text: content }] : content;
  const prompt = parts.flatMap(({ text }) => text ?? []).join('\n');
  if (prompt.trim() === '') throw refused('/input', 'The last message of the user has no text.');
  const sent = parts.flatMap((part) => ('image_url' in part && part.image_url ? [part.image_url] : []));
  if (sent.length > mostImages) throw refused('/input', `Send at most ${mostImages} pictures.`);
  const made = items.findLast(
    ({ type, id }) =>
      type === 'image_generation_call' || (type === 'item_reference' && !id?.startsWith(messagePrefix)),
  );
  const inline = made?.result ? [`data:image/png;base64,${made.result}`] : [];
  const urls = sent.length > 0 ? sent : inline;
  return {
    model: data.model ?? '',
    prompt,
    tool,
    pictures: tool.action === 'generate' ? [] : urls.map((url) => ({ url, pointer: '/input' })),
    from: urls.length > 0 || tool.action === 'generate' ? undefined : (made?.id ?? previous),
    previous,
    stream,
    background: isLater,
  };
}

const responsePrefix = 'resp_';
const callPrefix = 'ig_';
const messagePrefix = 'msg_';
const unknownResponse = () => new Problem('not-found', 'There is no such response of yours.');

/** The task behind the id of a response, or of its picture. @throws Problem `not-found`. */
async function requireResponse(
  { database }: Pick<OpenAiDeps, 'database'>,
  { account }: PersonCaller,
  id: string,
): Promise<DrawnTask> {
  const taskId = id.slice(id.indexOf('_') + 1);
  const isOurs = [responsePrefix, callPrefix].includes(id.slice(0, id.indexOf('_') + 1)) && isId(taskId);
  const found = isOurs
    ? await requireTaskWithOutputs(database, taskId, account.id).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'not-found') throw unknownResponse();
        throw error;
      })
    : undefined;
  const drawn = found && drawnOf(found);
  // Of a film or a sound, which other ways made, nothing is a picture.
  if (!drawn || (drawn.outputs.length === 0 && drawn.others.length > 0)) throw unknownResponse();
  return drawn;
}

/** The picture that an earlier response made, as if it came along. */
async function addressOfEarlier(
  deps: OpenAiDeps,
  caller: PersonCaller,
  id: string,
  previous: string | undefined,
): Promise<PictureAddress> {
  const pointer = id === previous ? '/previous_response_id' : '/input';
  const { outputs } = await requireResponse(deps, caller, id).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'not-found')
      throw refused(pointer, 'There is no such response of yours.');
    throw error;
  });
  const [asset] = outputs;
  if (!asset) throw refused(pointer, 'It has no picture.');
  const bytes = await readResult(deps, asset, { format: 'png' });
  return { url: `data:image/png;base64,${bytes.toString('base64')}`, pointer };
}

interface Head {
  model: string;
  previous?: string | undefined;
  isBackground: boolean;
  asked: Asked;
}

const noteSchema = z.object({
  model: z.string(),
  previous: z.string().optional(),
  isBackground: z.boolean(),
  tool: z.object({ size, quality, output_format, output_compression }),
});

/** What the task of a response keeps of it, so that it is told later as it was asked for. */
function noteOf({ asked, ...head }: Head): z.output<typeof noteSchema> {
  const { size: asSize, quality: asQuality, output_format: format, output_compression: compression } = asked;
  const tool = { size: asSize, quality: asQuality, output_format: format, output_compression: compression };
  return { ...head, tool };
}

/** A task that another way made has the default's. */
function headOf({ meta, workflowName }: Task): Head {
  const { data } = noteSchema.safeParse(meta.clientRef === undefined ? {} : parseNote(meta.clientRef));
  const { tool, ...head } = data ?? { model: workflowName, isBackground: true, tool: {} };
  return { ...head, asked: parseAsked(generationSchema, { ...tool, prompt: '-' }) };
}

/** The note may be another client's own. */
function parseNote(note: string): unknown {
  try {
    return JSON.parse(note);
  } catch {
    return undefined;
  }
}

/** Answers with one picture, as clients of the Responses API read it. */
export async function answerResponse(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  body: Readonly<Record<string, unknown>>,
  requirePictures: () => void,
): Promise<void> {
  const { model, prompt, tool, from, previous, stream, background: isLater, ...given } = parseResponse(body);
  const {
    type: _type,
    action,
    model: named,
    input_image_mask: mask,
    input_fidelity: _fidelity,
    ...own
  } = tool;
  const known = named ?? ((await listModels(deps, caller)).includes(model) ? model : undefined);
  const asked = {
    ...parseAsked(generationSchema, { ...own, prompt, ...(known !== undefined && { model: known }) }),
    stream,
  };
  const isFrom = given.pictures.length > 0 || from !== undefined;
  if (isFrom || mask) requirePictures();
  const earlier = from === undefined ? [] : [await addressOfEarlier(deps, caller, from, previous)];
  const pictures = [...given.pictures, ...earlier];
  if (pictures.length === 0 && (action === 'edit' || mask))
    throw refused('/input', 'Send the picture that is to be changed.');
  const masks = mask ? [{ url: mask.image_url, pointer: '/tools' }] : [];
  await using received = await receivePictures(deps.uploads.tempDirectory, [...pictures, ...masks]);
  const sent = {
    images: received.pictures.slice(0, pictures.length),
    mask: received.pictures[pictures.length],
  };
  const head = { model, previous, isBackground: isLater, asked };
  const started = await startRequest(deps, ctx, caller, {
    prefix: 'response',
    asked,
    sent,
    note: noteOf(head),
  });
  const [taskId = ''] = started.taskIds;
  const found = drawnOf(await requireTaskWithOutputs(deps.database, taskId, caller.account.id));
  if (isLater) ctx.body = await presentResponse(deps, caller, head, found);
  else if (stream) streamResponse(deps, ctx, caller, { head, started, found });
  else {
    const [ended = found] = await runTasks(deps, caller, started);
    await started.requireStillValid();
    const fault = faultOf(ended);
    if (fault) throw fault;
    ctx.body = await presentResponse(deps, caller, head, ended);
  }
}

/** Any task of the person that makes pictures, and has one output at most. */
export async function showResponse(deps: OpenAiDeps, caller: PersonCaller, id: string): Promise<object> {
  const found = await requireResponse(deps, caller, id);
  return presentResponse(deps, caller, headOf(found.task), found);
}

export async function cancelResponse(deps: OpenAiDeps, caller: PersonCaller, id: string): Promise<object> {
  const { task } = await requireResponse(deps, caller, id);
  if (!isTerminal(task.status)) await cancelTasks(deps, caller, [task.id], { isCharged: true });
  return showResponse(deps, caller, id);
}

const statuses = {
  queued: 'queued',
  assigned: 'queued',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;

async function presentCall(deps: OpenAiDeps, asked: Asked, { task, outputs }: DrawnTask) {
  const [asset] = outputs;
  const result = asset && (await readResult(deps, asset, encodingOf(asked))).toString('base64');
  const ended = asset ? 'completed' : 'failed';
  return {
    id: `${callPrefix}${task.id}`,
    type: 'image_generation_call',
    status: isTerminal(task.status) ? ended : 'in_progress',
    result: result ?? null,
    ...(asset && {
      size: `${asset.width}x${asset.height}`,
      quality: qualityOf(asked),
      background: 'opaque',
      output_format: asked.output_format,
      revised_prompt: typeof task.params.prompt === 'string' ? task.params.prompt : '',
    }),
  };
}

interface Message {
  id: string;
  type: 'message';
  status: 'completed';
  role: 'assistant';
  content: [{ type: 'output_text'; text: string; annotations: [] }];
}

/** What is said beside the picture. */
async function presentWords(
  deps: OpenAiDeps,
  { account }: PersonCaller,
  ended: DrawnTask,
): Promise<Message[]> {
  if (ended.outputs.length === 0) return [];
  const text = wordsBeside(account, await tellOthers(deps, [ended]));
  const content: Message['content'] = [{ type: 'output_text', text, annotations: [] }];
  const id = `${messagePrefix}${ended.task.id}`;
  return [{ id, type: 'message', status: 'completed', role: 'assistant', content }];
}

/** Clients that are made of a description ask for each of its fields, for those that say nothing here, too. */
async function presentResponse(
  deps: OpenAiDeps,
  caller: PersonCaller,
  head: Head,
  found: DrawnTask,
): Promise<object> {
  const { task } = found;
  return {
    ...outlineOf(head, task),
    output: isTerminal(task.status)
      ? [await presentCall(deps, head.asked, found), ...(await presentWords(deps, caller, found))]
      : [],
    error: errorOf(found),
  };
}

function errorOf(found: DrawnTask): object | null {
  const fault =
    isTerminal(found.task.status) && found.task.status !== 'cancelled' ? faultOf(found) : undefined;
  if (!fault) return null;
  const code = fault.code === 'content-refused' ? 'image_content_policy_violation' : 'server_error';
  return { code, message: fault.detail };
}

function outlineOf({ model, previous, isBackground, asked }: Head, task: Task) {
  const credits = chargedOf(task) ?? 0;
  const { size: asSize, quality: asQuality, output_format: format } = asked;
  return {
    id: `${responsePrefix}${task.id}`,
    object: 'response',
    created_at: Math.floor(task.createdAt.getTime() / 1_000),
    status: statuses[task.status],
    background: isBackground,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: false,
    previous_response_id: previous ?? null,
    store: true,
    temperature: null,
    tool_choice: 'auto',
    tools: [{ type: 'image_generation', size: asSize, quality: asQuality, output_format: format }],
    top_p: null,
    truncation: 'disabled',
    usage: {
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: credits,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: credits,
    },
  };
}

/** Behind the picture. */
function tellMessage(send: (type: string, fields: object) => void, message: Message): void {
  const {
    id: item_id,
    content: [part],
  } = message;
  const { text } = part;
  const at = { output_index: 1, item_id, content_index: 0 };
  const empty = { ...message, status: 'in_progress', content: [] };
  send('response.output_item.added', { output_index: 1, item: empty });
  send('response.content_part.added', { ...at, part: { ...part, text: '' } });
  send('response.output_text.delta', { ...at, delta: text, logprobs: [] });
  send('response.output_text.done', { ...at, text, logprobs: [] });
  send('response.content_part.done', { ...at, part });
  send('response.output_item.done', { output_index: 1, item: message });
}

function streamResponse(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  { head, started, found }: { head: Head; started: StartedRequest; found: DrawnTask },
): void {
  const { task } = found;
  const at = { output_index: 0, item_id: `${callPrefix}${task.id}` };
  const response = { ...outlineOf(head, task), status: 'in_progress' };
  let sequence = 0;
  const numbered = (type: string, fields: object) => {
    const data = JSON.stringify({ type, sequence_number: sequence, ...fields });
    sequence += 1;
    return { type, data };
  };
  const stream = beginStream(ctx, () => numbered('response.in_progress', { response }));
  deps.keep(stream);
  const send = (type: string, fields: object) => stream.send(numbered(type, fields));
  const item = { id: at.item_id, type: 'image_generation_call', status: 'in_progress', result: null };
  send('response.created', { response });
  send('response.in_progress', { response });
  send('response.output_item.added', { output_index: 0, item });
  send('response.image_generation_call.in_progress', at);
  let isGenerating = false;
  const previews = spreadPreviews(deps, head.asked, (partial_image_b64, partial_image_index) =>
    send('response.image_generation_call.partial_image', { ...at, partial_image_b64, partial_image_index }),
  );
  const work = async () => {
    const [ended = found] = await runTasks(deps, caller, {
      ...started,
      onProgress(_taskId, progress) {
        if (!isGenerating && progress.queuePosition === undefined) {
          isGenerating = true;
          send('response.image_generation_call.generating', at);
        }
        previews.preview(progress);
      },
    });
    await started.requireStillValid();
    await previews.shown();
    const fault = faultOf(ended);
    if (fault) throw fault;
    const call = await presentCall(deps, head.asked, ended);
    send('response.image_generation_call.completed', at);
    send('response.output_item.done', { output_index: 0, item: call });
    const words = await presentWords(deps, caller, ended);
    for (const message of words) tellMessage(send, message);
    send('response.completed', { response: { ...outlineOf(head, ended.task), output: [call, ...words] } });
  };
  endStream(ctx, stream, work(), ({ code, detail: message }) => {
    const refusal = code === 'content-refused' ? 'image_content_policy_violation' : 'server_error';
    const failed = { ...response, status: 'failed', error: { code: refusal, message } };
    return numbered('response.failed', { response: failed });
  });
}
