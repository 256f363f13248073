import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { AssetShare } from '../../ground/db/models/assetShare.ts';
import {
  AssetTag,
  Collection,
  CollectionAsset,
  CollectionGroup,
  CollectionLink,
  CollectionMember,
  Tag,
} from '../../ground/db/models/collection.ts';
import { EmailAddress } from '../../ground/db/models/email.ts';
import { Project, ProjectMember, ProjectVersion } from '../../ground/db/models/project.ts';
import { Publication } from '../../ground/db/models/publication.ts';
import { ApiKey, type Session } from '../../ground/db/models/session.ts';
import { Task } from '../../ground/db/models/task.ts';
import { listGroups } from '../../library/assets/collectionGroups.ts';
import { listTransfers } from '../../money/credits/statement.ts';
import { listDrafts } from '../../people/identity/accounts/drafts.ts';
import { readPreferences } from '../../people/identity/accounts/preferences.ts';
import { listPresets } from '../../people/identity/accounts/presets.ts';
import { requireProfile } from '../../people/identity/accounts/profile.ts';
import { listSignIns } from '../../people/identity/credentials/signInTries.ts';
import { listWebhooks } from '../../work/events/webhooks/webhooks.ts';
import { chargedOf } from '../../work/tasks/charge.ts';

const pageSize = 500;

/** A document of an export: its lines, one JSON value each. They are read while they are written. */
interface OwnDocument {
  name: string;
  lines: AsyncIterable<unknown>;
}

/** All that the platform knows about a person, by named fields: what is added to a table is not exported by itself. */
export function listOwnData(database: Database, userId: string): OwnDocument[] {
  const one = (read: () => Promise<unknown>) =>
    (async function* () {
      yield await read();
    })();
  const each = (read: () => Promise<readonly unknown[]>) =>
    (async function* () {
      yield* await read();
    })();
  return [
    { name: 'profile.jsonl', lines: one(() => readProfile(database, userId)) },
    { name: 'preferences.jsonl', lines: one(() => readPreferences(database, userId)) },
    { name: 'presets.jsonl', lines: each(() => readPresets(database, userId)) },
    { name: 'drafts.jsonl', lines: each(() => readDrafts(database, userId)) },
    { name: 'tasks.jsonl', lines: listTasks(database, userId) },
    { name: 'files.jsonl', lines: listFiles(database, userId) },
    { name: 'links.jsonl', lines: each(() => readShares(database, userId)) },
    { name: 'collections.jsonl', lines: each(() => readCollections(database, userId)) },
    { name: 'memberships.jsonl', lines: each(() => readMemberships(database, userId)) },
    { name: 'groups.jsonl', lines: each(() => readGroups(database, userId)) },
    { name: 'tags.jsonl', lines: listTagged(database, userId) },
    { name: 'published.jsonl', lines: each(() => readPublications(database, userId)) },
    { name: 'projects.jsonl', lines: listProjects(database, userId) },
    { name: 'joined-projects.jsonl', lines: each(() => readJoined(database, userId)) },
    { name: 'credits.jsonl', lines: listMovements(database, userId) },
    { name: 'webhooks.jsonl', lines: each(() => readWebhooks(database, userId)) },
    { name: 'sessions.jsonl', lines: each(() => readSessions(database, userId)) },
    { name: 'sign-ins.jsonl', lines: listVisits(database, userId) },
    { name: 'api-keys.jsonl', lines: each(() => readApiKeys(database, userId)) },
  ];
}

async function readProfile(database: Database, userId: string): Promise<unknown> {
  const { user, identities } = await requireProfile(database, userId);
  const { id, username, role, locale, createdAt } = user;
  const names = identities.map(({ provider, subject, createdAt: linkedAt }) => ({
    provider,
    subject,
    linkedAt,
  }));
  const email = (await EmailAddress.query(database).findById(userId))?.address ?? null;
  return { id, username, email, role, locale, createdAt, identities: names };
}

async function readPresets(database: Database, userId: string): Promise<unknown[]> {
  const presets = await listPresets(database, userId);
  return presets.map(({ workflow, name, draft }) => ({
    workflow,
    name,
    draft: JSON.parse(draft) as unknown,
  }));
}

