import type { api } from '../../../session/session.ts';

type Factors = Awaited<ReturnType<typeof api.getSecondFactor>>;
export type PasskeyView = Factors['passkeys'][number];

export const hasFactor = ({ totp, passkeys }: Factors): boolean => totp || passkeys.length > 0;

export interface FactorCardProps {
  factors: Factors;
  /** What to say of it, and the recovery codes that a first factor brings. */
  onChanged(said: string, recoveryCodes?: readonly string[]): void;
}
