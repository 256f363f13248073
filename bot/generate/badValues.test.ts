import { ClientProblem } from '@star-graph/client/clientProblem';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { workflow } from '@star-graph/workflows/templates/wan22-text2video/workflow';
import { expect, test } from 'vitest';
import { en } from '../replies/texts/en.ts';
import { zhCN } from '../replies/texts/zhCN.ts';
import { presentBadValues } from './badValues.ts';

test.each([
  ['en', en, 'frames (77 or 81 would fit)'],
  ['zh-CN', zhCN, '最接近的值为 77 或 81'],
] as const)('says in %s which numbers of frames a model takes instead', (locale, say, sentence) => {
  const parsed = workflow.params.safeParse({ prompt: 'waves', frames: 80 });
  const errors = (parsed.error?.issues ?? []).map(({ path, message }) => ({
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
  expect(presentBadValues({ say, locale }, view, problem)).toContain(sentence);
});
