import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Problem } from '@star-graph/core/ground/errors';
import { retrySecondsOf } from '../../middleware/answerProblems.ts';

/** Sentences of what all doors share name routes of ours, which a model cannot call. */
const tools: readonly (readonly [route: string, tool: string])[] = [
  // Names of models are in the parameters.
  ['the lists of GET /api/v1/workflows', 'the lists of describe_workflow'],
  ['GET /api/v1/workflows', 'list_workflows'],
  ['GET /api/v1/models', 'describe_workflow'],
  ['GET /api/v1/withheld', 'the page of the platform'],
];
const inTools = (sentence: string): string =>
  tools.reduce((said, [route, tool]) => said.replaceAll(route, tool), sentence);

/** What went wrong and what to do, for a model: it reads words, and programs read `code`. */
export function presentFault(problem: Problem, known: { taskId?: string } = {}): CallToolResult {
  const { code, errors, retryAfterSeconds } = problem;
  const detail = inTools(problem.detail);
  const listed = errors.map(
    ({ pointer, message }) => `${pointer.slice(1) || 'arguments'}: ${inTools(message)}`,
  );
  const again =
    retrySecondsOf(problem) === undefined
      ? []
      : [`It may work later${retryAfterSeconds === undefined ? '' : `, in ${retryAfterSeconds} s`}.`];
  return {
    isError: true,
    content: [{ type: 'text', text: [detail, ...listed, ...again].join('\n') }],
    structuredContent: {
      code,
      detail,
      ...known,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
}
