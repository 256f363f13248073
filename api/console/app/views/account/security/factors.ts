import type { api } from '../../../session/session.ts';

export type Factors = Awaited<ReturnType<typeof api.getSecondFactor>>;
export type PasskeyView = Factors['passkeys'][number];

export const hasFactor = ({ totp, passkeys }: Factors): boolean => totp || passkeys.length > 0;

export interface FactorCardProps {
  factors: Factors;
  /** With the recovery codes that a first factor brings. */
  onChanged(recoveryCodes?: readonly string[]): void;
}
