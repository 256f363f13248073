import { ClientProblem } from '@star-graph/client/clientProblem';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { workflow } from '@star-graph/workflows/templates/wan22-text2video/workflow';
import { expect, test } from 'vitest';
import { en } from '../replies/texts/en.ts';
import { zhCN } from '../replies/texts/zhCN.ts';
import { presentBadValues } from './badValues.ts';

/** What the bot says of a request for a film that the API refuses. */
function say(texts: typeof en, locale: 'en' | 'zh-CN', params: object): string {
  const errors = (workflow.params.safeParse(params).error?.issues ?? []).map(({ path, message }) => ({
    pointer: `/${path.join('/')}`,
    message,
  }));
  const problem = new ClientProblem({
    type: 'urn:star-graph:problem:invalid-params',
    title: 'Invalid parameters',
    status: 400,
    detail: 'x',
    instance: '/api/v1/generate/wan22-text2video',
    errors,
  });
  const view = { params: describeParams(workflow.params) } as unknown as WorkflowView;
  return presentBadValues({ say: texts, locale }, view, problem, { ...params });
}

test.each([
  ['en', en, 'frames (77 or 81 would fit)'],
  ['zh-CN', zhCN, '最接近的值为 77 或 81'],
] as const)('says in %s which numbers of frames a model takes instead', (locale, texts, sentence) => {
  expect(say(texts, locale, { prompt: 'waves', frames: 80 })).toContain(sentence);
});

test.each([
  ['en', en, 'prompt (this model needs it)'],
  ['zh-CN', zhCN, '此模型需要填写'],
] as const)('says in %s what a model needs and the request lacks', (locale, texts, sentence) => {
  expect(say(texts, locale, {})).toContain(sentence);
  expect(say(texts, locale, { prompt: 'x'.repeat(5_000) })).not.toContain(sentence);
});
