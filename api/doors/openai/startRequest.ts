import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Workflow } from '@star-graph/workflows';
import type { ApiContext } from '../../apiContext.ts';
import type { CredentialCheck } from '../../checkCredential.ts';
import type { EventStream } from '../../routes/tasks/eventStream.ts';
import { acceptTasks, findRepeated, type Repeats, readRepeatKey } from '../acceptTasks.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { fetchPictures, type GivenPictures, identityOf } from '../fetchPictures.ts';
import { findModel, unknownModel } from '../findModel.ts';
import { fitSize, type Size } from '../fitSize.ts';
import { type Planned, partOfSent, requireRoom, type SentCount, standIns, toTasks } from '../planned.ts';
import { requireStillValid } from '../requireStillValid.ts';
import type { RunOptions } from '../runTasks.ts';
import { storePictures } from '../storePictures.ts';
import type { WaitingClients } from '../waitingClients.ts';
import { paramsOf } from '../workflowParts.ts';
import type { Asked } from './parameters.ts';

export interface OpenAiDeps extends DoorDeps, CredentialCheck {
  clients: WaitingClients;
  /** Sends a stream signs of life until it ends. */
  keep(stream: EventStream): void;
}

export interface ImageRequest {
  /** Names the operation. */
  prefix: string;
  asked: Asked;
  sent: GivenPictures;
  /** What its tasks keep, for requests that come later. */
  note?: object;
}

/** A request whose tasks were accepted. */
export interface StartedRequest extends Pick<RunOptions, 'taskIds' | 'signal' | 'isRepeatable'> {
  /** Minutes may have passed. @throws Problem for a credential that does not work any more. */
  requireStillValid(): Promise<void>;
}

/** From a request that was read to its tasks. */
export async function startRequest(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  request: ImageRequest,
): Promise<StartedRequest> {
  const signal = deps.clients.watch(ctx);
  const repeats = repeatsOf(ctx, request);
  const taskIds = await acceptRequest(deps, caller, ctx, request, { signal, repeats });
  const isRepeatable = repeats !== undefined;
  return { taskIds, signal, isRepeatable, requireStillValid: () => requireStillValid(deps, ctx, caller) };
}

function repeatsOf(ctx: ApiContext, { prefix, asked, sent }: ImageRequest): Repeats | undefined {
  const key = readRepeatKey(ctx);
  if (key === undefined) return undefined;
  const images = sent.images.map(identityOf);
  // How the answer is read decides nothing.
  const { stream: _stream, partial_images: _partials, ...asking } = asked;
  return { key, content: JSON.stringify([prefix, asking, images, sent.mask && identityOf(sent.mask)]) };
}

async function acceptRequest(
  deps: OpenAiDeps,
  caller: PersonCaller,
  ctx: ApiContext,
  { asked, sent, note }: ImageRequest,
  { signal, repeats }: { signal: AbortSignal; repeats: Repeats | undefined },
): Promise<string[]> {
  const earlier = await findRepeated(deps, caller, repeats);
  const pictures = earlier.reduce((sum, { params }) => sum + Number(params.count ?? 1), 0);
  if (earlier.length > 0 && pictures >= asked.n) return earlier.map(({ id }) => id);
  const pictured = { images: sent.images.length, hasMask: sent.mask !== undefined };
  const planned = await planTasks(deps, caller, asked, pictured);
  await using fetched = await fetchPictures(deps, caller, sent, signal);
  const stored = await storePictures(deps, caller, fetched, signal);
  const tasks = toTasks(planned, stored, asked.n);
  const meta = note && { meta: { clientRef: JSON.stringify(note) } };
  const bodies = tasks.bodies.map((body) => ({ ...body, ...meta }));
  return acceptTasks(deps, caller, ctx, { ...tasks, bodies }, repeats);
}

/** @throws Problem `not-found`, `forbidden`, `invalid-params`. */
async function planTasks(
  deps: DoorDeps,
  caller: PersonCaller,
  asked: Asked,
  sent: SentCount,
): Promise<Planned> {
  const words = { prompt: asked.prompt, ...asked.own };
  const { workflow } = await chooseFor(deps, caller, {
    model: asked.model,
    part: partOfSent(sent),
    params: { ...words, ...standIns(sent) },
  });
  requireRoom(workflow, sent, '/image');
  return { workflow, params: { ...words, ...sizeOf(workflow, asked.size), ...stepsOf(workflow, asked) } };
}

async function chooseFor(deps: DoorDeps, caller: PersonCaller, asked: Parameters<typeof findModel>[2]) {
  try {
    return await findModel(deps, caller, asked);
  } catch (error) {
    // Of a hidden one, too.
    if (error instanceof Problem && error.code === 'not-found') throw unknownModel(asked.model);
    throw error;
  }
}

function sizeOf(workflow: Workflow, size: string): Partial<Size> {
  if (size === 'auto') return {};
  const [width = 0, height = 0] = size.split('x').map(Number);
  return fitSize(workflow, { width, height }) ?? {};
}

/** Of the workflow's own number of steps. */
const stepFactors: Readonly<Partial<Record<Asked['quality'], number>>> = {
  low: 0.5,
  high: 1.5,
  hd: 1.5,
  xhigh: 1.75,
  max: 2,
};

function stepsOf(workflow: Workflow, { quality, own }: Asked): { steps?: number } {
  const factor = stepFactors[quality];
  const { steps } = paramsOf(workflow);
  if (factor === undefined || own.steps !== undefined || typeof steps?.default !== 'number') return {};
  const wanted = Math.round(steps.default * factor);
  return { steps: Math.min(Math.max(wanted, steps.minimum ?? 1), steps.maximum ?? wanted) };
}
