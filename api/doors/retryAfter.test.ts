import { Problem, type ProblemCode } from '@star-graph/core/ground/errors';
import { problemCodes, problems } from '@star-graph/workflows/shared/problems';
import { expect, test } from 'vitest';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';
import { answerProblems } from '../middleware/answerProblems.ts';
import { answerErrors as answerGraphErrors } from './graph/errors.ts';
import { presentFault } from './mcp/presentFault.ts';
import { answerErrors as answerOpenAiErrors } from './openai/errors.ts';
import { answerErrors as answerSdapiErrors } from './sdapi/errors.ts';

/** What a request is refused with on its way through a door. */
async function refuse(answer: ApiMiddleware, path: string, problem: Problem) {
  const headers: Record<string, string> = {};
  const ctx = {
    path,
    get: () => '',
    set: (name: string, value: string) => Object.assign(headers, { [name]: value }),
    req: { complete: true },
    state: { requestId: '0', span: {}, log: {} },
  };
  const context = ctx as unknown as ApiContext;
  await answer(context, () => Promise.reject(problem));
  return {
    status: context.status,
    retryAfter: headers['Retry-After'],
    shouldRetry: headers['X-Should-Retry'],
    body: String(context.body),
  };
}

const doors: Record<string, [ApiMiddleware, path: string]> = {
  'our own API': [answerProblems, '/api/v1/generate'],
  OpenAI: [answerOpenAiErrors, '/v1/images/generations'],
  OpenRouter: [answerOpenAiErrors, '/api/v1/videos'],
  Gemini: [answerOpenAiErrors, '/v1beta/models/one:generateContent'],
  A1111: [answerSdapiErrors, '/sdapi/v1/txt2img'],
  graphs: [answerGraphErrors, '/prompt'],
};

/** What waits by itself for better times; everything else asks for somebody to do something. */
const mendedByWaiting: readonly ProblemCode[] = [
  ...(['rate-limited', 'daily-limit', 'queue-full', 'no-backend', 'workflow-unavailable'] as const),
  'unavailable',
];

test.each(Object.entries(doors))('by %s, what waiting does not mend has no time to wait', async (_, door) => {
  for (const code of problemCodes) {
    const { retryAfter, shouldRetry, body } = await refuse(...door, new Problem(code, 'It is so.'));
    expect([code, retryAfter]).toEqual([code, mendedByWaiting.includes(code) ? '5' : undefined]);
    expect(body).not.toMatch(/RetryInfo|retryDelay/);
    if (mendedByWaiting.includes(code)) expect(shouldRetry).not.toBe('false');
    if (code === 'quota-exceeded') expect(shouldRetry).not.toBe('true');
  }
  const known = { retryAfterSeconds: 89.2 };
  for (const code of [...mendedByWaiting, 'quota-exceeded'] as const)
    expect((await refuse(...door, new Problem(code, 'It is so.', known))).retryAfter).toBe('90');
});

test('too few credits are 429 by Gemini, which has no other word, and name no time', async () => {
  const few = await refuse(...gemini, new Problem('insufficient-credits', 'It costs 5 credits.'));
  expect(few).toMatchObject({ status: 429, retryAfter: undefined });
});
const gemini = doors.Gemini ?? expect.fail('there is no such door');

test('by MCP, what waiting does not mend is not said to work later', () => {
  for (const code of problemCodes) {
    const { content, structuredContent } = presentFault(new Problem(code, 'It is so.'));
    expect(structuredContent).not.toHaveProperty('retryAfterSeconds');
    const [{ text } = { text: '' }] = content as { text: string }[];
    const isSaid = text.includes('It may work later');
    if (mendedByWaiting.includes(code)) expect([code, isSaid]).toEqual([code, true]);
    if (code === 'quota-exceeded' || !problems[code].retryable) expect([code, isSaid]).toEqual([code, false]);
  }
});
