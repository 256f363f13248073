import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { workFixture } from '../../testing/servers/workServer.ts';

const { api, generate, balanceOf, tasksOf } = workFixture();

test.each([
  [{}, '/prompt'],
  [{ prompt: 'x'.repeat(100_000) }, '/prompt'],
  [{ prompt: 'a\u0000b' }, '/prompt'],
  [{ prompt: ['a'] }, '/prompt'],
  [{ prompt: 'a', steps: 0 }, '/steps'],
  [{ prompt: 'a', steps: -1 }, '/steps'],
  [{ prompt: 'a', steps: 1_000_000_000 }, '/steps'],
  [{ prompt: 'a', steps: null }, '/steps'],
  [{ prompt: 'a', steps: '20' }, '/steps'],
  [{ prompt: 'a', width: 7 }, '/width'],
  [{ prompt: 'a', seed: 1.5 }, '/seed'],
  [{ prompt: 'a', class_type: 'LoadImage' }, '/class_type'],
  [{ prompt: 'a', filename_prefix: '../x' }, '/filename_prefix'],
  [{ prompt: 'a', model: '../../etc/passwd' }, '/model'],
  [{ prompt: 'a', meta: { unknown: 1 } }, '/meta/unknown'],
  [{ prompt: 'a', meta: { clientRef: 'é'.repeat(600) } }, '/meta/clientRef'],
  [{ prompt: 'a', meta: { sourceUrl: 'javascript:alert(1)' } }, '/meta/sourceUrl'],
  [{ prompt: 'a', 'a/b~c': 1 }, '/a~1b~0c'],
])('a generation of %j is refused at %s and holds nothing', async (body, pointer) => {
  const person = await api.signUp();
  const answer = await generate(person.accessToken, body);
  expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  expect(await balanceOf(person.accessToken)).toEqual({ available: 1000, held: 0 });
  expect(await tasksOf(person)).toEqual([]);
});

test('a generation with invalid, oversized, deep, mistyped or poisoned text is refused', async () => {
  const { accessToken: token } = await api.signUp();
  const bodies: [string, Record<string, string>, number, string][] = [
    ['{', {}, 400, 'invalid-params'],
    ['{"prompt": NaN}', {}, 400, 'invalid-params'],
    ['', {}, 422, 'invalid-params'],
    ['[]', {}, 422, 'invalid-params'],
    [`{"prompt":"${'x'.repeat(1_100_000)}"}`, {}, 413, 'too-large'],
    [`{"prompt":"a","meta":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, {}, 422, 'invalid-params'],
    ['{"prompt":"a","__proto__":{"steps":1}}', {}, 400, 'invalid-params'],
    ['prompt=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media'],
    ['{"prompt":"a"}', { 'content-type': 'text/plain' }, 415, 'unsupported-media'],
  ];
  for (const [body, headers, status, code] of bodies) {
    const answer = await api.call('/api/v1/generate/text2img', { token, body, headers });
    expect([body.slice(0, 30), answer.status, codeOf(answer)]).toEqual([body.slice(0, 30), status, code]);
  }
  expect(await balanceOf(token)).toEqual({ available: 1000, held: 0 });
});
