import { expect, test } from 'vitest';
import type { PersonCaller } from './caller.ts';
import { presenceMs, requirePresence } from './presence.ts';

const now = new Date('2026-01-01T12:00:00Z');
const account = { id: 'a', username: null, role: 'user', locale: 'en' } as const;
const session = (agoMs: number | null, serviceKeyId: string | null): PersonCaller => ({
  kind: 'session',
  sessionId: 's',
  expiresAt: now,
  provenAt: agoMs === null ? null : new Date(now.getTime() - agoMs),
  account,
  serviceKeyId,
});

test.each([
  ['ten minutes ago', session(presenceMs, null), undefined],
  ['longer ago', session(presenceMs + 1, null), 'presence-required'],
  ['never', session(null, null), 'presence-required'],
  ['just now, in a session of a service key', session(0, 'bot'), 'forbidden'],
] as const)('who showed that it is them %s is let in or not', (_, caller, code) => {
  const outcome = () => requirePresence(caller, now);
  if (code === undefined) expect(outcome).not.toThrow();
  else expect(outcome).toThrow(expect.objectContaining({ code }));
});