async function readDrafts(database: Database, userId: string): Promise<unknown[]> {
  const drafts = await listDrafts(database, userId);
  return drafts.map(({ workflow, draft, changedAt }) => ({
    workflow,
    draft: JSON.parse(draft) as unknown,
    changedAt,
  }));
}

async function readShares(database: Database, userId: string): Promise<unknown[]> {
  const shares = await AssetShare.query(database).where({ userId });
  return shares.map(({ id, assetId, showsPrompt, createdAt, expiresAt }) => ({
    id,
    assetId,
    showsPrompt,
    createdAt,
    expiresAt,
  }));
}

async function readCollections(database: Database, userId: string): Promise<unknown[]> {
  const collections = await Collection.query(database).where({ userId });
  const ids = collections.map(({ id }) => id);
  const content = await CollectionAsset.query(database).whereIn('collectionId', ids);
  const byId = Map.groupBy(content, ({ collectionId }) => collectionId);
  const links = await CollectionLink.query(database)
    .whereIn('collectionId', ids)
    .orderBy(['collectionId', 'id']);
  const linksOf = Map.groupBy(links, ({ collectionId }) => collectionId);
  const given = await CollectionGroup.query(database)
    .join('people_groups', 'people_groups.id', 'collection_groups.groupId')
    .whereIn('collectionId', ids)
    .select('collectionId', 'role', 'name')
    .castTo<{ collectionId: string; role: string; name: string }[]>();
  const givenTo = Map.groupBy(given, ({ collectionId }) => collectionId);
  return collections.map(({ id, parentId, name, showsPrompts, createdAt }) => {
    const assetIds = (byId.get(id) ?? []).map(({ assetId }) => assetId);
    const linked = (linksOf.get(id) ?? []).map(({ role, uses, used, createdAt: madeAt, expiresAt }) => ({
      role,
      uses,
      used,
      createdAt: madeAt,
      expiresAt,
    }));
    return {
      id,
      ...(parentId !== null && { parentId }),
      name,
      assetIds,
      links: linked,
      groups: (givenTo.get(id) ?? []).map(({ name: group, role }) => ({ name: group, role })),
      showsPrompts: Boolean(showsPrompts),
      createdAt,
    };
  });
}

/** The collections of others that the person is in. */
async function readMemberships(database: Database, userId: string): Promise<unknown[]> {
  const members = await CollectionMember.query(database).where({ userId }).orderBy('collectionId');
  const ids = members.map(({ collectionId }) => collectionId);
  const names = new Map((await Collection.query(database).findByIds(ids)).map(({ id, name }) => [id, name]));
  return members.map(({ collectionId, role, showsPrompts, joinedAt }) => ({
    collectionId,
    name: names.get(collectionId),
    role,
    showsPrompts: Boolean(showsPrompts),
    joinedAt,
  }));
}

/** What an administrator put the person into. */
const readGroups = async (database: Database, userId: string): Promise<unknown[]> =>
  (await listGroups(database, userId)).map(({ name }) => ({ name }));

async function readPublications(database: Database, userId: string): Promise<unknown[]> {
  const published = await Publication.query(database).where({ userId }).orderBy('id');
  return published.map(({ id, assetId, likes, createdAt }) => ({ id, assetId, likes, createdAt }));
}

async function* listTagged(database: Database, userId: string): AsyncGenerator<unknown> {
  for (const { id: tagId, name } of await Tag.query(database).where({ userId }).orderBy('name')) {
    const rows = await AssetTag.query(database).where({ tagId }).orderBy('assetId');
    yield { name, assetIds: rows.map(({ assetId }) => assetId) };
  }
}

/** Each as it was saved last; the files of its layers are among the person's files. */
async function* listProjects(database: Database, userId: string): AsyncGenerator<unknown> {
  for (const { id, name, version, createdAt, savedAt } of await Project.query(database).where({ userId })) {
    const saved = await ProjectVersion.query(database).findOne({ projectId: id, version });
    const document: unknown = saved && JSON.parse(saved.document);
    yield { id, name, version, createdAt, savedAt, document };
  }
}

