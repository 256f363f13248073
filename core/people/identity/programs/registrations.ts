import { createHash } from 'node:crypto';
import type { Env } from '../../../ground/config/config.ts';
import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { ProgramRegistration } from '../../../ground/db/models/program.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { cleanName } from '../shownName.ts';
import { isAnswerable, longestName, type ProgramClient, withoutLoopbackPort } from './clientDocument.ts';
import { OAuthFault } from './oauthFault.ts';

/*
 * Programs without an address of their own describe themselves to the platform (RFC 7591). None gets a secret, so one
 * description is one row, however often it is sent: its hash is the id. It lives for a week, and from when a person
 * lets it in for as long as what they let in.
 */

const idPrefix = 'sgr_';
const unusedLifeMs = 7 * 24 * 3_600_000;
/** More than programs there are. What one network may register in a week is less. */
const mostRegistrations = 10_000;

interface Deps {
  database: Database;
  clock: Clock;
}

interface RegistrationDeps extends Deps {
  config: Pick<Env, 'PROGRAM_REDIRECTS'>;
}

interface SelfDescription {
  name: string | undefined;
  redirectUris: readonly string[];
}

/** Whether a program was registered here; the id of any other is the address that describes it. */
export const isRegistered = (clientId: string): boolean => clientId.startsWith(idPrefix);

/** The site that describes a program, if there is one. */
export const siteOf = (clientId: string): string | undefined =>
  isRegistered(clientId) ? undefined : new URL(clientId).host;

/**
 * @returns the program with those of its addresses that it may be answered at.
 * @throws OAuthFault `invalid_redirect_uri`. @throws Problem `rate-limited` while there are too many.
 */
export async function registerProgram(
  deps: RegistrationDeps,
  described: SelfDescription,
): Promise<ProgramClient> {
  const { database, clock, config } = deps;
  const redirectUris = described.redirectUris.filter((own) => isAnswerable(own, config.PROGRAM_REDIRECTS));
  const [first] = redirectUris;
  if (first === undefined)
    throw new OAuthFault(
      'invalid_redirect_uri',
      'redirect_uris has to name an https address, one of the own machine, or one that the operator has listed',
    );
  const { hostname, protocol } = new URL(first);
  const name = cleanName(described.name ?? '', longestName) || (hostname || protocol).slice(0, longestName);
  // Programs on the person's machine take another port each time.
  const kept = JSON.stringify([...new Set(redirectUris.map(withoutLoopbackPort))].toSorted());
  const id = `${idPrefix}${createHash('sha256').update(`${kept}\n${name}`).digest('base64url')}`;
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + unusedLifeMs);
  if (!(await ProgramRegistration.query(database).findById(id).select('id'))) {
    await requireRoom(deps, now);
    const row = { id, name, redirectUris: kept, createdAt: now, expiresAt };
    await ProgramRegistration.query(database).insert(row).onConflict('id').ignore();
  }
  await keepRegistration(database, id, expiresAt);
  return { id, name, host: undefined, redirectUris };
}

async function requireRoom({ database }: Deps, now: Date): Promise<void> {
  const living = await ProgramRegistration.query(database).where('expiresAt', '>', now).resultSize();
  if (living < mostRegistrations) return;
  throw new Problem('rate-limited', 'Too many programs have registered here. Come in with an API key.', {
    retryAfterSeconds: 3_600,
  });
}

/** Lets it live until then, if it lives shorter; other programs have nothing to keep. */
export async function keepRegistration(
  database: Database | Transaction,
  clientId: string,
  expiresAt: Date,
): Promise<void> {
  if (!isRegistered(clientId)) return;
  await ProgramRegistration.query(database)
    .findById(clientId)
    .where('expiresAt', '<', expiresAt)
    .patch({ expiresAt });
}

/** @throws Problem `invalid-params` for one that is not there any more. */
export async function readRegistration({ database, clock }: Deps, id: string): Promise<ProgramClient> {
  const row = await ProgramRegistration.query(database).findById(id).where('expiresAt', '>', clock.now());
  if (!row)
    throw new Problem(
      'invalid-params',
      'The program is not known here any more. Let it forget this platform, and begin its sign-in anew.',
    );
  return { id, name: row.name, host: undefined, redirectUris: JSON.parse(row.redirectUris) };
}
