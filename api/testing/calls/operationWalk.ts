import { createHash } from 'node:crypto';
import type { SignInView } from '@star-graph/contract/auth/signIn';
import { createTicket } from '@star-graph/core/desk/doctor/connectionTicket';
import { Identity } from '@star-graph/core/ground/db/models/user';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { noQuotas } from '@star-graph/core/money/quotas/quotas';
import type { History } from '@star-graph/core/testing/db/history';
import { createFilm, createSound, createTwoColours } from '@star-graph/core/testing/pictures';
import type { ModelSitesStandIn } from '@star-graph/core/testing/services/modelSites';
import type { StripeStandIn } from '@star-graph/core/testing/stripeStandIn';
import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import type { ProgramSite } from '../../doors/testing/program.ts';
import { type TestApi, type TestPlatform, testKey } from '../servers/apiServer.ts';
import type { DiscordServer } from '../servers/discordServer.ts';
import { createPayingServer, guildPath } from '../servers/payingServer.ts';
import { createPayments } from '../servers/paymentServer.ts';
import { publishModel } from '../servers/publishModel.ts';
import { createSafetyCalls } from '../servers/safetyServer.ts';
import { createActivityCalls } from './activityCalls.ts';
import { describeEmailCalls } from './emailCalls.ts';
import type { EveryOperation } from './everyOperation.ts';
import { createKeyCalls } from './keyCalls.ts';
import { describePasswordCalls } from './passwordCalls.ts';
import { createProgramCalls } from './programCalls.ts';
import { describeTwoStepCalls } from './twoStepCalls.ts';

interface Walker {
  api: TestApi;
  stripe: StripeStandIn;
  programs: ProgramSite;
  modelSites: ModelSitesStandIn;
  discord: DiscordServer;
  platform: TestPlatform;
  history: History;
  /** Of everybody. */
  password: string;
  tokens: Record<'user' | 'admin' | 'service', string>;
}

type Calls = EveryOperation['calls'];

/** Requests and their callers, where a sample of the contract's schema is not enough. */
export async function describeWalk(walker: Walker): Promise<EveryOperation> {
  const { api, platform, history, tokens } = walker;
  const { database } = platform.db;
  const ended = await database('tasks')
    .where({ userId: history.heavyUserId, status: 'succeeded' })
    .orderBy('id', 'desc')
    .first('id');
  const session = await database('sessions')
    .where({ userId: history.heavyUserId })
    .whereNull('revokedAt')
    .orderBy('id')
    .first('id');
  const output = await database('assets')
    .where({ taskId: ended?.id ?? '' })
    .first('id');
  const { publicationId, pairId } = await publishTwo(walker, output?.id);
  const deadLetter = await database('webhook_deliveries').whereNotNull('failedAt').first('id');
  const upload = async (body: FormData): Promise<string> =>
    (await api.call('/api/v1/assets', { token: tokens.user, body })).body.id;
  const picture = await upload(await createPictureForm());
  const sound = await upload(createForm(createSound('mp3'), 'audio/mpeg'));
  const film = await upload(createForm(createFilm(['testsrc=size=128x96:rate=8:duration=1']), 'video/mp4'));
  return {
    api,
    tokens: { ...tokens, newcomer: (await signUp(walker)).accessToken },
    known: {
      image: picture,
      mask: picture,
      video: film,
      audio: sound,
      url: 'http://192.0.2.1/',
      name: 'ink',
      tag: 'ink',
      version: 1,
      key: 'word',
      paused: false,
    },
    ids: {
      '/api/v1/auth/sessions': session?.id ?? '',
      '/api/admin/users': history.otherUserId,
      '/api/v1/tasks': ended?.id ?? '',
      '/api/v1/assets': output?.id ?? '',
      '/api/v1/explore': publicationId,
      '/api/v1/explore/pairs': pairId,
      '/api/admin/webhook-deliveries': deadLetter?.id ?? '',
    },
    calls: {
      probeConnection: () => {
        const { ticket } = createTicket({ clock: systemClock }, testKey.secret);
        return [{ path: `/api/public/connection?ticket=${ticket}` }];
      },
      ...(await createPayments(api, { admin: tokens.admin, token: tokens.user }, walker.stripe)),
      ...createKeyCalls(api, platform, tokens.admin),
      ...createProgramCalls(api, tokens.user, walker.programs),
      ...describePersonCalls(walker, picture),
      ...describeTwoStepCalls(api, platform),
      ...describeEmailCalls(api, platform),
      ...describePasswordCalls(api, tokens.admin),
      ...wildcardCalls,
      answerPair: () => [{ body: { better: null } }],
      approveLink: () => [{ body: { challenge: '0'.repeat(64) } }],
      adminPatchSettings: () => [{ body: { version: 0, values: { DAILY_GRANT: 30 } } }],
      adminRevertSettings: () => [{ body: { version: 1, to: 0 } }],
      ...createSafetyCalls(api, { token: tokens.user, admin: tokens.admin }),
      ...(await describeGuildCalls(walker, ended?.id)),
      ...(await describeAdminCalls(walker)),
      ...describeAgentCalls(walker),
    },
  };
}

