import type { ExecutionEvent } from '../../../../comfy/comfy.ts';
import type { Task } from '../../../../ground/db/models/task.ts';
import type { Clock } from '../../../../ground/runtime/clock.ts';
import type { SpanAttributes } from '../../../../ground/telemetry/spanAttributes.ts';
import {
  inSpan,
  isTracing,
  recordSpan,
  type SpanEnd,
  type SpanSpec,
  spanIdOf,
} from '../../../../ground/telemetry/spans.ts';
import { parseTraceparent, type TraceContext } from '../../../../ground/telemetry/traceContext.ts';
import type { Fence } from '../../../tasks/ownerFence.ts';
import type { TakenSlot } from '../../takenSlots.ts';

/** What a node of ComfyUI does, by its class: the names of the spans in a run. */
type NodeKind = 'load' | 'encode' | 'sample' | 'decode' | 'upscale' | 'save' | 'compute';

/** In this order: `LoadImage` loads, and `VAEDecodeTiled` decodes. */
const kinds: readonly [RegExp, NodeKind][] = [
  [/Sampler/, 'sample'],
  [/Loader|^Load/, 'load'],
  [/Decode/, 'decode'],
  [/Encode/, 'encode'],
  [/Upscale/, 'upscale'],
  [/^Save|^Preview/, 'save'],
];

const kindOfNode = (className: string): NodeKind =>
  kinds.find(([pattern]) => pattern.test(className))?.[1] ?? 'compute';

/**
 * The spans of one attempt, in the trace of its task.
 *
 * The spans of the attempt and of its prompt have ids that follow from what they are, so that children need not wait
 * for them: an owner that dies has sent its children, and the next owner sends their parents. Only the owner that
 * recorded the end sends them, so each exists once.
 */
export interface AttemptTrace {
  /** The parent of what the attempt does; undefined for a task without a trace. */
  context: TraceContext | undefined;
  stage<Result>(name: 'prepare' | 'collect' | 'settle', act: () => Promise<Result>): Promise<Result>;
  /** The prompt is followed from now on. */
  follow(prompt: { promptId: string; startedAt: Date | null }): void;
  hear(event: ExecutionEvent): void;
  /** The prompt is not followed any more. */
  ran(end: string): void;
  /** Called when this owner has written the end of the attempt. */
  end(kind: string): void;
}

/** Nothing is heard, nothing is kept. */
const silent: Omit<AttemptTrace, 'context'> = {
  stage: (_name, act) => act(),
  follow: () => undefined,
  hear: () => undefined,
  ran: () => undefined,
  end: () => undefined,
};

const idOf = (taskId: string, attempt: number): string => spanIdOf(`${taskId}:${attempt}`);

export function createAttemptTrace(
  { clock }: { clock: Clock },
  fence: Fence,
  task: Task,
  slot: Pick<TakenSlot, 'assignedAt' | 'promptId'>,
): AttemptTrace {
  const parent = parseTraceparent(task.traceparent);
  if (!parent?.isSampled || !isTracing()) return { ...silent, context: parent };
  const { attempt, backendId } = fence;
  const id = idOf(task.id, attempt);
  const context = { ...parent, spanId: id };
  const beganAt = slot.assignedAt ?? clock.now();
  const run = createRunTrace(clock, context);

  return {
    context,
    stage: (name, act) => inSpan({ name, parent: context }, act),
    follow: (prompt) => run.follow(prompt),
    hear: (event) => run.hear(event),
    ran: (end) => run.end(end),
    end(kind) {
      run.send();
      recordSpan({
        name: 'attempt',
        kind: 'consumer',
        parent,
        id,
        startedAt: beganAt,
        endedAt: clock.now(),
        ...(attempt > 1 && { links: [{ ...parent, spanId: idOf(task.id, attempt - 1) }] }),
        attributes: {
          'gen_ai.operation.name': 'generate_content',
          'gen_ai.provider.name': 'comfyui',
          'gen_ai.output.type': task.type.endsWith('2video') ? 'video' : 'image',
          'star_graph.task.id': task.id,
          'star_graph.task.workflow': task.workflowName,
          'star_graph.task.lane': task.lane,
          'star_graph.task.attempt': attempt,
          'star_graph.attempt.taken_over': slot.promptId !== null,
          'star_graph.attempt.end': kind,
          'star_graph.backend.id': backendId,
        },
        error: kind === 'succeeded' || kind === 'released' ? undefined : kind,
      });
    },
  };
}

/** What ComfyUI did, from its messages: neighbouring nodes of one kind are one span. */
function createRunTrace(clock: Clock, attempt: TraceContext) {
  let own: { promptId: string; context: TraceContext; startedAt: Date } | undefined;
  let part: { name: string; startedAt: Date; types: Set<string>; steps: number | undefined } | undefined;
  let over: (SpanSpec & SpanEnd) | undefined;

  function enter(name: string): NonNullable<typeof part> {
    if (part?.name === name) return part;
    leave();
    part = { name, startedAt: clock.now(), types: new Set(), steps: undefined };
    return part;
  }

  function leave(): void {
    if (!part || !own) return;
    const { name, startedAt, types, steps } = part;
    const attributes: SpanAttributes = {
      ...(types.size > 0 && { 'star_graph.node.types': [...types] }),
      ...(steps !== undefined && { 'star_graph.steps': steps }),
    };
    recordSpan({ name, parent: own.context, startedAt, endedAt: clock.now(), attributes });
    part = undefined;
  }

  return {
    follow({ promptId, startedAt }: { promptId: string; startedAt: Date | null }): void {
      const context = { ...attempt, spanId: spanIdOf(promptId) };
      own = { promptId, context, startedAt: startedAt ?? clock.now() };
      // One that runs already is somewhere in the middle, and its next message says where.
      if (startedAt === null) enter('wait');
    },
    hear(event: ExecutionEvent): void {
      if (event.type === 'started') leave();
      if (event.type !== 'progress' || event.nodeType === undefined) return;
      const { types } = enter(kindOfNode(event.nodeType));
      types.add(event.nodeType);
      if (part && event.steps !== undefined) part.steps = event.steps;
    },
    end(kind: string): void {
      leave();
      if (!own) return;
      const { promptId, context, startedAt } = own;
      over = {
        name: 'execute',
        kind: 'client',
        parent: attempt,
        id: context.spanId,
        startedAt,
        endedAt: clock.now(),
        attributes: { 'star_graph.prompt.id': promptId, 'star_graph.run.end': kind },
        error: kind === 'succeeded' ? undefined : kind,
      };
      own = undefined;
    },
    send(): void {
      if (over) recordSpan(over);
      over = undefined;
    },
  };
}
