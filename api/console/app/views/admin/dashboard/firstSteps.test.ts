import { expect, test } from 'vitest';
import { type FirstFacts, listSteps } from './firstSteps.ts';

const now = new Date('2026-12-01T12:00:00Z');
const preview = { id: 'p', enabled: true, state: 'up', deviceName: 'cpu' };
const gpu = { id: 'g', enabled: true, state: 'up', deviceName: 'cuda:0 NVIDIA GeForce RTX 4090 : native' };
const list = (change: object, ticked: string[] = []) => {
  const facts = {
    servers: [preview],
    backups: [],
    seenAt: ['2026-12-01T11:00:00Z'],
    workflows: [{ available: true }],
    ...change,
  } as unknown as FirstFacts;
  const steps = listSteps(facts, new Set(ticked), now);
  return steps.map(({ step, isDone }) => (isDone ? `${step} done` : step));
};

test('a new platform wants a server, its models, backups, Discord and alerts', () => {
  expect(list({})).toEqual(['servers', 'models', 'backups', 'discord', 'alerts']);
  expect(list({ servers: [] })).toEqual(['servers', 'models', 'backups', 'discord', 'alerts']);
});

test('models of placeholders count for nothing, and a server with a GPU ends placeholders', () => {
  expect(list({ servers: [gpu, preview] }).slice(0, 3)).toEqual(['servers done', 'placeholder', 'models']);
  const off = { ...preview, enabled: false };
  expect(list({ servers: [gpu, off] }).slice(0, 2)).toEqual(['servers done', 'models done']);
  const bare = { servers: [gpu, off], workflows: [{ available: false }] };
  expect(list(bare).slice(0, 2)).toEqual(['servers done', 'models']);
  expect(list({ servers: [{ ...gpu, state: 'down' }] })[0]).toBe('servers');
});

test('first steps go away when all are done, and on a platform that is no longer new', () => {
  const done = { servers: [gpu], backups: [{ name: 'a.age' }] };
  expect(list(done, ['discord'])).toEqual([
    'servers done',
    'models done',
    'backups done',
    'discord done',
    'alerts',
  ]);
  expect(list(done, ['discord', 'alerts'])).toEqual([]);
  expect(list({ seenAt: ['2026-12-01T11:00:00Z', '2026-11-16T11:00:00Z'] })).toEqual([]);
});
