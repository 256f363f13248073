import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { AuditRecord, WorkflowRecord } from '@star-graph/core/ground/db/models/operation';
import { Task } from '@star-graph/core/ground/db/models/task';
import { eventually } from '@star-graph/core/testing/eventually';
import { sampleManifest, sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import { beforeAll, describe, expect, test } from 'vitest';
import { badGraphs, withGraph } from '../../testing/calls/badGraphs.ts';
import { codeOf, type TestApi } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform, { BODY_LIMIT_BYTES: '2000000' });
const other = apiFixture(platform);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

const send = (body: unknown) => api.call('/api/admin/workflows', { token: admin, body });
const patch = (name: string, version: number, active: boolean) =>
  api.call(`/api/admin/workflows/${name}/${version}`, { token: admin, method: 'PATCH', body: { active } });
const pointersOf = (answer: { body: { errors?: { pointer: string }[] } }): string[] =>
  (answer.body.errors ?? []).map(({ pointer }) => pointer);
const findListed = async (at: TestApi, name: string): Promise<WorkflowView | undefined> => {
  const answer = await at.call('/api/v1/workflows?limit=100', { token: admin });
  return answer.body.items.find((item: WorkflowView) => item.name === name);
};

describe('a workflow that an administrator adds', () => {
  test('is offered by every process, without a restart', async () => {
    const added = await send(sampleTextManifest('ink', 1));
    expect([added.status, added.body]).toEqual([
      201,
      expect.objectContaining({ name: 'ink', version: 1, active: true }),
    ]);
    for (const at of [api, other]) {
      await eventually(async () => expect(await findListed(at, 'ink')).toMatchObject({ version: 1 }));
      const document = (await at.call('/openapi.json')).body;
      expect(Object.keys(document.paths)).toContain('/api/v1/generate/ink');
      expect(Object.keys(document.paths)).toContain('/api/v1/generate/ink/quote');
    }
    const { accessToken: token } = await api.signUp();
    const accepted = await other.call('/api/v1/generate/ink', { token, body: { prompt: 'a harbour' } });
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({ workflow: { name: 'ink', version: 1 } });
  });

  test('is audited with its author, and so is every later act', async () => {
    await send(sampleTextManifest('audited', 1));
    await patch('audited', 1, false);
    await patch('audited', 1, true);
    const acts = await AuditRecord.query(platform.db.database)
      .where({ target: 'workflow:audited@1' })
      .orderBy('id');
    expect(acts.map(({ action }) => action)).toEqual([
      'workflow.create',
      'workflow.deactivate',
      'workflow.activate',
    ]);
    expect(new Set(acts.map(({ actorId }) => actorId)).size).toBe(1);
    expect(acts[0]?.actorId).toEqual(expect.any(String));
    const [none, first] = [{ activeVersion: null }, { activeVersion: 1 }];
    expect(acts.map(({ data }) => data)).toMatchObject([
      { before: none, after: first },
      { before: first, after: none },
      { before: none, after: first },
    ]);
  });

  test('never changes under its version; the same document again changes nothing', async () => {
    await send(sampleTextManifest('fixed', 1));
    const again = await send(sampleTextManifest('fixed', 1));
    expect(again.status).toBe(200);
    const dearer = {
      ...sampleTextManifest('fixed', 1),
      rates: { ...sampleManifest().rates, creditsPerUnit: 9 },
    };
    const refused = await send(dearer);
    expect([refused.status, codeOf(refused), pointersOf(refused)]).toEqual([
      422,
      'invalid-params',
      ['/version'],
    ]);
    expect(await WorkflowRecord.query(platform.db.database).where({ name: 'fixed' })).toHaveLength(1);
    const acts = await AuditRecord.query(platform.db.database).where({ target: 'workflow:fixed@1' });
    expect(acts).toHaveLength(1);
  });

  test('has one active version after ten simultaneous additions', async () => {
    await send(sampleTextManifest('many', 1));
    const { accessToken: token, user } = await api.signUp();
    const accepted = await api.call('/api/v1/generate/many', { token, body: { prompt: 'one' } });
    expect(accepted.status).toBe(202);
    const versions = Array.from({ length: 10 }, (_, index) => index + 2);
    const added = await Promise.all(versions.map((version) => send(sampleTextManifest('many', version))));
    expect(added.map(({ status }) => status)).toEqual(versions.map(() => 201));
    const rows = await WorkflowRecord.query(platform.db.database).where({ name: 'many' });
    expect(rows).toHaveLength(11);
    expect(rows.filter(({ active }) => active)).toHaveLength(1);
    await patch('many', 5, true);
    expect(await findListed(api, 'many')).toMatchObject({ version: 5 });
    expect(await Task.query(platform.db.database).findOne({ userId: user.id })).toMatchObject({
      workflowVersion: 1,
    });
  });

  test('is withdrawn when deactivated, and its manifest is still found', async () => {
    await send(sampleTextManifest('gone', 1));
    expect(await findListed(api, 'gone')).toBeDefined();
    expect((await patch('gone', 1, false)).body).toMatchObject({ active: false });
    expect(await findListed(api, 'gone')).toBeUndefined();
    const { accessToken: token } = await api.signUp();
    const answer = await api.call('/api/v1/generate/gone', { token, body: { prompt: 'x' } });
    expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
    const shown = await api.call('/api/admin/workflows/gone/1', { token: admin });
    expect(shown.body.manifest).toMatchObject({
      name: 'gone',
      binding: sampleTextManifest('gone', 1).binding,
    });
    expect((await patch('gone', 2, true)).status).toBe(404);
    expect((await api.call('/api/admin/workflows/gone/x', { token: admin })).status).toBe(404);
  });

  test('is for administrators alone', async () => {
    const { accessToken: token } = await api.signUp();
    const answer = await api.call('/api/admin/workflows', { token, body: sampleTextManifest('theirs', 1) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
    expect(await WorkflowRecord.query(platform.db.database).where({ name: 'theirs' })).toEqual([]);
  });
});

describe('a document is refused, with the place, and stores nothing', () => {
  test.each([
    ...badGraphs,
    ['the name of a shipped workflow', sampleTextManifest('text2img', 9), '/name'],
    ['a name that is no name', sampleTextManifest('../x', 1), '/name'],
    ['no version', { ...sampleTextManifest('spoilt', 1), version: 0 }, '/version'],
    ['a key that there is not', { ...sampleTextManifest('spoilt', 1), script: 'x' }, '/script'],
    [
      'a param that is never bound',
      { ...sampleTextManifest('spoilt', 1), binding: { prompt: '3.text' } },
      '/binding',
    ],
    [
      'a text bound to a file name',
      {
        ...sampleTextManifest('spoilt', 1),
        binding: { ...sampleTextManifest('x', 1).binding, prompt: '11.filename_prefix' },
      },
      '/binding/prompt',
    ],
  ])('for %s', async (_what, document, pointer) => {
    const before = await WorkflowRecord.query(platform.db.database).resultSize();
    const answer = await send(document);
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
    expect(pointersOf(answer).join()).toContain(pointer);
    expect(await WorkflowRecord.query(platform.db.database).resultSize()).toBe(before);
  });

  test('and for a number that no server accepts, despite a valid graph', async () => {
    const blank = {
      class_type: 'EmptyImage',
      inputs: { width: 20_000, height: 64, batch_size: 1, color: 0 },
    };
    const answer = await send(withGraph((graph) => ({ ...graph, '5': blank })));
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ pointer: '/graph/5/inputs/width', message: '20000 is outside the range 1 to 16384.' }],
    ]);
  });

  test('and for a keyword outside the subset, or an unknown param', async () => {
    const { prompt } = sampleTextManifest('spoilt', 1).params.properties;
    const properties = {
      ...sampleTextManifest('spoilt', 1).params.properties,
      prompt: { ...prompt, pattern: 'x' },
    };
    const answer = await send({ ...sampleTextManifest('spoilt', 1), params: { type: 'object', properties } });
    expect(answer.body.errors).toEqual([
      { pointer: '/params/properties/prompt/pattern', message: 'Manifests have no such key.' },
    ]);
  });

  test('and for the UI format with how to export the right one', async () => {
    const answer = await send(withGraph(() => ({ nodes: [], links: [] })));
    expect(answer.body.errors[0].message).toContain('Export (API)');
  });
});
