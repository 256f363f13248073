import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../testing/manualClock.ts';
import { createFixedRing, environmentKid } from '../encryption/signingRing.ts';
import { invariant, Problem } from '../errors.ts';
import { contentDisposition } from './contentDisposition.ts';
import { signFileUrl, verifyFileUrl } from './fileUrl.ts';

const key = 'outputs/019a0000-0000-7000-8000-000000000001/abc.png';
const older = { kid: 'older', secret: randomBytes(32) };
const otherKey = 'outputs/019a0000-0000-7000-8000-000000000002/abc.png';

async function signed(options: { downloadName?: string } = {}) {
  const clock = createManualClock();
  const keys = createFixedRing([{ kid: environmentKid, secret: randomBytes(32) }, older]);
  const signer = { keys, clock };
  const url = new URL(
    await signFileUrl(signer, key, { publicUrl: 'https://pics.example/base/', ttlSeconds: 60, ...options }),
  );
  return { clock, signer, url, query: url.searchParams };
}

describe('verifyFileUrl', () => {
  test('accepts what was signed until the moment it expires', async () => {
    const { clock, signer, url, query } = await signed();
    expect(url.href).toMatch(/^https:\/\/pics\.example\/base\/files\/outputs\//);
    await clock.advance(59_999);
    expect(await verifyFileUrl(signer, key, query)).toEqual({
      key,
      mime: 'image/png',
      downloadName: undefined,
      ofDeleted: false,
      expiresAt: new Date('2026-01-01T00:01:00.000Z'),
    });
    await clock.advance(1);
    expect(await refusal(() => verifyFileUrl(signer, key, query))).toContain('has expired');
  });

  test('refuses a link with another key', async () => {
    const { signer, query } = await signed();
    expect(await refusal(() => verifyFileUrl(signer, otherKey, query))).toContain('not valid');
  });

  test('refuses a link signed with another key', async () => {
    const { signer, query } = await signed();
    const stranger = { ...signer, keys: createFixedRing([{ kid: environmentKid, secret: randomBytes(32) }]) };
    expect(await refusal(() => verifyFileUrl(stranger, key, query))).toContain('not valid');
  });

  test.each<[string, (query: URLSearchParams) => void]>([
    ['a later expiry', (query) => query.set('expires', '99999999999')],
    ['the same expiry in another spelling', (query) => query.set('expires', `0${query.get('expires')}`)],
    ['no expiry', (query) => query.delete('expires')],
    ['a second expiry', (query) => query.append('expires', '99999999999')],
    ['the right to what is deleted', (query) => query.set('deleted', '1')],
    ['another name', (query) => query.set('name', 'invoice.html')],
    ['no name', (query) => query.delete('name')],
    ['no signature', (query) => query.delete('signature')],
    ['an empty signature', (query) => query.set('signature', '')],
    ['a cut signature', (query) => query.set('signature', query.get('signature')?.slice(0, 20) ?? '')],
    ['a flipped bit', (query) => query.set('signature', flipFirst(query.get('signature') ?? ''))],
    [
      'the same bytes in another spelling',
      (query) => query.set('signature', respell(query.get('signature'))),
    ],
    ['a kid that it was not signed with', (query) => query.set('kid', older.kid)],
    ['an unknown kid', (query) => query.set('kid', '../../older')],
    [
      'two kids',
      (query) => {
        query.append('kid', environmentKid);
        query.append('kid', environmentKid);
      },
    ],
    ['two signatures', (query) => query.append('signature', query.get('signature') ?? '')],
  ])('refuses %s', async (_title, change) => {
    const { signer, query } = await signed({ downloadName: 'picture.png' });
    expect((await verifyFileUrl(signer, key, query)).downloadName).toBe('picture.png');
    change(query);
    expect(await refusal(() => verifyFileUrl(signer, key, query))).toContain('not valid');
  });

  test.each(['../../etc/passwd.png', 'outputs/..%2f..%2fx.png', '', 'outputs/a.html'])(
    'refuses the key %j',
    async (bad) => {
      const { signer, query } = await signed();
      expect(await refusal(() => verifyFileUrl(signer, bad, query))).toContain('not valid');
    },
  );
});

describe('signFileUrl', () => {
  test.each([0, -1, 1.5, 604_801, Number.NaN])('refuses a lifetime of %d seconds', async (ttlSeconds) => {
    const { signer } = await signed();
    await expect(signFileUrl(signer, key, { publicUrl: 'https://pics.example', ttlSeconds })).rejects.toThrow(
      '7 days',
    );
  });

  test('refuses a signing key that could be guessed', async () => {
    const signer = {
      keys: createFixedRing([{ kid: 'short', secret: randomBytes(16) }]),
      clock: createManualClock(),
    };
    await expect(
      signFileUrl(signer, key, { publicUrl: 'https://pics.example', ttlSeconds: 9 }),
    ).rejects.toThrow('32 bytes');
  });
});

describe('contentDisposition', () => {
  test.each([
    ['a b (1).png', `attachment; filename="a b (1).png"`],
    [
      'käse"\r\nX: 1.png',
      `attachment; filename="k_se___X_ 1.png"; filename*=UTF-8''k%C3%A4se%22%0D%0AX%3A%201.png`,
    ],
    ["it's (1)*.png", `attachment; filename="it_s (1)_.png"; filename*=UTF-8''it%27s%20%281%29%2A.png`],
  ])('saves %j without letting it out of its header', (name, header) => {
    expect(contentDisposition(name)).toBe(header);
  });
});

async function refusal(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Problem && error.code === 'forbidden') return error.detail;
    throw error;
  }
  throw new Error('was accepted');
}

/** 32 bytes leave two bits of the last character unused. */
function respell(signature: string | null): string {
  invariant(signature, 'the link is signed');
  const respelled = signature.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1));
  const bytes = (text: string) => Buffer.from(text, 'base64url').toString('hex');
  expect(bytes(respelled)).toBe(bytes(signature));
  return respelled;
}

function flipFirst(signature: string): string {
  return (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
}
