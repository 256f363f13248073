import { destinations, type Reply, sendCancelSchema, sendGenerateSchema } from '@star-graph/contract/events';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Problem } from '@star-graph/core/ground/errors';
import { type Caller, requirePerson } from '@star-graph/core/people/identity/caller';
import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import type { z } from 'zod';
import { parseBody } from '../middleware/readJson.ts';
import { requireWholeText } from '../middleware/wholeText.ts';
import type { ClientFrame } from './frameReader.ts';
import type { StompDeps } from './stompDeps.ts';

/** Executes a SEND. Never rejects: a fault becomes the reply. */
export async function answerSend(
  deps: StompDeps,
  caller: Caller,
  address: string,
  frame: ClientFrame,
): Promise<Reply> {
  let correlationId: string | undefined;
  try {
    const { body, fault } = readBody(frame);
    correlationId = findCorrelationId(body);
    // Faulty frames count too, because reading them costs work.
    await deps.countRequest(caller, address);
    if (fault) throw fault;
    const task = await perform(deps, caller, frame, body);
    return { ...(correlationId === undefined ? {} : { correlationId }), task };
  } catch (error) {
    const problem = deps.presentError(error);
    return { ...(correlationId === undefined ? {} : { correlationId }), problem };
  }
}

function perform(deps: StompDeps, caller: Caller, frame: ClientFrame, body: unknown): Promise<TaskView> {
  const destination = frame.headers.destination ?? '';
  switch (destination) {
    case destinations.generate:
      return deps.generate(requirePerson(caller), parse(sendGenerateSchema, body), frame.body);
    case destinations.cancel:
      return deps.cancel(requirePerson(caller), parse(sendCancelSchema, body));
    default:
      throw new Problem(
        'not-found',
        `Nothing listens there. Send to ${destinations.generate} or ${destinations.cancel}.`,
      );
  }
}

function readBody(frame: ClientFrame): { body?: unknown; fault?: Problem } {
  try {
    return { body: parseBody(new TextDecoder('utf-8', { fatal: true }).decode(frame.body)) };
  } catch (cause) {
    if (cause instanceof Problem) return { fault: cause };
    return {
      fault: new Problem('invalid-params', 'The body is not JSON in UTF-8. Check its syntax.', { cause }),
    };
  }
}

/** Read before the body is checked, so that the reply to a wrong one finds its sender. */
function findCorrelationId(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('correlationId' in body)) return undefined;
  const { correlationId } = body;
  return typeof correlationId === 'string' ? correlationId.slice(0, 64) : undefined;
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.input<Schema> {
  const result = schema.safeParse(body, unknownKeys);
  if (result.success) {
    requireWholeText(result.data);
    return result.data as z.input<Schema>;
  }
  throw new Problem('invalid-params', 'The message has invalid values.', {
    errors: toPointedFaults(result.error),
  });
}
