import type { ProblemCode } from './problem.ts';

/** What can be done about a problem with one press. */
export type Remedy = 'signIn' | 'claimDaily' | 'openOptions';

const remedies: Partial<Record<ProblemCode, Remedy>> = {
  'signed-out': 'signIn',
  'refresh-reused': 'signIn',
  'account-left': 'signIn',
  'insufficient-credits': 'claimDaily',
  unreachable: 'openOptions',
  'image-unreadable': 'openOptions',
};

export const findRemedy = (code: ProblemCode): Remedy | undefined => remedies[code];

export const remedyKeys = {
  signIn: 'signIn',
  claimDaily: 'claimDaily',
  openOptions: 'openOptions',
} as const satisfies Record<Remedy, string>;
