import { Problem } from '../../ground/errors.ts';
import { LaneFull } from '../workLanes.ts';

/** To the process that reads pictures. */
export type ToSandbox = { id: number; name: string; args: readonly unknown[] } | { cancel: number };

/** From it. `ready`: it can take work. `told`: what is known before the end. */
export type FromSandbox =
  | { ready: true }
  | { id: number; told: unknown }
  | { id: number; result: unknown }
  | { id: number; fault: Fault };

/** An error as it crosses: a problem with all that a person is told, or another with its words. */
interface Fault {
  name: string;
  message: string;
  problem?: Pick<Problem, 'code' | 'detail' | 'errors' | 'retryAfterSeconds'>;
}

export function toFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  if (!(error instanceof Problem)) return { name, message };
  const { code, detail, errors, retryAfterSeconds } = error;
  return { name, message, problem: { code, detail, errors, retryAfterSeconds } };
}

export function toError({ name, message, problem }: Fault): Error {
  if (name === 'LaneFull') return new LaneFull();
  if (!problem) return Object.assign(new Error(message), { name });
  const { code, detail, errors, retryAfterSeconds } = problem;
  const options = { errors, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  return Object.assign(new Problem(code, detail, options), { name });
}
