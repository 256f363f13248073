import { randomInt } from 'node:crypto';
import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import type { z } from 'zod';
import { type PointedError, Problem } from '../errors.ts';

/** Seeds go up to 2^53 - 1; drawing below 2^48 is what the generator can do in one call, and plenty. */
const seedBound = 2 ** 48 - 1;

export interface ParsedParams {
  params: WorkflowParams;
  /** Names of the parameters that the person sent; the others hold defaults or nothing. */
  given: ReadonlySet<string>;
  /** Whether the person chose the seed; a drawn one makes every request its own. */
  seedGiven: boolean;
}

/** RFC 6901, without `#`. */
export const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** One error a fault; for unknown keys one a key, so that each can be pointed at. */
export const toPointedErrors = (error: z.ZodError): PointedError[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: toPointer([...issue.path, key]),
          message: 'There is no such parameter.',
        }))
      : [{ pointer: toPointer(issue.path), message: issue.message }],
  );

/**
 * Values as the workflow's schema wants them, defaults filled in and the seed drawn when none was given.
 * @throws Problem `invalid-params` with a pointer for every fault.
 */
export function parseParams(workflow: Workflow, raw: unknown): ParsedParams {
  const result = workflow.params.safeParse(raw);
  if (!result.success)
    throw new Problem(
      'invalid-params',
      'Some values are not accepted. Correct those listed and send it again.',
      {
        errors: toPointedErrors(result.error),
      },
    );
  const given = new Set(
    Object.entries(Object(raw)).flatMap(([name, value]) => (value === undefined ? [] : name)),
  );
  const { seedParam } = workflow;
  if (seedParam === undefined) return { params: result.data, given, seedGiven: true };
  if (result.data[seedParam] !== undefined && result.data[seedParam] !== null)
    return { params: result.data, given, seedGiven: true };
  return { params: { ...result.data, [seedParam]: randomInt(seedBound) }, given, seedGiven: false };
}
