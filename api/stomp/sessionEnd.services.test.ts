import { destinations } from '@star-graph/contract/events';
import { inTransaction } from '@star-graph/core/ground/db/connect';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { changeAccount } from '@star-graph/core/people/identity/accounts/changeAccount';
import { joinAccounts } from '@star-graph/core/people/identity/accounts/joinAccounts';
import { revokeApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { revokeCredentials } from '@star-graph/core/people/identity/revocations';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { describe, expect, test } from 'vitest';
import { connectStomp } from '../testing/calls/stompClient.ts';
import { eventFixture, startEventServer, type TestPerson } from '../testing/servers/eventServer.ts';

const { result } = destinations;

const { platform, cast, server, other } = eventFixture();

const connect = (person: TestPerson, to = server) => connectStomp(to.socketUrl, person.signIn.accessToken);

const actingFor = (key: string, snowflake: string) => ({
  connectHeaders: { Authorization: `Bearer ${key}`, 'Star-Graph-Act-For': `discord:${snowflake}` },
});

describe('a session ends at once', () => {
  const ended = { code: 4401 };

  test('with its logout, and with nobody else', async () => {
    const [person, bystander] = [await cast.addPerson(), await cast.addPerson()];
    await using one = await connect(person);
    await using two = await connect(person, other);
    await using three = await connect(bystander);
    await cast.signOut(person);
    expect(await one.closed()).toMatchObject(ended);
    expect(await two.closed()).toMatchObject(ended);
    expect(one.errors[0]?.body).toContain('urn:star-graph:problem:unauthenticated');
    await three.listen(result);
    expect(three.closes).toEqual([]);
  });

  test('when the account is disabled', async () => {
    const person = await cast.addPerson();
    await using one = await connect(person);
    await changeAccount(cast.sessionDeps, person.userId, { disabled: true });
    expect(await one.closed()).toMatchObject(ended);
  });

  test('when its key is revoked', async () => {
    const person = await cast.addPerson();
    const { text, apiKey } = await cast.addKey(person, 'user');
    // Its clock stands still, so that it looks at no credential by itself.
    await using told = await startEventServer(platform, cast, { socketClock: createManualClock(new Date()) });
    await using one = await connectStomp(told.socketUrl, text);
    await using two = await connect(person);
    await revokeApiKey(cast.sessionDeps, { id: apiKey.id, kind: 'user' });
    expect(await one.closed()).toMatchObject(ended);
    await two.listen(result);
  });

  test('when the service key behind its code or key is revoked', async () => {
    const { apiKey: service } = await cast.addKey(await cast.addPerson(), 'service');
    const person = await cast.addPerson(service.id);
    const { text } = await cast.addKey(person, 'user', service.id);
    await using one = await connect(person);
    await using two = await connectStomp(other.socketUrl, text);
    await using bystander = await connect(await cast.addPerson());
    await revokeApiKey(cast.sessionDeps, { id: service.id, kind: 'service' });
    expect(await one.closed()).toMatchObject(ended);
    expect(await two.closed()).toMatchObject(ended);
    await bystander.listen(result);
  });

  test('when the person whom a service key acts for is disabled', async () => {
    const { text } = await cast.addKey(await cast.addPerson(), 'service');
    const { snowflake, userId } = await cast.addDiscordPerson();
    await using one = await connectStomp(server.socketUrl, text, actingFor(text, snowflake));
    await using service = await connectStomp(server.socketUrl, text);
    await changeAccount(cast.sessionDeps, userId, { disabled: true });
    expect(await one.closed()).toMatchObject(ended);
    await service.listen(result);
  });

  test("when its service key's account is joined into another", async () => {
    const { text } = await cast.addKey(await cast.addPerson(), 'service');
    const { snowflake, userId } = await cast.addDiscordPerson();
    const into = await cast.addPerson();
    await using one = await connectStomp(server.socketUrl, text, actingFor(text, snowflake));
    const changed = await inTransaction(platform.db.database, (trx) =>
      joinAccounts(cast.sessionDeps, trx, userId, into.userId),
    );
    await revokeCredentials(cast.sessionDeps, changed);
    expect(await one.closed()).toMatchObject(ended);
  });

  test('when its access token expires', async () => {
    let aheadMs = 0;
    const socketClock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
    await using later = await startEventServer(platform, cast, { socketClock });
    const person = await cast.addPerson();
    await using one = await connect(person, later);
    await one.listen(result);
    expect(one.closes).toEqual([]);
    aheadMs = 3_600_000;
    expect(await one.closed()).toMatchObject(ended);
    const { sessionId } = await cast.sessionDeps.tokens.verify(person.signIn.accessToken);
    const over = new Date(Date.now() - 1_000);
    const { token } = await cast.sessionDeps.tokens.sign({ userId: person.userId, sessionId }, over);
    await expect(connectStomp(server.socketUrl, token)).rejects.toThrow('unauthenticated');
  });
});

test('a stopping server tells its clients to return, and waits', async () => {
  const stopping = await startEventServer(platform, cast);
  await using one = await connect(await cast.addPerson(), stopping);
  await stopping[Symbol.asyncDispose]();
  expect(await one.closed()).toMatchObject({ code: 1001 });
});
