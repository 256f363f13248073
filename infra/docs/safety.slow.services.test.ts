import { safetyFixture } from '@star-graph/api/testing/servers/safetyServer';
import { expect, test } from 'vitest';
import { findExample, runShell } from './examples.ts';

const server = safetyFixture();

async function run(part: string, env: Record<string, string>): Promise<string> {
  const shell = { STAR_GRAPH_URL: server.api.url, ...env };
  await using example = runShell(`set -e\n${await findExample('safety.md', 'sh', part)}`, shell);
  expect([await example.ended, example.text()]).toEqual([0, expect.any(String)]);
  return example.text();
}

test('the commands withhold, show, list and release a picture', async () => {
  const [ann, moderator] = [await server.newPerson(), await server.newModerator()];
  const { assetId } = await server.makeResult(ann);
  const env = { TOKEN: moderator.token, ASSET: assetId };
  const [id = ''] = /(?<="id":")[^"]+/.exec(await run('/quarantine"', env)) ?? [];
  expect((await run('/preview"', env)).match(/"base64":/g)).toHaveLength(2);
  expect(await run('appeal=open', env)).toContain('"items":[]');
  expect(await run('$QUARANTINE/decision"', { ...env, QUARANTINE: id })).toContain('"state":"released"');
});

test('the commands report a picture and decide about it', async () => {
  const [ann, bob, moderator] = [
    await server.newPerson(),
    await server.newPerson(),
    await server.newModerator(),
  ];
  const { assetId } = await server.makeResult(ann);
  const [id = ''] =
    /(?<="id":")[^"]+/.exec(await run('v1/reports"', { TOKEN: bob.token, ASSET: assetId })) ?? [];
  const decided = await run('reports?state=open', { TOKEN: moderator.token, REPORT: id });
  expect(decided.match(/"state":"(open|upheld)"/g)).toEqual(['"state":"open"', '"state":"upheld"']);
});
