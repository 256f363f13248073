import { Session } from '@star-graph/core/ground/db/models/session';
import { Identity } from '@star-graph/core/ground/db/models/user';
import { revokeApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import { credentialKey } from '@star-graph/core/people/identity/revocations';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { expect, test } from 'vitest';
import {
  type EventServer,
  eventFixture,
  startEventServer,
  type TestPerson,
} from '../../testing/servers/eventServer.ts';

const { platform, cast } = eventFixture();

/** Follows a person's task from its first event on. */
async function follow(server: EventServer, person: TestPerson) {
  return followAs(server, person.userId, { authorization: `Bearer ${person.signIn.accessToken}` });
}

async function followAs(server: EventServer, userId: string, headers: Record<string, string>) {
  const task = await createQueuedTask(platform.db.database, userId);
  const response = await fetch(`${server.url}/api/v1/tasks/${task.id}/events`, { headers });
  expect(response.status).toBe(200);
  return { task, all: response.text() };
}

/** Ends a session like a revocation whose message is lost. */
async function endInSilence(person: TestPerson): Promise<void> {
  const { sessionId } = await cast.sessionDeps.tokens.verify(person.signIn.accessToken);
  await Session.query(platform.db.database).findById(sessionId).patch({ revokedAt: new Date() });
  const { redis, prefix } = platform.redis;
  await redis.del(credentialKey(prefix, { kind: 'session', id: sessionId }));
}

test('a stream ends soon after its session, even without notice', async () => {
  const clock = createManualClock(new Date());
  await using server = await startEventServer(platform, cast, { streamClock: clock });
  const [person, bystander] = [await cast.addPerson(), await cast.addPerson()];
  const [ended, living] = [await follow(server, person), await follow(server, bystander)];
  await endInSilence(person);
  await clock.advance(30_000);
  expect(await ended.all).not.toContain('task_completed');
  await clock.advance(30_000);
  await cast.tell(living.task, 'task_completed', 'succeeded');
  expect(await living.all).toContain('event: task_completed');
});

test('a service key’s stream ends when the person joins another account', async () => {
  const clock = createManualClock(new Date());
  await using server = await startEventServer(platform, cast, { streamClock: clock });
  const { text } = await cast.addKey(await cast.addPerson(), 'service');
  const { snowflake, userId } = await cast.addDiscordPerson();
  const into = await cast.addPerson();
  const { all } = await followAs(server, userId, {
    authorization: `Bearer ${text}`,
    'star-graph-act-for': `discord:${snowflake}`,
  });
  await Identity.query(platform.db.database).where({ subject: snowflake }).patch({ userId: into.userId });
  const { redis, prefix } = platform.redis;
  await redis.del(credentialKey(prefix, { kind: 'identity', id: `discord:${snowflake}` }));
  await clock.advance(30_000);
  expect(await all).not.toContain('task_completed');
});

test('a stream ends at once with the service key behind its session', async () => {
  const operator = await cast.addPerson();
  const { apiKey } = await cast.addKey(operator, 'service');
  const person = await cast.addPerson(apiKey.id);
  // Its clock stands still, so that it looks at no credential by itself.
  await using told = await startEventServer(platform, cast, { streamClock: createManualClock(new Date()) });
  const { all } = await follow(told, person);
  await revokeApiKey(cast.sessionDeps, { id: apiKey.id, kind: 'service' });
  expect(await all).not.toContain('task_completed');
});
