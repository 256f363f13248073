import type { SignInView } from '@star-graph/contract/auth/signIn';
import { inTransaction } from '@star-graph/core/ground/db/connect';
import { dropGuards } from '@star-graph/core/ground/db/guards';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { grantCredits } from '@star-graph/core/money/credits/credits';
import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';
import { writeText } from './statementCsv.ts';

const platform = platformFixture();
const api = apiFixture(platform, { SIGN_UP_GRANT: '0' });

const read = async ({ accessToken: token }: SignInView, query = '') =>
  api.call(`/api/v1/users/history/csv${query}`, { token });
const grant = (person: SignInView, key: string, reason: string) =>
  inTransaction(platform.db.database, (trx) =>
    grantCredits({ clock: systemClock }, trx, { userId: person.user.id, amount: 5, key, reason }),
  );
const linesOf = (text: string) => text.trimEnd().split('\r\n');

test('a statement of many pages has each movement once, newest first', async () => {
  const person = await api.signUp();
  const { id: userId } = person.user;
  // At once: a thousand grants take half a minute on a busy machine.
  await platform.db.database('transfers').insert(
    Array.from({ length: 1_003 }, (_, n) => ({
      id: newId(),
      businessKey: `many:${n}`,
      kind: 'grant',
      userId,
      amount: 5,
      reason: `number ${n}`,
      createdAt: new Date(),
    })),
  );
  const answer = await read(person);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const [head, ...lines] = linesOf(answer.body);
  expect(head).toBe('id,time,kind,amount,task,reason');
  expect(lines.map((line) => line.split(',').at(-1))).toEqual(
    Array.from({ length: 1_003 }, (_, n) => `"number ${1_002 - n}"`),
  );
});

test('a range has the movements from its begin to before its end', async () => {
  const person = await api.signUp();
  await grant(person, `range:${person.user.id}:1`, 'first');
  const [, first] = linesOf((await read(person)).body);
  const time = first?.split(',')[1] ?? '';
  const later = new Date(Date.parse(time) + 1).toISOString();
  const count = async (query: string) => linesOf((await read(person, query)).body).length - 1;
  expect(await count(`?from=${time}&until=${later}`)).toBe(1);
  expect(await count(`?until=${time}`)).toBe(0);
  expect(await count(`?from=${later}`)).toBe(0);
});

test('a movement belongs to the range of its time, though its id is a moment younger', async () => {
  const person = await api.signUp();
  await grant(person, `moment:${person.user.id}`, 'at midnight');
  const earlier = new Date(Date.now() - 5_000);
  await dropGuards(platform.db.database);
  await platform.db.database('transfers').where({ userId: person.user.id }).update({ createdAt: earlier });
  const [at, after] = [earlier, new Date(earlier.getTime() + 1)].map((time) => time.toISOString());
  const count = async (query: string) => linesOf((await read(person, query)).body).length - 1;
  expect(await count(`?from=${at}&until=${after}`)).toBe(1);
  expect(await count(`?from=${after}`)).toBe(0);
  expect(await count(`?until=${at}`)).toBe(0);
});

test('nobody reads what others moved', async () => {
  const [person, other] = [await api.signUp(), await api.signUp()];
  await grant(person, `mine:${person.user.id}`, 'mine');
  expect(linesOf((await read(other)).body)).toHaveLength(1);
  expect((await api.call('/api/v1/users/history/csv')).status).toBe(401);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '=HYPERLINK("http://x","y")'])(
  'a reason %j is text to a spreadsheet',
  async (reason) => {
    const person = await api.signUp();
    await grant(person, `csv:${person.user.id}`, reason);
    const text: string = (await read(person)).body;
    expect(text).toContain(`,"'${reason.replaceAll('"', '""')}"\r\n`);
  },
);

test('a reason with quotes, commas and breaks stays in its cell', () => {
  expect(writeText('a "b", c\r\nd')).toBe('"a ""b"", c\r\nd"');
});