/** Published by somebody whom no other call blocks or deletes, and a pair about which the walker is asked. */
async function publishTwo(walker: Walker, outputId: string | undefined) {
  const { database } = walker.platform.db;
  const { user: shower } = await signUp(walker);
  const output = await database('assets')
    .where({ id: outputId ?? '' })
    .first();
  const publish = async () => {
    const asset = { ...output, userId: shower.id, id: newId() };
    await database('assets').insert(asset);
    const row = { id: newId(), userId: shower.id, assetId: asset.id, createdAt: new Date() };
    await database('publications').insert(row);
    return row.id;
  };
  const [publicationId, other] = [await publish(), await publish()];
  const [firstId, secondId] = [publicationId, other].toSorted();
  const pairId = newId();
  const asked = { userId: walker.history.heavyUserId, firstId, secondId, createdAt: new Date() };
  await database('publication_pairs').insert({ id: pairId, ...asked });
  return { publicationId, pairId };
}

const signUp = async ({ api }: Walker) => (await api.signUp()) as SignInView;

const uploadPicture = async ({ api, tokens }: Walker): Promise<string> =>
  (await api.call('/api/v1/assets', { token: tokens.user, body: await createPictureForm() })).body.id;

/** The first page of two deletions that can be taken back. */
async function listDeleted(walker: Walker) {
  const token = walker.tokens.user;
  const ids = [await uploadPicture(walker), await uploadPicture(walker)];
  await walker.api.call('/api/v1/assets/deletions', { token, body: { ids } });
  return (await walker.api.call('/api/v1/assets/deletions?limit=1', { token })).body;
}

const createPictureForm = async () =>
  createForm(await createTwoColours(128, 128).png().toBuffer(), 'image/png');

function createForm(bytes: Buffer, type: string): FormData {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes)], { type }), 'a');
  return body;
}

const inkPath = `/api/admin/models/${Buffer.from('loras/ink.safetensors').toString('base64url')}`;

const wildcardCalls: Calls = {
  adminPutWildcard: () => [{ path: '/api/admin/wildcards/animal', body: { version: 0, lines: ['a fox'] } }],
  getWildcard: () => [{ path: '/api/v1/wildcards/animal' }],
  adminDeleteWildcard: () => [{ path: '/api/admin/wildcards/animal' }],
};

const words = { path: '/api/v1/generate/text2img', body: { prompt: 'a lighthouse', seed: 1 } };

