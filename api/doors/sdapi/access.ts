import type { ApiContext, ApiMiddleware } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { letIn, type makes, type reads } from '../letIn.ts';
import { doorScope, requireKey } from './sdapiDeps.ts';

/** By the password of Basic authentication, whose name says nothing. */
export const letProgramIn = (deps: DoorDeps, spec: typeof makes | typeof reads): ApiMiddleware[] =>
  letIn(deps, spec, {
    authorizationOf,
    scope: doorScope,
    // First the words of this protocol for what it lacks, then the rules that hold for all.
    requireOwn: requireKey,
  });

const basicPattern = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

function authorizationOf(ctx: ApiContext): string {
  const given = ctx.get('authorization');
  const [, encoded] = basicPattern.exec(given) ?? [];
  if (encoded === undefined) return given.startsWith('Bearer ') ? given : '';
  const pair = Buffer.from(encoded, 'base64').toString();
  return `Bearer ${pair.slice(pair.indexOf(':') + 1)}`;
}
