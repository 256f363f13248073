import type { Logger } from 'pino';
import type { Database } from '../../ground/db/connect.ts';
import { SigningKeyRecord, type SigningPurpose } from '../../ground/db/models/signingKey.ts';
import type { KeyRing, SecretLocation } from '../../ground/encryption/keyRing.ts';
import type { SigningKey, SigningRing } from '../../ground/encryption/signingRing.ts';
import { invariant } from '../../ground/errors.ts';
import { createFreshView, type ViewDeps } from '../../ground/runtime/freshView.ts';

/*
 * Keys of the environment sign until the first rotation; then those in the database do, which every process has at most
 * a second after the commit. A new key is `published` for ten seconds, in which it verifies and does not sign yet: so no
 * process meets a signature of a key that it does not know. Then it `signs`, and the one before `verifies` until all
 * that it signed has expired, with an hour to spare for a process that could not read the database meanwhile. The
 * database's clock decides, so that the clocks of machines do not matter. Who dies while rotating leaves either ring
 * whole, since a rotation is one transaction.
 */

interface SigningKeyDeps extends ViewDeps {
  database: Database;
  keyRing: KeyRing;
  log: Pick<Logger, 'warn'>;
}

interface RingView {
  signing: () => SigningKey;
  verifying: ReadonlyMap<string, SigningKey>;
}

type ReadRow = Pick<SigningKeyRecord, 'version' | 'kid' | 'secret'> & { signs: number; verifies: number };

const lifeMs = 1_000;

/** The row and purpose that a stored key is bound to. */
export const placeOfSigningKey = (purpose: SigningPurpose, kid: string): SecretLocation => ({
  purpose: 'signing.key',
  row: `${purpose}:${kid}`,
});

/**
 * The ring of a purpose, a second old at most. While the database does not answer, the last one is used.
 * @param environment the keys of the environment; the first signs until there is a stored one.
 */
export function createSigningRing(
  deps: SigningKeyDeps,
  purpose: SigningPurpose,
  environment: readonly SigningKey[],
): SigningRing {
  const load = createLoader(deps, purpose, environment);
  const view = createFreshView(deps, lifeMs, load);
  let failedAtMs = Number.NEGATIVE_INFINITY;
  /** @returns the view, and the reason where it may be an old one. */
  const read = async (): Promise<{ ring: RingView; fault?: unknown }> => {
    const { latest } = view;
    const justFailed = deps.clock.monotonicMs() - failedAtMs < lifeMs;
    if (latest && justFailed) return { ring: latest, fault: new Error('the keys could not be read') };
    try {
      return { ring: await view.read() };
    } catch (fault) {
      if (!latest) throw fault;
      failedAtMs = deps.clock.monotonicMs();
      deps.log.warn({ err: fault, purpose }, 'signing keys could not be read; those known are used');
      return { ring: latest, fault };
    }
  };
  return {
    signing: async () => (await read()).ring.signing(),
    async find(kid) {
      const { ring, fault } = await read();
      const key = ring.verifying.get(kid);
      // It may be newer than what is known: nobody is signed out because the database is away.
      if (!key && fault !== undefined) throw fault;
      return key;
    },
  };
}

function createLoader(
  { database, keyRing, log }: SigningKeyDeps,
  purpose: SigningPurpose,
  environment: readonly SigningKey[],
): () => Promise<RingView> {
  // A key stays the same object, so that what is made of it can be kept beside it.
  const opened = new Map<string, SigningKey>();
  const open = ({ kid, secret }: ReadRow): SigningKey => {
    invariant(secret !== null, `the key ${kid} was retired`);
    const known = opened.get(kid);
    if (known) return known;
    const text = keyRing.decrypt(secret, placeOfSigningKey(purpose, kid));
    const key = { kid, secret: Buffer.from(text, 'base64url') };
    opened.set(kid, key);
    return key;
  };
  return async () => {
    const rows: ReadRow[] = await database(SigningKeyRecord.tableName)
      .where({ purpose })
      .select('version', 'kid', 'secret', database.raw('signs_from <= NOW(3) AS signs'))
      .select(database.raw('verifies_until IS NULL OR verifies_until > NOW(3) AS verifies'));
    const root = rows.find(({ version }) => version === 0);
    const verifying = new Map<string, SigningKey>();
    if (!root || root.verifies) for (const key of environment) verifying.set(key.kid, key);
    for (const row of rows)
      if (row.version > 0 && row.verifies && row.secret !== null) {
        try {
          verifying.set(row.kid, open(row));
        } catch (err) {
          log.warn({ err, purpose, kid: row.kid }, 'a signing key cannot be read: what it signed is refused');
        }
      }
    const signer = rows.filter(({ signs }) => signs).toSorted((a, b) => b.version - a.version)[0];
    return { verifying, signing: () => requireSigner(signer, open, environment) };
  };
}

function requireSigner(
  signer: ReadRow | undefined,
  open: (row: ReadRow) => SigningKey,
  environment: readonly SigningKey[],
): SigningKey {
  // Its secret may be unreadable; then nothing is signed, and the reason is in the log.
  if (signer && signer.version > 0) return open(signer);
  const [first] = environment;
  invariant(first, 'at least one key signs');
  return first;
}
