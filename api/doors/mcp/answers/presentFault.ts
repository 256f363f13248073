import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Problem } from '@star-graph/core/errors';
import { problems } from '@star-graph/workflows/shared/problems';

/** What went wrong and what to do, for a model: it reads words, and programs read `code`. */
export function presentFault(problem: Problem, known: { taskId?: string } = {}): CallToolResult {
  const { code, detail, errors, retryAfterSeconds } = problem;
  const listed = errors.map(({ pointer, message }) => `${pointer.slice(1) || 'arguments'}: ${message}`);
  const again = problems[code].retryable
    ? [`It may work later${retryAfterSeconds === undefined ? '' : `, in ${retryAfterSeconds} s`}.`]
    : [];
  return {
    isError: true,
    content: [{ type: 'text', text: [detail, ...listed, ...again].join('\n') }],
    structuredContent: {
      ...{ code, detail, ...known },
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
}