/** What others share; its layers are theirs. */
async function readJoined(database: Database, userId: string): Promise<unknown[]> {
  const rows = await ProjectMember.query(database).where({ userId });
  return rows.map(({ projectId, role, joinedAt }) => ({ projectId, role, joinedAt }));
}

async function readWebhooks(database: Database, userId: string): Promise<unknown[]> {
  const webhooks = await listWebhooks(database, userId);
  return webhooks.map(({ id, url, types, createdAt, disabledAt }) => ({
    id,
    url,
    types,
    createdAt,
    disabledAt,
  }));
}

async function readSessions(database: Database, userId: string): Promise<unknown[]> {
  // A person with most of the sessions would make the server read all of them.
  const table = database.raw('sessions FORCE INDEX (sessions_user)');
  const sessions: Session[] = await database(table).where({ userId });
  return sessions.map(({ id, userAgent, createdAt, usedAt, expiresAt, revokedAt }) => ({
    id,
    userAgent,
    createdAt,
    usedAt,
    expiresAt,
    revokedAt,
  }));
}

async function* listVisits(database: Database, userId: string): AsyncGenerator<unknown> {
  for (let beforeId: string | undefined; ; ) {
    const page = await listSignIns({ database }, userId, {
      limit: pageSize,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    for (const { at, address, userAgent, succeeded } of page)
      yield { at, address, userAgent, succeeded: Boolean(succeeded) };
    if (page.length < pageSize) return;
    beforeId = page.at(-1)?.id;
  }
}

async function readApiKeys(database: Database, userId: string): Promise<unknown[]> {
  const keys = await ApiKey.query(database).where({ userId });
  return keys.map(({ id, kind, name, clientId, createdAt, usedAt, revokedAt }) => ({
    id,
    kind,
    name,
    clientId,
    createdAt,
    usedAt,
    revokedAt,
  }));
}

async function* listTasks(database: Database, userId: string): AsyncGenerator<unknown> {
  for (let after = ''; ; ) {
    const page = await Task.query(database)
      .where({ userId })
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize);
    for (const task of page) {
      const { id, type, workflowName, workflowVersion, status, params, meta, cost, cached, error } = task;
      const images = Object.entries(task.images).map(([param, { assetId }]) => ({ param, assetId }));
      const { createdAt, startedAt, finishedAt } = task;
      yield {
        id,
        type,
        workflowName,
        workflowVersion,
        status,
        params,
        meta,
        images,
        cost,
        cached,
        error,
        charged: chargedOf(task),
        createdAt,
        startedAt,
        finishedAt,
      };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.id ?? after;
  }
}

/** The name of an asset's file in the export. */
export const fileNameOf = ({ id, storageKey }: Pick<Asset, 'id' | 'storageKey'>): string =>
  `files/${id}${storageKey.slice(storageKey.lastIndexOf('.'))}`;

async function* listFiles(database: Database, userId: string): AsyncGenerator<unknown> {
  for (let after = ''; ; ) {
    const page = await Asset.query(database)
      .where({ userId })
      .whereNull('deletedAt')
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize);
    for (const asset of page) {
      const { id, taskId, position, kind, mime, width, height, bytes, sha256, favourite, createdAt } = asset;
      const isWithheld = asset.quarantinedAt !== null;
      yield {
        id,
        taskId,
        position,
        kind,
        mime,
        width,
        height,
        bytes: Number(bytes),
        sha256,
        favourite,
        createdAt,
        ...(isWithheld ? { isWithheld } : { file: fileNameOf(asset) }),
      };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.id ?? after;
  }
}

/** The newest first, as on the statement. */
async function* listMovements(database: Database, userId: string): AsyncGenerator<unknown> {
  for (let beforeId: string | undefined; ; ) {
    const page = await listTransfers(database, userId, {
      limit: pageSize,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    // Of a gift that was received the sender is not named, as on the statement.
    for (const { id, kind, amount, taskId, reason, createdAt, userId: ownerId } of page)
      yield { id, kind, amount, isReceived: ownerId !== userId, taskId, reason, createdAt };
    if (page.length < pageSize) return;
    beforeId = page.at(-1)?.id;
  }
}