function describePersonCalls(walker: Walker, picture: string): Calls {
  const { api, password, platform } = walker;
  const token = walker.tokens.user;
  const refreshToken = async () => (await signUp(walker)).refreshToken;
  // The schema requires none of its sides, but one is needed.
  const extended = { body: { image: picture, prompt: 'a lighthouse', right: 64 } };
  return {
    register: () => [{ body: { username: 'newcomer', password } }],
    login: () => [{ body: { username: 'person0', password } }],
    refresh: async () => [{ body: { refreshToken: await refreshToken() } }],
    logout: async () => [{ body: { refreshToken: await refreshToken() } }],
    link: async () => {
      const own = { method: 'POST', token: (await signUp(walker)).accessToken };
      const { code } = (await api.call('/api/v1/users/link-codes', own)).body;
      return [{ body: { code }, isAnonymous: true }];
    },
    previewLink: async () => {
      const own = { method: 'POST', token: (await signUp(walker)).accessToken };
      const { code } = (await api.call('/api/v1/users/link-codes', own)).body;
      return [{ body: { code } }];
    },
    unlinkIdentity: async () => {
      const { user, accessToken } = await signUp(walker);
      const identity = { provider: 'discord', subject: '400000000000000001' };
      const linked = { ...identity, userId: user.id, createdAt: new Date() };
      await Identity.query(platform.db.database).insert(linked);
      return [{ token: accessToken, body: identity }];
    },
    deleteAccount: async () => [
      { token: (await signUp(walker)).accessToken, body: { password: 'long enough for all' } },
    ],
    deleteSessions: async () => [{ token: (await signUp(walker)).accessToken }],
    generateOutpaint: () => [extended],
    quoteOutpaint: () => [extended],
    createWebhook: () => [{ body: { url: 'https://93.184.215.14/', types: ['task_cancelled'] } }],
    testWebhook: async () => {
      const body = { url: 'https://93.184.215.14/', types: ['task_cancelled'] };
      const { id } = (await api.call('/api/v1/users/webhooks', { token, body })).body;
      // Nobody listens there: a test posts nothing to the internet.
      await platform.db.database('webhooks').where({ id }).update({ url: 'http://127.0.0.1:9/' });
      return [{ path: `/api/v1/users/webhooks/${id}/test` }];
    },
    getFile: async () => {
      const { url } = (await api.call(`/api/v1/assets/${picture}/url`, { token })).body;
      const { items } = await listDeleted(walker);
      return [url, items[0].url].map((each) => ({ path: new URL(each).pathname + new URL(each).search }));
    },
    uploadAsset: async () => [{ body: await createPictureForm() }],
    importAsset: async () => {
      const body = { url: 'https://pictures.example/a.png' };
      const bodyHash = createHash('sha256')
        .update(`assets/imports\n${JSON.stringify(body)}`)
        .digest('hex');
      // It was taken before: no other server has to be there.
      const taken = { userId: walker.history.heavyUserId, idempotencyKey: 'import', bodyHash };
      const made = { assetId: picture, createdAt: new Date() };
      await walker.platform.db.database('idempotency').insert({ ...taken, ...made });
      return [{ body, headers: { 'idempotency-key': 'import' } }];
    },
    ...collectionCalls(picture),
    ...describeSharing(walker, picture),
    ...projectCalls(walker, picture),
    changeTags: () => [{ body: { ids: [picture], add: ['ink'], remove: ['wash'] } }],
    describeAsset: () => [{ path: `/api/v1/assets/${picture}/descriptions` }],
    shareAsset: () => [{ path: `/api/v1/assets/${picture}/shares`, body: {} }],
    deleteAssets: async () => [{ body: { ids: [await uploadPicture(walker)] } }],
    listDeletedAssets: async () => {
      const { nextCursor } = await listDeleted(walker);
      return [{}, { path: `/api/v1/assets/deletions?limit=1&cursor=${nextCursor}` }];
    },
    restoreAssets: async () => {
      const ids = [await uploadPicture(walker)];
      await api.call(`/api/v1/assets/${ids[0]}`, { token, method: 'DELETE' });
      return [{ body: { ids } }];
    },
    giveCredits: () => [{ body: { to: 'person2', amount: 1, key: 'word' } }],
  };
}

