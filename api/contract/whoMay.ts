import type { RouteAuth, RouteSpec } from './route.ts';

/**
 * The kinds of callers, as the contract tells them apart. People are meant as they sign in; an API key has the rights
 * of its person, but makes no credentials. `delegate`: a service key that acts for a person.
 */
export const callerKinds = [
  'nobody',
  'user',
  'moderator',
  'administrator',
  'service key',
  'delegate',
] as const;
export type CallerKind = (typeof callerKinds)[number];

/** `as their person`: a delegate may call it where its person may. */
export type Right = 'yes' | 'no' | 'as their person';

const people = ['user', 'moderator', 'administrator'] as const;

const opened: Record<RouteAuth, readonly CallerKind[]> = {
  none: callerKinds,
  optional: ['nobody', ...people, 'service key'],
  user: people,
  moderator: ['moderator', 'administrator'],
  admin: ['administrator'],
  service: ['service key'],
};

/** Who may call an operation at all. What a caller may see or change by it is decided on the object. */
export function whoMay(
  { auth, forDelegates }: Pick<RouteSpec, 'auth' | 'forDelegates'>,
  kind: CallerKind,
): Right {
  if (kind !== 'delegate' || auth === 'none') return opened[auth].includes(kind) ? 'yes' : 'no';
  if (!forDelegates) return 'no';
  return auth === 'moderator' || auth === 'admin' ? 'as their person' : 'yes';
}
