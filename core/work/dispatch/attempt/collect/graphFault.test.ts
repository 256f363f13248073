import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import { describe, expect, test } from 'vitest';
import type { ExecutionFailure } from '../../../../comfy/comfy.ts';
import { Task } from '../../../../ground/db/models/task.ts';
import type { AttemptOutcome } from '../decision.ts';
import { graphFailed } from '../decision.ts';
import { findGraphFault } from './graphFault.ts';

const ofOwn = { workflow: ownGraph, task: Task.fromJson({ params: ownGraph.example }) };
const failure = (reason: ExecutionFailure['reason']): ExecutionFailure => ({
  reason,
  nodeId: '3',
  nodeType: 'KSampler',
  exceptionType: 'ValueError',
  message: 'it broke',
});
const failed = (reason: ExecutionFailure['reason']): AttemptOutcome => ({
  kind: 'failed',
  failure: failure(reason),
});

const everyReason: Record<ExecutionFailure['reason'], 'graph' | 'server'> = {
  request: 'graph',
  'models-clash': 'graph',
  'model-unsuited': 'graph',
  'node-error': 'graph',
  'no-output': 'graph',
  'model-unreadable': 'server',
  'out-of-memory': 'server',
  'server-fault': 'server',
};
const reasons = Object.entries(everyReason) as [ExecutionFailure['reason'], 'graph' | 'server'][];

test.each(reasons)('an own graph that ends by %s fails by the %s', (reason, by) => {
  expect(findGraphFault(ofOwn, failed(reason))?.kind).toBe(by === 'graph' ? 'graph-fault' : undefined);
});

test.each(reasons)('a workflow that ends by %s is never charged', (reason) => {
  for (const workflow of builtinWorkflows) {
    const task = Task.fromJson({ params: workflow.example });
    expect(findGraphFault({ workflow, task }, failed(reason))).toBeUndefined();
  }
});

test.each(['interrupted', 'forgotten', 'unreachable', 'stalled', 'timed-out'] as const)(
  'a graph that is %s has not failed by itself',
  (kind) => {
    expect(findGraphFault(ofOwn, { kind })).toBeUndefined();
  },
);

test('too little memory is a fault of the graph the second time', () => {
  const outcome = { kind: 'failed', failure: failure('out-of-memory') } as const;
  expect(findGraphFault(ofOwn, outcome, false)).toBeUndefined();
  expect(findGraphFault(ofOwn, outcome, true)).toMatchObject({ kind: 'graph-fault' });
});

describe('a person is told', () => {
  test('the node, its words and the price', () => {
    expect(graphFailed({ failure: failure('node-error') }, 12)).toEqual({
      code: 'graph-failed',
      detail:
        'The graph broke off at node 3, KSampler: “it broke”. It would again, so it was not tried again. Its time until then cost 12 credits. Mend it, then send it again.',
      node: { id: '3', type: 'KSampler', exceptionType: 'ValueError' },
    });
  });

  test('that an error in the first moment cost nothing', () => {
    expect(graphFailed({ failure: failure('node-error') }, 0).detail).toContain('It cost nothing. Mend it');
    expect(graphFailed({ failure: undefined }, 0).detail).toContain('It cost nothing. Have it save');
  });

  test('how many results were too many, and the most', () => {
    expect(graphFailed({ failure: undefined, made: 4_096 }, 3)).toEqual({
      code: 'graph-failed',
      detail:
        'The graph made 4096 results, and a task keeps at most 64. Its time cost 3 credits. Have it save fewer, then send it again.',
    });
  });

  test('that nothing was kept, where no node broke', () => {
    const { detail, node } = graphFailed({ failure: undefined }, 3);
    expect([detail, node]).toEqual([expect.stringContaining('Its time cost 3 credits.'), undefined]);
  });
});
