import { Problem } from '@star-graph/core/ground/errors';
import type { Caller, PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../../apiContext.ts';
import type { CredentialCheck } from '../../checkCredential.ts';
import type { DoorDeps } from '../doorDeps.ts';
import type { WaitingClients } from '../waitingClients.ts';
import type { Choices } from './choices.ts';

export interface SdapiDeps extends DoorDeps, CredentialCheck {
  clients: WaitingClients;
  choices: Choices;
}

/** Of keys that open this door alone. */
export const doorScope = 'sdapi';

/** A person by an API key, or whom a program's key names: what a program chose is kept with the key of one person. */
export type KeyCaller = Extract<PersonCaller, { kind: 'key' | 'delegate' }>;

/** @throws Problem `unauthenticated`. */
export function requireKey(caller: Caller | undefined): KeyCaller {
  if (caller?.kind === 'key' || (caller?.kind === 'delegate' && caller.isNamed)) return caller;
  throw new Problem(
    'unauthenticated',
    'Send Basic authentication with any name, and an API key as the password.',
  );
}

export const callerOf = (ctx: ApiContext): KeyCaller => requireKey(ctx.state.caller);
