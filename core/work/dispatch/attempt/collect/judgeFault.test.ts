import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import { expect, test } from 'vitest';
import type { ExecutionFailure } from '../../../../comfy/comfy.ts';
import { Task } from '../../../../ground/db/models/task.ts';
import { invariant } from '../../../../ground/errors.ts';
import { type AttemptOutcome, problems } from '../decision.ts';
import { judgeFault } from './judgeFault.ts';

const drawing = builtinWorkflows.find(({ name }) => name === 'text2img');
invariant(drawing, 'a workflow of the platform');
const task = (params: object) => Task.fromJson({ params });
const ofPlatform = { workflow: drawing, task: task(drawing.example) };
const ofOperator = { workflow: { ...drawing, type: 'custom' as const }, task: task(drawing.example) };
const ofPerson = { workflow: ownGraph, task: task(ownGraph.example) };

const failed = (reason: ExecutionFailure['reason']): AttemptOutcome => ({
  kind: 'failed',
  failure: { reason, nodeId: '3', nodeType: 'KSampler', message: 'it broke' },
});
const judge = (attempt: typeof ofPlatform | typeof ofOperator, outcome: AttemptOutcome, isRepeated = false) =>
  judgeFault(attempt, { outcome, hasStarted: true }, 'accepted', { models: undefined, isRepeated });

test('an end without a result proves a server broken by a graph of the platform alone', () => {
  expect(judge(ofPlatform, failed('no-output'))).toMatchObject({
    kind: 'elsewhere',
    blame: 'backend',
    isProof: true,
    error: problems.noOutput,
  });
  const ofOther = judge(ofOperator, failed('no-output'));
  expect(ofOther).toMatchObject({ kind: 'elsewhere', blame: 'either' });
  expect(ofOther).not.toHaveProperty('isProof');
  expect(judge(ofPerson, failed('no-output'))).toMatchObject({ kind: 'graph-fault' });
});

test.each(['node-error', 'out-of-memory', 'model-unreadable'] as const)(
  'the second equal error ends a task (%s)',
  (reason) => {
    const first = judge(ofPlatform, failed(reason));
    expect(first).not.toHaveProperty('isLast');
    const second = judge(ofPlatform, failed(reason), true);
    expect(second).toMatchObject({ kind: 'elsewhere', isLast: true });
    expect('error' in second && second.error).toEqual(first.kind === 'elsewhere' && first.error);
  },
);

test("a machine's own fault may be mended by the third try", () => {
  expect(judge(ofPlatform, failed('server-fault'), true)).not.toHaveProperty('isLast');
});

test.each(['forgotten', 'unreachable'] as const)(
  'a graph that two servers are lost under (%s) gets no third',
  (kind) => {
    for (const attempt of [ofPlatform, ofPerson]) {
      expect(judge(attempt, { kind })).toMatchObject({ kind: 'elsewhere', error: problems.backendLost });
      expect(judge(attempt, { kind }, true)).toMatchObject({ isLast: true, error: problems.serversLost });
    }
  },
);
