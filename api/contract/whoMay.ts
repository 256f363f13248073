import { isOpenToCodes } from './keyScope.ts';
import type { RouteAuth, RouteSpec } from './route.ts';

/**
 * The kinds of callers, as the contract tells them apart. People are meant as they have just signed in.
 * - `administrator’s key`: an API key that an administrator made without scopes;
 * - `old session`: an administrator's, whose last proof is more than ten minutes ago;
 * - `session from a code`: a person's, opened by a code of a service key: it sees and makes tasks;
 * - `delegate`: a service key that acts for a person.
 */
export const callerKinds = [
  'nobody',
  'user',
  'moderator',
  'administrator',
  'administrator’s key',
  'old session',
  'session from a code',
  'service key',
  'delegate',
] as const;
export type CallerKind = (typeof callerKinds)[number];

/** `as their person`: a delegate may call it where its person may. */
export type Right = 'yes' | 'no' | 'as their person';

const limited = ['administrator’s key', 'session from a code'] as const;
const people = ['user', 'moderator', 'administrator', 'old session', ...limited] as const;

const opened: Record<RouteAuth, readonly CallerKind[]> = {
  none: callerKinds,
  optional: ['nobody', ...people, 'service key'],
  user: people,
  moderator: ['moderator', 'administrator', 'old session'],
  admin: ['administrator', 'old session'],
  service: ['service key'],
};

/** Who may call an operation at all. What a caller may see or change by it is decided on the object. */
export function whoMay(
  spec: Pick<
    RouteSpec,
    'auth' | 'method' | 'tag' | 'keyScope' | 'forDelegates' | 'needsPresence' | 'needsSession'
  >,
  kind: CallerKind,
): Right {
  const { auth, forDelegates, needsPresence, needsSession } = spec;
  if (kind === 'session from a code' && !isOpenToCodes(spec)) return 'no';
  if (needsPresence && kind === 'old session') return 'no';
  if ((needsPresence || needsSession) && limited.some((one) => one === kind)) return 'no';
  if (kind !== 'delegate' || auth === 'none') return opened[auth].includes(kind) ? 'yes' : 'no';
  if (!forDelegates) return 'no';
  return auth === 'moderator' || auth === 'admin' ? 'as their person' : 'yes';
}