/** A project of somebody's, and what others join it by. */
async function shareProject({ api }: Walker, { accessToken: token }: Pick<SignInView, 'accessToken'>) {
  const { id } = (await api.call('/api/v1/projects', { token, body: { name: 'poster' } })).body;
  const wish = { token, method: 'PUT', body: { role: 'edit' } };
  return { id, token: (await api.call(`/api/v1/projects/${id}/link`, wish)).body.token };
}

const projectCalls = (walker: Walker, picture: string): Calls => ({
  saveProject: () => {
    const frame = { x: 0, y: 0, width: 512, height: 512 };
    const document = { frame, prompt: 'a poster', layers: [], candidates: [], files: [picture] };
    return [{ body: { version: 0, name: 'poster', document } }];
  },
  joinProject: async () => [{ body: { token: (await shareProject(walker, await signUp(walker))).token } }],
  changeProjectMember: async () => {
    const { user, accessToken } = await signUp(walker);
    const { id, token: link } = await shareProject(walker, { accessToken: walker.tokens.user });
    await walker.api.call('/api/v1/project-joins', { token: accessToken, body: { token: link } });
    return [{ path: `/api/v1/projects/${id}/members/${user.id}`, body: { role: 'see' } }];
  },
});

const collectionCalls = (picture: string): Calls => ({
  renameCollection: () => [{ body: { name: 'other', version: 1 } }],
  moveCollection: () => [{ body: { parentId: null, version: 2 } }],
  addToCollection: () => [{ body: { ids: [picture] } }],
  takeFromCollection: () => [{ body: { ids: [picture] } }],
});

/** A collection of the caller's, with a link to it and a member. */
function describeSharing(walker: Walker, picture: string): Calls {
  const { api, tokens } = walker;
  const call = (token: string, path: string, body: object) => api.call(`/api/v1/${path}`, { token, body });
  const create = async () => {
    const { id } = (await call(tokens.user, 'collections', { name: newId() })).body;
    await call(tokens.user, `collections/${id}/additions`, { ids: [picture] });
    const link = (await call(tokens.user, `collections/${id}/links`, { role: 'add' })).body;
    const token = new URL(link.url).hash.slice(1);
    const { user, accessToken } = await signUp(walker);
    await call(accessToken, 'shared-collections', { token });
    return { path: `/api/v1/collections/${id}`, memberId: user.id, linkId: link.id, token };
  };
  const byLink = async () => [
    { token: (await signUp(walker)).accessToken, body: { token: (await create()).token } },
  ];
  const ofMember = async () => {
    const { path, memberId } = await create();
    return `${path}/members/${memberId}`;
  };
  const withGroup = async () => {
    const groupPath = `/api/admin/users/${walker.history.heavyUserId}/groups`;
    const { groups } = (await api.call(groupPath, { token: tokens.admin })).body;
    const name = newId();
    const body = { groups: [...groups, name], was: groups };
    await api.call(groupPath, { token: tokens.admin, method: 'PUT', body });
    const own = (await api.call('/api/v1/groups', { token: tokens.user })).body.groups;
    return own.find((group: { name: string }) => group.name === name).id;
  };
  return {
    shareWithGroup: async () => {
      const { path } = await create();
      const at = `${path}/groups/${await withGroup()}`;
      return [
        { path: at, body: { role: 'add', was: null } },
        { path: at, body: { role: 'see', was: 'add' } },
        { path: at, body: { role: null, was: 'see' } },
        { path: `${path}/groups/${await withGroup()}`, body: { role: 'add', was: null } },
      ];
    },
    previewCollectionLink: byLink,
    joinCollection: byLink,
    withdrawCollectionLink: async () => [{ path: `/api/v1/collection-links/${(await create()).linkId}` }],
    setCollectionRole: async () => [{ path: await ofMember(), body: { role: 'see', was: 'add' } }],
    removeCollectionMember: async () => [{ path: await ofMember() }],
    viewCollectionAsset: async () => [{ path: `${(await create()).path}/assets/${picture}/view` }],
  };
}

