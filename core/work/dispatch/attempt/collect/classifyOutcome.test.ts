import type { MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import { describe, expect, test } from 'vitest';
import type { ExecutionFailure, OutputFile } from '../../../../comfy/comfy.ts';
import { ComfyFault } from '../../../../comfy/comfy.ts';
import { Problem } from '../../../../ground/errors.ts';
import { storeUnreachableProblem } from '../../../../ground/storage/storageProblems.ts';
import type { AttemptOutcome, Blame } from '../decision.ts';
import { classifyPreparationFault } from '../prepare/preparationFault.ts';
import { InputUnusable } from '../prepare/prepareGraph.ts';
import { isFailure } from '../settle/finishAttempt.ts';
import { classifyOutcome } from './classifyOutcome.ts';
import { resultsOf } from './collectFile.ts';

const failure = (reason: ExecutionFailure['reason']): AttemptOutcome => ({
  kind: 'failed',
  failure: { reason, nodeId: '3', nodeType: 'KSampler', message: 'it broke' },
});
const refused = (reason: 'backend' | 'request'): AttemptOutcome => ({
  kind: 'refused',
  refusal: { reason, summary: 'no such node', errors: [] },
});

describe('a decision', () => {
  test.each<[string, AttemptOutcome, boolean, string, boolean?, Blame?]>([
    ['a fault of the request', failure('request'), true, 'fail'],
    ['too little memory', failure('out-of-memory'), true, 'elsewhere', true, 'either'],
    ['a broken node', failure('node-error'), true, 'elsewhere', true, 'either'],
    ['no file', failure('no-output'), true, 'elsewhere', true, 'either'],
    ['a refusal of this server', refused('backend'), false, 'elsewhere', true, 'backend'],
    ['a refusal that every server would repeat', refused('request'), false, 'fail'],
    ["a stranger's interrupt", { kind: 'interrupted' }, true, 'elsewhere', false, 'nobody'],
    ['a server that forgot it while it ran', { kind: 'forgotten' }, true, 'elsewhere', true, 'backend'],
    ['a server that forgot it while it waited', { kind: 'forgotten' }, false, 'elsewhere', false, 'nobody'],
    ['a server that was lost while it ran', { kind: 'unreachable' }, true, 'elsewhere', true, 'backend'],
    ['a server that was lost while it waited', { kind: 'unreachable' }, false, 'elsewhere', false, 'backend'],
    ['a run of which nothing is heard', { kind: 'stalled' }, true, 'elsewhere', true, 'either'],
    ['too long a run', { kind: 'timed-out' }, true, 'elsewhere', true, 'either'],
    ['too long a wait', { kind: 'timed-out' }, false, 'elsewhere', false, 'nobody'],
  ])('on %s', (_title, outcome, hasStarted, kind, countsAsFailure, blame) => {
    const decision = classifyOutcome(outcome, hasStarted);
    expect(decision.kind).toBe(kind);
    expect('blame' in decision ? decision.blame : undefined).toBe(blame);
    expect('countsAsFailure' in decision ? decision.countsAsFailure : undefined).toBe(countsAsFailure);
  });

  test('on an error names the model, unless the node only reads or writes files', () => {
    const told = (nodeType: string) => {
      const broken = { reason: 'node-error', nodeId: '3', nodeType, message: 'it broke' } as const;
      const models = { loaded: [{ folder: 'checkpoints', name: 'ink.safetensors' }], suspects: [] };
      const decision = classifyOutcome({ kind: 'failed', failure: broken }, true, undefined, models);
      return 'error' in decision ? decision.error.detail : undefined;
    };
    for (const nodeType of ['KSampler', 'ImageUpscaleWithModel', 'LoadLoraModel'])
      expect(told(nodeType)).toContain('ink.safetensors');
    for (const nodeType of ['SaveVideo', 'CreateVideo', 'LoadImage'])
      expect(told(nodeType)).toMatch(/^A picture or film could not be read or written/);
  });

  test('counts a vanished prompt as a backend failure after a POST error', () => {
    const forgotten = { kind: 'forgotten' } as const;
    expect(classifyOutcome(forgotten, false, 'garbled')).toMatchObject({
      countsAsFailure: true,
      blame: 'backend',
    });
    for (const answer of ['accepted', 'unknown'] as const)
      expect(classifyOutcome(forgotten, false, answer)).toMatchObject({
        countsAsFailure: false,
        blame: 'nobody',
      });
  });

  test('shows a person the invalid request and nothing about servers', () => {
    expect(classifyOutcome(failure('request'), true)).toMatchObject({ error: { code: 'generation-failed' } });
    expect(classifyOutcome(failure('out-of-memory'), true)).toMatchObject({
      error: { code: 'out-of-memory' },
    });
    const outcomes = [
      failure('request'),
      failure('node-error'),
      failure('out-of-memory'),
      refused('backend'),
      refused('request'),
    ];
    for (const outcome of outcomes) {
      const decision = classifyOutcome(outcome, true);
      const shown = 'error' in decision ? decision.error.detail : '';
      expect(shown).not.toMatch(/KSampler|it broke|no such node/);
      // Whole sentences; the last one says what to do.
      expect(shown).toMatch(/^[A-Z][^:]*\. (Choose|Try|Send) .*\.$/);
    }
  });
});

describe('a fault before the prompt was posted', () => {
  test.each<[string, unknown, string, boolean | undefined]>([
    ['a lost input fails the task', new InputUnusable('gone'), 'fail', undefined],
    ['a damaged input fails the task', new Problem('unsupported-media', 'x'), 'fail', undefined],
    ['our storage being away is waited for', storeUnreachableProblem(undefined), 'elsewhere', false],
    [
      'a fault of ours that is none of storage is not met for ever',
      new Problem('internal', 'x'),
      'elsewhere',
      true,
    ],
    ['a backend being away is waited for', new ComfyFault('unreachable', 'x'), 'elsewhere', false],
    [
      'a backend that refuses uploads is not tried for ever',
      new ComfyFault('refused', 'x'),
      'elsewhere',
      true,
    ],
    ['a fault of this program is not met for ever', new TypeError('x'), 'elsewhere', true],
  ])('%s', (_title, error, kind, countsAsFailure) => {
    const decision = classifyPreparationFault(error);
    expect(decision.kind).toBe(kind);
    expect('countsAsFailure' in decision ? decision.countsAsFailure : undefined).toBe(countsAsFailure);
  });
});

describe('an upload that was not taken', () => {
  test.each([
    [
      'with a server error is a lost backend',
      new ComfyFault('refused', 'x', { status: 500 }),
      'backend-lost',
    ],
    ['with garbage is a lost backend', new ComfyFault('malformed', 'x'), 'backend-lost'],
    [
      'because of what it is asks for other values',
      new ComfyFault('refused', 'x', { status: 400 }),
      'generation-failed',
    ],
  ])('%s', (_title, fault, code) => {
    expect(classifyPreparationFault(fault)).toMatchObject({
      countsAsFailure: true,
      blame: 'backend',
      error: { code },
    });
  });

  test('for its size proves nothing about the backend', () => {
    const fault = new ComfyFault('too-large', 'x', { status: 413 });
    expect(classifyPreparationFault(fault)).toMatchObject({
      blame: 'either',
      error: { code: 'generation-failed' },
    });
  });
});

describe('the results of a prompt', () => {
  const file = (filename: string, values: Partial<OutputFile> = {}): OutputFile => ({
    nodeId: '9',
    filename,
    subfolder: '',
    type: 'output',
    media: 'image',
    isAnimated: false,
    ...values,
  });
  const names = (files: OutputFile[], kind: OutputFile['media'] & MediaKind) =>
    resultsOf(files, { outputKind: kind }).map(({ filename }) => filename);

  test('are the saved files, not the previewed ones', () => {
    expect(names([file('a.png', { type: 'temp' }), file('b.png')], 'image')).toEqual(['b.png']);
    expect(names([file('a.png', { type: 'temp' })], 'image')).toEqual(['a.png']);
  });

  test('have the kind that the workflow makes', () => {
    const files = [file('a.png'), file('b.mp4', { media: 'video' }), file('c.webp', { isAnimated: true })];
    expect(names(files, 'video')).toEqual(['b.mp4', 'c.webp']);
    expect(names([file('a.flac', { media: 'audio' })], 'image')).toEqual([]);
    expect(names([file('a.flac', { media: 'audio' })], 'audio')).toEqual(['a.flac']);
    expect(names([file('a.glb', { media: 'model3d' })], 'model3d')).toEqual(['a.glb']);
  });

  test('what a graph makes beside its results is kept, whatever its kind', () => {
    const beside = [
      file('a.flac', { media: 'audio' }),
      file('0.txt', { media: 'text', type: 'temp', text: 'a cat' }),
      file('b.glb', { media: 'model3d' }),
    ];
    const others = [file('heard.flac', { media: 'audio', type: 'temp' }), file('x.bin', { media: 'other' })];
    expect(names([file('a.png'), ...beside, ...others], 'image')).toEqual([
      'a.png',
      ...beside.map(({ filename }) => filename),
    ]);
    const all = [...beside, ...others];
    expect(resultsOf(all, { outputKind: 'image', keepsAll: true })).toEqual(all.slice(0, -1));
  });

  test('a text that a node says and another one saves is one result', () => {
    const said = file('0.txt', { media: 'text', type: 'temp', text: '[[{"x": 1}]]' });
    const saved = file('boxes.txt', { media: 'text' });
    expect(names([file('a.png'), said, saved], 'image')).toEqual(['a.png', 'boxes.txt']);
  });
});

describe('the sentence for a node that broke', () => {
  test('names the main model and nothing of the node', () => {
    const loaded = [
      { folder: 'vae', name: 'fine.pt' },
      { folder: 'checkpoints', name: 'odd.safetensors' },
    ];
    const decision = classifyOutcome(failure('node-error'), true, 'accepted', { loaded, suspects: [] });
    const detail = 'error' in decision ? decision.error.detail : '';
    expect(detail).toContain('odd.safetensors');
    expect(detail).not.toMatch(/KSampler|it broke/);
  });
});

describe('a fault that is not the failure of the task', () => {
  const uncounted = classifyOutcome({ kind: 'unreachable' }, false);
  const storage = classifyPreparationFault(storeUnreachableProblem(undefined));

  test('counts as one after many attempts, to stop endless tries', () => {
    if (uncounted.kind !== 'elsewhere') throw new Error('it goes elsewhere');
    expect([1, 49, 50].map((attempt) => isFailure(uncounted, attempt))).toEqual([false, false, true]);
  });

  test('never counts when our own storage is at fault', () => {
    if (storage.kind !== 'elsewhere') throw new Error('it goes elsewhere');
    expect(isFailure(storage, 10_000)).toBe(false);
  });
});
