import { randomBytes } from 'node:crypto';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Task } from '@star-graph/core/ground/db/models/task';
import { User } from '@star-graph/core/ground/db/models/user';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { addPngChunks, createPngChunk, createTwoColours } from '@star-graph/core/testing/pictures';
import type { Answer, TestApi, TestPlatform } from './apiServer.ts';
import { apiFixture, platformFixture } from './fixtures.ts';

export interface SafetyPerson {
  token: string;
  userId: string;
}

/** An API with people, moderators, and stored pictures of theirs. */
interface SafetyServer {
  platform: TestPlatform;
  api: TestApi;
  newPerson(): Promise<SafetyPerson>;
  newModerator(): Promise<SafetyPerson>;
  upload(who: SafetyPerson, bytes?: Buffer): Promise<Answer>;
  /** A finished public task of this person, whose result is stored. */
  makeResult(who: SafetyPerson): Promise<{ taskId: string; assetId: string; asset: Asset }>;
  /** Withholds an asset that never was. */
  withhold(moderator: SafetyPerson, assetId: string, body?: object): Promise<Answer>;
}

/** A picture that no other has the bytes of. */
export const newPicture = async (): Promise<Buffer> =>
  addPngChunks(await createTwoColours().png().toBuffer(), createPngChunk('tEXt', randomBytes(20)));

/** The path of a signed link: a test's server listens on a port unknown at signing. */
export const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search;

export function safetyFixture(env: Record<string, string> = {}): SafetyServer {
  const platform = platformFixture({ hasBackend: true, hasForgedTasks: true });
  const api = apiFixture(platform, { SIGN_UP_GRANT: '1000', ...env });
  async function newPerson(): Promise<SafetyPerson> {
    const { accessToken, user } = await api.signUp();
    return { token: accessToken, userId: user.id };
  }
  const upload = ({ token }: SafetyPerson, bytes?: Buffer) => uploadPicture(api, token, bytes);
  return {
    platform,
    api,
    newPerson,
    async newModerator() {
      const person = await newPerson();
      await User.query(platform.db.database).findById(person.userId).patch({ role: 'moderator' });
      return person;
    },
    upload,
    async makeResult(who) {
      const { database } = platform.db;
      const meta = { visibility: 'public' } as const;
      const task = await createQueuedTask(database, who.userId, { meta });
      await Task.query(database).findById(task.id).patch({ status: 'succeeded', finishedAt: new Date() });
      const { id } = (await upload(who)).body;
      const asset = await Asset.query(database).patchAndFetchById(id, { kind: 'output', taskId: task.id });
      return { taskId: task.id, assetId: id, asset };
    },
    withhold: ({ token }, assetId, body = {}) =>
      api.call(`/api/admin/assets/${assetId}/quarantine`, { token, body: { reason: 'other', ...body } }),
  };
}

async function uploadPicture(api: TestApi, token: string, bytes?: Buffer): Promise<Answer> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes ?? (await newPicture()))]), 'a.png');
  return api.call('/api/v1/assets', { token, body });
}

/** A request of each operation that needs something withheld, for who calls every operation. */
export function createSafetyCalls(api: TestApi, { token, admin }: Record<'token' | 'admin', string>) {
  const upload = async () => (await uploadPicture(api, token)).body.id as string;
  const reason = { reason: 'other' };
  const quarantine = async () => ({ path: `/api/admin/assets/${await upload()}/quarantine`, body: reason });
  const withheld = async (): Promise<{ id: string; assetId: string }> => {
    const { path, body } = await quarantine();
    return (await api.call(path, { token: admin, body })).body;
  };
  const reported = async () => {
    const body = { assetId: await upload(), ...reason };
    return (await api.call('/api/v1/reports', { token, body })).body.id;
  };
  const calls = {
    reportContent: async () => ({ body: { assetId: await upload(), ...reason } }),
    adminDecideReport: async () => ({
      path: `/api/admin/reports/${await reported()}/decision`,
      body: { version: 1, decision: 'remove' },
    }),
    adminQuarantineAsset: quarantine,
    adminDecideQuarantine: async () => ({
      path: `/api/admin/quarantine/${(await withheld()).id}/decision`,
      body: { version: 1, decision: 'remove' },
    }),
    appealWithheld: async () => ({
      path: `/api/v1/withheld/${(await withheld()).id}/appeal`,
      body: { text: 'words' },
    }),
    adminPreviewAsset: async () => ({ path: `/api/admin/assets/${(await withheld()).assetId}/preview` }),
    adminViewAsset: async () => ({
      path: `/api/admin/assets/${(await withheld()).assetId}/view`,
      body: reason,
    }),
  };
  return Object.fromEntries(Object.entries(calls).map(([id, call]) => [id, async () => [await call()]]));
}