async function describeGuildCalls(walker: Walker, endedId: string | undefined): Promise<Calls> {
  const { api, platform, history, tokens } = walker;
  const { database } = platform.db;
  const { admin, service, user: token } = tokens;
  const atPlace = await createPayingServer(api, database, { admin, service, userId: history.heavyUserId });
  const entryPath = async () => `/api/v1/gallery/${(await database('gallery_entries').first('id')).id}`;
  return {
    ...(await createActivityCalls(database, walker.discord, history.heavyUserId, endedId ?? '')),
    generate: () => [
      ...Array.from({ length: 2 }, () => ({ ...words, headers: { 'idempotency-key': 'once' } })),
      // With a seed of its own: a task like one that has ended by now costs nothing.
      { ...words, body: { ...words.body, seed: 2 }, ...atPlace },
    ],
    quote: () => [words, { ...words, ...atPlace }].map((it) => ({ ...it, path: `${words.path}/quote` })),
    quoteEach: () => [{ body: { items: [{ workflow: 'text2img', params: words.body }] } }],
    translateTask: () =>
      [{}, atPlace].map((it) => ({
        ...it,
        path: `/api/v1/tasks/${endedId}/translation?workflow=inpaint`,
      })),
    getGuildCredits: () => [{ path: `${guildPath}/credits`, ...atPlace }],
    giveGuildCredits: () => [
      { path: `${guildPath}/credits`, ...atPlace, body: { amount: 1, key: 'present' } },
    ],
    listGuildTransfers: () => [{ path: `${guildPath}/credits/history?limit=1` }],
    holdParty: () => [
      {
        path: `${guildPath}/channels/440000000000000001/party`,
        body: { holder: '450000000000000001', seconds: 60 },
      },
    ],
    holdShards: () => [
      {
        path: '/api/v1/discord-shards',
        body: { process: newId(), name: 'host:1', count: 2, concurrency: 1 },
      },
    ],
    giveStar: async () => {
      const guild = '/api/v1/guilds/420000000000000001';
      const policy = { galleryChannelId: '430000000000000001', galleryStars: 1 };
      await api.call(`${guild}/policy`, { token: service, method: 'PUT', body: policy });
      const publicTask = { token, method: 'PATCH', body: { visibility: 'public' } };
      await api.call(`/api/v1/tasks/${endedId}`, publicTask);
      const headers = { 'star-graph-act-for': 'discord:210000000000000001' };
      const place = { channelId: '440000000000000001', messageId: '450000000000000001' };
      const body = { index: 0, ...place, ageRestricted: false };
      return [{ path: `${guild}/tasks/${endedId}/star`, headers, body }];
    },
    claimGalleryEntry: async () => [{ path: `${await entryPath()}/claim`, body: { ageRestricted: false } }],
    settleGalleryEntry: async () => [
      {
        path: await entryPath(),
        body: { outcome: 'posted', channelId: '430000000000000001', messageId: '460000000000000001' },
      },
    ],
  };
}

/** A machine that joins, says what it has and is told to fetch a file. */
function describeAgentCalls({ api, platform, modelSites, tokens: { admin } }: Walker): Calls {
  const token = 't'.repeat(43);
  const report = { folders: { vae: { path: '/models/vae', disk: '1', freeBytes: 1e12 } } };
  const joining = async () => {
    const { body } = await api.call('/api/admin/backends/join-codes', { token: admin, method: 'POST' });
    return { code: body.code, token, url: 'http://127.0.0.1:9', report };
  };
  const fetchesPath = async () => {
    const { body } = await api.call('/api/v1/pool/join', { body: await joining() });
    return `/api/admin/backends/${body.backendId}/model-fetches`;
  };
  const file = { folder: 'vae', name: 'ae.safetensors', url: 'https://files.example/ae' };
  return {
    joinPool: async () => [{ body: await joining() }],
    adminReadModelPage: async () => [{ body: await publishModel(modelSites) }],
    adminTakeModelSample: async () => [{ body: await publishModel(modelSites) }],
    reportToPool: async () => {
      await fetchesPath();
      return [{ body: { token, report } }];
    },
    adminFetchModels: async () => [{ path: await fetchesPath(), body: { files: [file] } }],
    adminListModelFetches: async () => [{ path: await fetchesPath() }],
    adminCancelModelFetch: async () => {
      const { id } = await platform.db.database('model_fetches').first('id');
      return [{ path: `${await fetchesPath()}/${id}` }];
    },
  };
}

