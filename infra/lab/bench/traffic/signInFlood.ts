import type { BenchPerson, BenchPlatform } from '../platform.ts';
import { type Measurement, percentile, showPercentiles } from '../report.ts';
import { readAll, readUnderFlood } from './flood.ts';

const reads = 600;

/** Each try has another name, so that only the addresses bound them. */
const wrongSignIn = JSON.stringify({
  username: 'nobody-{octet}-{octet}-{octet}-{octet}',
  password: 'a wrong password',
});

/** How long people wait for `GET /tasks` beside wrong sign-ins, from one address and from many. */
export async function measureSignInFlood(
  platform: BenchPlatform,
  people: readonly BenchPerson[],
): Promise<Measurement[]> {
  await platform.limitedApi.start();
  try {
    const { url } = platform.limitedApi;
    const targets = people.map(({ headers }) => ({
      method: 'GET' as const,
      url: `${url}/api/v1/tasks`,
      headers,
    }));
    await readAll(targets, reads / 5);
    const measurements: Measurement[] = [];
    for (const [from, forwarded] of [
      ['one address', {}],
      ['many addresses', { 'X-Forwarded-For': '10.{octet}.{octet}.{octet}' }],
    ] as const) {
      const idle = await readAll(targets, reads);
      const { samples, answers } = await readUnderFlood(targets, reads, [
        {
          method: 'POST',
          url: `${url}/api/v1/auth/login`,
          headers: { 'Content-Type': 'application/json', ...forwarded },
          body: wrongSignIn,
        },
      ]);
      measurements.push({
        what: `GET /tasks of others under wrong sign-ins from ${from} (${answers})`,
        measured: showPercentiles(samples, 0.99),
        limit: `${showPercentiles(idle, 0.99)} idle`,
        ratio: percentile(samples, 0.99) / percentile(idle, 0.99),
        target: '≤ 2',
      });
    }
    return measurements;
  } finally {
    await platform.limitedApi.stop();
  }
}
