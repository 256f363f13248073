import type { api } from '../../session/session.ts';

/** What a change of the account is proven by, as every such request takes it. */
export type Proof = NonNullable<NonNullable<Parameters<typeof api.startTotp>[0]>['body']>;

/** Apps show six digits, sometimes with a space between them; all else is a recovery code. */
export function readProof(typed: string): Pick<Proof, 'proof'> {
  const code = typed.trim();
  if (code === '') return {};
  const kind = /^(\s*\d){6}$/.test(code) ? ('totp' as const) : ('recovery' as const);
  return { proof: { kind, code } };
}
