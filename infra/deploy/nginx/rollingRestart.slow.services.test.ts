import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Task } from '@star-graph/core/ground/db/models/task';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { eventually } from '@star-graph/core/testing/eventually';
import { describe, expect, test } from 'vitest';
import { call, type HttpsAnswer } from './calls.ts';
import { fleetFixture } from './fleet.ts';
import { hasNginx, type LoggedRequest, type Nginx, startNginx } from './nginx.ts';

/** An API that reads a request and is gone before it answers, as one that is killed. */
async function startDying(): Promise<{ port: number; requests: string[]; server: Server }> {
  const requests: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      requests.push(String(bytes).split('\r\n')[0] ?? '');
      socket.destroy();
    });
  });
  const port = await findFreePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port, requests, server };
}

describe.skipIf(!hasNginx)('nginx', () => {
  const { platform, fleet } = fleetFixture({}, [['rate=200r/s', 'rate=1000000r/s']]);
  const send = (url: string, key: string | undefined, prompt = 'a lighthouse') =>
    call(`${url}/api/v1/generate/text2img`, {
      token: fleet.person.accessToken,
      body: { prompt },
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
  const tasks = () => Task.query(platform.db.database).where({ userId: fleet.person.user.id });
  const served = ({ api, status }: LoggedRequest, port: number) =>
    status < 400 && api === `127.0.0.1:${port}`;

  test('a restart of one API after the other loses no request', async () => {
    const stopping = new AbortController();
    const answers: HttpsAnswer[] = [];
    async function person(name: string) {
      for (let count = 0; !stopping.signal.aborted; count += 1) {
        answers.push(await call(`${fleet.url}/api/v1/users/balance`, { token: fleet.person.accessToken }));
        if (count < 8) answers.push(await send(fleet.url, `${name}-${count}`));
      }
    }
    const people = ['a', 'b', 'c', 'd'].map(person);
    const restartBoth = async () => {
      for (const index of [0, 1] as const) await restart(index);
    };
    const restart = async (index: 0 | 1) => {
      await fleet.restart(index);
      // As an orchestrator waits for readiness: the other one stops when this one serves again.
      const before = (await fleet.nginx.readRequests()).length;
      await eventually(async () => {
        const news = (await fleet.nginx.readRequests()).slice(before);
        expect(news.some((request) => served(request, fleet.ports[index]))).toBe(true);
      });
    };
    await restartBoth().finally(() => stopping.abort());
    await Promise.all(people);
    expect(answers.filter(({ status }) => status >= 300).map((answer) => answer.json())).toEqual([]);
    const accepted = answers.map((answer) => answer.json()).filter(({ workflow }) => workflow !== undefined);
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(accepted.length);
    expect(await tasks()).toHaveLength(accepted.length);
  });

  test('a task with an Idempotency-Key is sent again when its API dies', async () => {
    const dying = await startDying();
    await using nginx = await startNginx({ apis: [dying.port, fleet.ports[0]] });
    const before = (await tasks()).length;
    const answers = await Promise.all(['k1', 'k2', 'k3', 'k4'].map((key) => send(nginx.url, key)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(dying.requests).toContain('POST /api/v1/generate/text2img HTTP/1.1');
    expect(await tasks()).toHaveLength(before + 4);
    dying.server.close();
  });

  test('a task without a key is never sent twice', async () => {
    const dying = await startDying();
    await using nginx = await startNginx({ apis: [dying.port, fleet.ports[0]] });
    const before = (await tasks()).length;
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(nginx.url, undefined)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBe(dying.requests.length);
    expect(refused.length).toBeGreaterThan(0);
    expect(await tasks()).toHaveLength(before + 4 - refused.length);
    dying.server.close();
  });

  /** nginx notes a request when it has closed it, which is after the answer. */
  const untilLogged = (nginx: Nginx) =>
    eventually(async () => {
      const [logged] = await nginx.readRequests();
      if (!logged) throw new Error('nothing is logged yet');
      return logged;
    });

  /** Refused by this machine at ports that nobody takes: as many as nginx tries, then one that serves. */
  const startBehindRefusing = () => startNginx({ apis: [1, 2, 3, fleet.ports[0]] });

  test('a request that no API has got is tried anew, one time', async () => {
    const before = (await tasks()).length;
    await using nginx = await startBehindRefusing();
    expect((await send(nginx.url, undefined)).status).toBe(202);
    expect(await tasks()).toHaveLength(before + 1);
    await using lonely = await startNginx({ apis: [1, 2, 3] });
    expect((await send(lonely.url, undefined)).status).toBe(503);
    expect((await untilLogged(lonely)).api.split(' : ')).toHaveLength(2);
  });

  test('a body that streams to an API is not sent anew without its beginning', async () => {
    await using nginx = await startBehindRefusing();
    const { status } = await call(`${nginx.url}/api/v1/assets`, {
      token: fleet.person.accessToken,
      headers: { 'content-type': 'image/png' },
      body: Buffer.alloc(2_000_000),
    });
    expect(status).toBe(503);
    expect((await untilLogged(nginx)).api).not.toContain(' : ');
  });

  test('another operation is not repeated for its key either', async () => {
    const dying = await startDying();
    await using nginx = await startNginx({ apis: [dying.port, fleet.ports[0]] });
    const send = () =>
      call(`${nginx.url}/api/v1/auth/login`, {
        headers: { 'idempotency-key': 'key' },
        body: { username: 'nobody', password: 'wrong' },
      });
    const answers = await Promise.all([1, 2, 3, 4].map(send));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBe(dying.requests.length);
    expect(refused.length).toBeGreaterThan(0);
    dying.server.close();
  });
});
