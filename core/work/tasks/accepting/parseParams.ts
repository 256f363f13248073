import { randomInt } from 'node:crypto';
import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import { Problem } from '../../../ground/errors.ts';
import './faultSentences.ts';

/** Seeds go up to 2^53 - 1; drawing below 2^48 is what the generator can do in one call, and plenty. */
const seedBound = 2 ** 48 - 1;

interface ParsedParams {
  params: WorkflowParams;
  /** Names of the parameters that the person sent; the others hold defaults or nothing. */
  given: ReadonlySet<string>;
  /** Whether the person chose the seed; a drawn one makes every request its own. */
  seedGiven: boolean;
}

/**
 * Values as the workflow's schema wants them, defaults filled in and the seed drawn when none was given.
 * @param calledModel the name by which the person chose the workflow, for the sentences.
 * @throws Problem `invalid-params` with a pointer for every fault.
 */
export function parseParams(workflow: Workflow, raw: unknown, calledModel?: string): ParsedParams {
  const result = workflow.params.safeParse(
    raw,
    calledModel === undefined ? unknownKeys : unknownTo(calledModel),
  );
  if (!result.success)
    throw new Problem(
      'invalid-params',
      'Some values are not accepted. Correct those listed and send it again.',
      {
        errors: toPointedFaults(result.error),
      },
    );
  const given = givenNames(raw);
  const { seedParam } = workflow;
  if (seedParam === undefined) return { params: result.data, given, seedGiven: true };
  if (result.data[seedParam] !== undefined && result.data[seedParam] !== null)
    return { params: result.data, given, seedGiven: true };
  return { params: { ...result.data, [seedParam]: randomInt(seedBound) }, given, seedGiven: false };
}

/** Names of the parameters that the person sent. */
export const givenNames = (raw: unknown): ReadonlySet<string> =>
  new Set(Object.entries(Object(raw)).flatMap(([name, value]) => (value === undefined ? [] : name)));

const unknownTo = (model: string): typeof unknownKeys => ({
  error: ({ code }) =>
    code === 'unrecognized_keys'
      ? `${model} takes no such parameter. Leave it out, or choose another model.`
      : undefined,
});