async function describeAdminCalls({ api, platform, password }: Walker): Promise<Calls> {
  const { database } = platform.db;
  const dumper = (await api.call('/api/v1/auth/login', { body: { username: 'person1', password } })).body
    .accessToken;
  const queued = async (): Promise<string> => {
    const { status, body } = await api.call('/api/v1/tasks?status=queued&limit=1', { token: dumper });
    if (!body.items?.[0]) throw new Error(`no task of the dump is queued: ${status} ${JSON.stringify(body)}`);
    return body.items[0].id;
  };
  const manifest = sampleTextManifest('ink', 1);
  return {
    cancelTask: async () => [{ token: dumper, path: `/api/v1/tasks/${await queued()}` }],
    adminPutUserGroups: () => [
      { body: { groups: ['design'], was: [] } },
      { body: { groups: [], was: ['design'] } },
    ],
    adminPutUserPolicy: () => [{ body: { version: 0, ...noQuotas, openTasks: 900, tasksPerDay: 900 } }],
    adminPutModel: () => [{ path: inkPath, body: { version: 0, pricePercent: 100 } }],
    adminGetModel: () => [{ path: inkPath }],
    adminDeleteModel: () => [{ path: `${inkPath}?version=1` }],
    adminPutRolePolicy: () => [{ body: { version: 0, weight: 1, openTasks: 900, simultaneousTasks: 9 } }],
    adminGetStatistics: () => [
      { path: '/api/admin/statistics?span=hour&from=2026-01-01T00:00:00Z&to=2026-01-31T00:00:00Z' },
    ],
    adminWarmUpBackend: async () => {
      const { backendId } = await database('inventories').first('backendId');
      return [{ path: `/api/admin/backends/${backendId}/warm-up`, body: { workflow: 'text2img' } }];
    },
    adminDrainBackend: async () => {
      const { url } = await database('backends').whereNull('removed_at').first('url');
      return [true, false].map((draining) => ({ body: { url, draining } }));
    },
    adminRequeueTask: async () => [
      { path: `/api/admin/tasks/${await queued()}/requeue`, body: { attempt: 1 } },
    ],
    adminMoveTask: async () => [{ path: `/api/admin/tasks/${await queued()}/move`, body: { to: 'front' } }],
    adminCancelTask: async () => [{ path: `/api/admin/tasks/${await queued()}` }],
    adminChangeGuildCredits: () => [{ body: { amount: 1, reason: 'test', key: 'server' } }],
    adminPatchUser: () => [{ body: { disabled: true } }, { body: { disabled: false, role: 'user' } }],
    adminDeleteUser: async () => {
      // Of the dump, and asked for long ago, so that the sweep erases all of it.
      const { id } = await database('users').where({ username: 'person3' }).first('id');
      const askedAt = new Date('2020-01-01');
      await database('erasures').insert({ userId: id, state: 'ending', askedAt });
      return [{ path: `/api/admin/users/${(await api.signUp()).user.id}/deletion`, body: {} }];
    },
    adminCreateWorkflow: () => [{ body: manifest }],
    adminTryWorkflow: () => [
      {
        path: `/api/admin/workflows/${manifest.name}/${manifest.version}/try`,
        body: { params: manifest.example ?? {}, key: 'try' },
      },
    ],
    adminProposeWorkflow: () => [{ body: { graph: manifest.graph } }],
    adminProposeFromFile: () => {
      const body = new FormData();
      body.append('file', new Blob([JSON.stringify(manifest.graph)]), 'graph.json');
      return [{ body }];
    },
  };
}
