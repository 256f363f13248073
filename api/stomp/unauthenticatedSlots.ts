import { createNamedSemaphore } from '../limits/namedSemaphore.ts';
import { limitKeyOf } from '../middleware/clientAddress.ts';
import { HttpProblem } from '../transport/httpProblem.ts';
import type { StompLimits } from './limits.ts';

/**
 * Takes one of the address' and one of the process' slots for unauthenticated connections, until the returned
 * function is called (further calls do nothing). An IPv6 network counts as one address.
 * @returns the answer when none is left.
 */
export type TakeUnauthenticatedSlot = (address: string) => (() => void) | HttpProblem;

export function createUnauthenticatedSlots(
  limits: Pick<StompLimits, 'unauthenticated' | 'unauthenticatedPerAddress'>,
): TakeUnauthenticatedSlot {
  const ofAddresses = createNamedSemaphore(limits.unauthenticatedPerAddress);
  const ofProcess = createNamedSemaphore(limits.unauthenticated);
  return (address) => {
    const leaveAddress = ofAddresses.take(limitKeyOf(address));
    if (!leaveAddress)
      return new HttpProblem(
        429,
        'quota-exceeded',
        'Too many are connecting from your address at once. Try again in a few seconds.',
      );
    const leaveProcess = ofProcess.take('');
    if (leaveProcess)
      return () => {
        leaveProcess();
        leaveAddress();
      };
    leaveAddress();
    return new HttpProblem(
      503,
      'unavailable',
      'Too many are connecting at once. Try again in a few seconds.',
    );
  };
}
