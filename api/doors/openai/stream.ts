import type { Problem } from '@star-graph/core/ground/errors';
import { encodePicture } from '@star-graph/core/media/pictures';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Progress } from '@star-graph/core/work/events/event';
import { chargedOf } from '@star-graph/core/work/tasks/charge';
import type { ApiContext } from '../../apiContext.ts';
import {
  answerEvents,
  createEventStream,
  type EventStream,
  type ServerSentEvent,
} from '../../routes/tasks/eventStream.ts';
import { toProblem } from '../../transport/toProblem.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { type DrawnTask, faultOf, firstFaultOf, presentOthers, readResult } from '../readResults.ts';
import { runTasks } from '../runTasks.ts';
import { ClientGone } from '../waitingClients.ts';
import { encodingOf, qualityOf, usageOf } from './answer.ts';
import { presentError } from './errors.ts';
import type { Asked } from './parameters.ts';
import type { StartedRequest } from './startRequest.ts';

/** What the events of an operation are called. */
export type EventPrefix = 'image_generation' | 'image_edit';

interface StreamedRequest extends StartedRequest {
  asked: Asked;
  prefix: EventPrefix;
}

/**
 * Previews of the first task as they come, each picture as soon as its task has ended, and an error where there is
 * none. The answer has begun by then, so that every failure is an event.
 */
export function streamImages(
  deps: DoorDeps,
  caller: PersonCaller,
  ctx: ApiContext,
  request: StreamedRequest,
  keep: (stream: EventStream) => void,
): void {
  const { asked, prefix, taskIds } = request;
  const alive = `${prefix}.in_progress`;
  const stream = beginStream(ctx, () => ({ type: alive, data: JSON.stringify({ type: alive }) }));
  keep(stream);
  const pictures = createPictureEvents(deps, stream, { asked, prefix });
  const [first] = taskIds;
  const run = runTasks(deps, caller, {
    taskIds,
    signal: request.signal,
    isRepeatable: request.isRepeatable,
    onProgress: (taskId, progress) => {
      if (taskId === first) pictures.preview(progress);
    },
    onEnd: async (ended) => {
      await request.requireStillValid();
      await pictures.complete(ended);
    },
  });
  const work = run.then((ended) => {
    if (ended.every((one) => faultOf(one))) throw firstFaultOf(ended);
  });
  endStream(ctx, stream, work);
}

/** @param signOfLife in the words of the protocol. */
export function beginStream(ctx: ApiContext, signOfLife: () => ServerSentEvent): EventStream {
  // A picture is one event of some megabytes, and there are no more events than were asked for.
  const stream = createEventStream({ limitBytes: Number.POSITIVE_INFINITY, signOfLife });
  answerEvents(ctx, stream);
  return stream;
}

const inWordsOfImages = (problem: Problem): ServerSentEvent => {
  const { error } = presentError(problem);
  return { type: 'error', data: JSON.stringify({ type: 'error', error }) };
};

/** Ends a stream with its work; a failure is its last event. */
export function endStream(
  ctx: ApiContext,
  stream: EventStream,
  work: Promise<void>,
  presentFault: (problem: Problem) => ServerSentEvent = inWordsOfImages,
): void {
  work
    .catch((error: unknown) => {
      if (error instanceof ClientGone) return;
      stream.send(presentFault(toProblem(ctx.state.log, error)));
    })
    .finally(() => stream.end());
}

function createPictureEvents(
  deps: DoorDeps,
  stream: EventStream,
  { asked, prefix }: Pick<StreamedRequest, 'asked' | 'prefix'>,
) {
  const encoding = encodingOf(asked);
  const send = (name: string, size: string, fields: object) => {
    const type = `${prefix}.${name}`;
    const facts = {
      created_at: Math.floor(deps.clock.now().getTime() / 1_000),
      size,
      quality: qualityOf(asked),
      background: 'opaque',
      output_format: asked.output_format,
    };
    stream.send({ type, data: JSON.stringify({ type, ...fields, ...facts }) });
  };
  const previews = spreadPreviews(deps, asked, (b64_json, partial_image_index) =>
    send('partial_image', asked.size, { b64_json, partial_image_index }),
  );
  return {
    preview: previews.preview,
    async complete(ended: DrawnTask) {
      await previews.shown();
      if (faultOf(ended)) return;
      const { outputs, task } = ended;
      const others = await presentOthers(deps, [ended]);
      for (const [index, asset] of outputs.entries()) {
        const picture = await readResult(deps, asset, encoding);
        // The price of a task stands with its first picture, so that the sum is right.
        const usage = usageOf(index === 0 ? (chargedOf(task) ?? 0) : 0);
        const b64_json = picture.toString('base64');
        const beside = index === 0 && others.length > 0 ? { other_results: others } : {};
        send('completed', `${asset.width}x${asset.height}`, { b64_json, usage, ...beside });
      }
    },
  };
}

/** Previews in the format of the answer, as many as were asked for: each waits until its share of the task is done. */
export function spreadPreviews(
  deps: Pick<DoorDeps, 'log'>,
  asked: Asked,
  show: (base64: string, index: number) => void,
) {
  const { partial_images: wanted } = asked;
  const encoding = encodingOf(asked);
  let count = 0;
  let last = Promise.resolve();
  const encode = async (bytes: Buffer, index: number) => {
    try {
      show((await encodePicture(bytes, encoding)).toString('base64'), index);
    } catch (err) {
      deps.log.debug({ err }, 'a preview could not be shown');
    }
  };
  return {
    preview({ percent, preview }: Progress) {
      if (!preview || count >= wanted || percent < (100 * count) / (wanted + 1)) return;
      const index = count;
      count += 1;
      last = last.then(() => encode(Buffer.from(preview.base64, 'base64'), index));
    },
    /** Once those that came are shown. */
    shown: () => last,
  };
}
