import { expect, test } from 'vitest';
import { listFacts, nameTarget, sayAct } from './sayAct.ts';

test('an act is told by its amount, what differs, and the reason that was given', () => {
  const credits = { amount: -1_500, reason: 'Paid twice', key: 'k' };
  expect(sayAct({ action: 'user.credits', data: credits })).toBe('-1,500 credits · “Paid twice”');
  const change = { before: { weight: 1, name: 'gpu1' }, after: { weight: 2_000, name: 'gpu1' } };
  expect(sayAct({ action: 'backend.change', data: change })).toBe('weight: 1 → 2,000');
  const state = { before: 'open', after: 'paid', reason: 'Transfer 17' };
  expect(sayAct({ action: 'order.confirm', data: state })).toBe('open → paid · “Transfer 17”');
});

test('an act without a change in words says nothing rather than JSON', () => {
  expect(sayAct({ action: 'user.sessions', data: { apiKey: 'x' } })).toBe('');
  expect(sayAct({ action: 'keys.end', data: { before: { list: [1] }, after: { list: [2] } } })).toBe('');
  expect(sayAct({ action: 'backup.ask', data: {} })).toBe('Outside the schedule');
  // No credits: the pieces of a voucher.
  expect(sayAct({ action: 'vouchers.create', data: { amount: 5 } })).toBe('');
});

test('what has a name is called by it, and all else by what it is, without ids that nobody can read', () => {
  const data = { before: null, after: { name: 'gpu1' } };
  expect(nameTarget({ target: 'backend:018f', data })).toBe('gpu1');
  const say = (target: string) => nameTarget({ target, data: {} });
  expect(say('settings:words')).toBe('Word rules');
  expect(say('backup')).toBe('Backups');
  expect(say('task:018f3a52-0000-7000-8000-000000000000')).toBe('Task');
  expect(say('role:moderator')).toBe('Role moderator');
  expect(say('workflow:poster@2')).toBe('Workflow poster@2');
  // A newer server may have more.
  expect(say('moon:1')).toBe('moon:1');
});

test('a record is read field by field, each that changed with what it was, and never as JSON', () => {
  const labels = (...list: string[]) => ({ name: 'gpu1', weight: 1_000, labels: list });
  const data = { before: labels(), after: { ...labels('a', 'b'), enabled: true }, reason: 'Moved' };
  expect(listFacts(data)).toEqual([
    ['name', 'gpu1'],
    ['weight', '1,000'],
    ['labels', '– → a, b'],
    ['enabled', '– → true'],
    ['reason', 'Moved'],
  ]);
  expect(listFacts({ before: null, after: { limits: { daily: 5, none: null } } })).toEqual([
    ['limits.daily', '5'],
    ['limits.none', '–'],
  ]);
  expect(listFacts({ before: { kid: 'k1' }, after: null })).toEqual([['kid', 'k1 → –']]);
  expect(listFacts({ before: 'open', after: 'paid' })).toEqual([['before → after', 'open → paid']]);
  const files = [{ file: 'a.safetensors', url: 'https://a.example' }];
  expect(listFacts({ after: files })).toEqual([
    ['0.file', 'a.safetensors'],
    ['0.url', 'https://a.example'],
  ]);
  expect(listFacts({})).toEqual([]);
});
