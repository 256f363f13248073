import {
  createAnnouncement,
  deleteAnnouncement,
  listAnnouncements,
} from '@star-graph/core/admin/announcements';
import { changeCredits, changePerson, listPeople, requirePersonById } from '@star-graph/core/admin/people';
import { type Actor, listActs, recordAct } from '@star-graph/core/audit';
import { reportLedger } from '@star-graph/core/credits/ledgerCheck';
import { Problem } from '@star-graph/core/errors';
import { publishPublicMessage } from '@star-graph/core/events/live/publicMessages';
import { createApiKey, listApiKeys, revokeApiKey } from '@star-graph/core/identity/apiKeys';
import type { PersonCaller } from '@star-graph/core/identity/caller';
import type { ApiDeps } from '../apiDeps.ts';
import { presentAct, presentLedger, presentPerson, presentSettings } from '../presenters/presentAdmin.ts';
import type { Handlers } from './handler.ts';
import { pageById, pageByOffset } from './pages.ts';
import { presentAnnouncement } from './platformRoutes.ts';
import { presentApiKey, presentCreatedKey } from './userRoutes.ts';

type AdminOperation =
  | 'adminListUsers'
  | 'adminGetUser'
  | 'adminPatchUser'
  | 'adminChangeCredits'
  | 'adminCheckLedger'
  | 'adminListAnnouncements'
  | 'adminCreateAnnouncement'
  | 'adminDeleteAnnouncement'
  | 'adminListServiceKeys'
  | 'adminCreateServiceKey'
  | 'adminDeleteServiceKey'
  | 'adminListAudit'
  | 'adminGetSettings';

export const createAdminHandlers = (deps: ApiDeps): Handlers<AdminOperation> => ({
  ...createPeopleHandlers(deps),
  ...createServiceKeyHandlers(deps),
  async adminCheckLedger() {
    return presentLedger(await reportLedger(deps), deps.clock.now());
  },
  adminListAnnouncements({ query }) {
    return pageById(query, {
      list: (page) => listAnnouncements(deps.database, {}, page),
      idOf: ({ id }) => id,
      present: (announcements) => announcements.map(presentAnnouncement),
    });
  },
  async adminCreateAnnouncement({ body, caller }) {
    const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
    const values = { message: body.message, expiresAt };
    const view = presentAnnouncement(await createAnnouncement(deps, actorOf(caller), values));
    void publishPublicMessage(deps, { type: 'announcement', data: view });
    return view;
  },
  async adminDeleteAnnouncement({ params, caller }) {
    await deleteAnnouncement(deps, caller.account.id, params.id);
    return undefined;
  },
  adminListAudit({ query }) {
    const filter = query.target === undefined ? {} : { target: query.target };
    return pageById(query, {
      list: (page) => listActs(deps.database, filter, page),
      idOf: ({ id }) => id,
      present: (acts) => acts.map(presentAct),
    });
  },
  async adminGetSettings() {
    return presentSettings(deps.config);
  },
});

const createPeopleHandlers = (
  deps: ApiDeps,
): Handlers<'adminListUsers' | 'adminGetUser' | 'adminPatchUser' | 'adminChangeCredits'> => ({
  adminListUsers({ query }) {
    const { username, identity } = query;
    const filter = {
      ...(username === undefined ? {} : { username }),
      ...(identity === undefined ? {} : { identity }),
    };
    return pageById(query, {
      list: (page) => listPeople(deps.database, filter, page),
      idOf: ({ user }) => user.id,
      present: (people) => people.map(presentPerson),
    });
  },
  async adminGetUser({ params }) {
    return presentPerson(await requirePersonById(deps.database, params.id));
  },
  async adminPatchUser({ params, body, caller }) {
    if (caller.kind === 'delegate') await requireHarmless(deps, params.id, body);
    const change = {
      ...(body.role === undefined ? {} : { role: body.role }),
      ...(body.disabled === undefined ? {} : { disabled: body.disabled }),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
    };
    return presentPerson(await changePerson(deps, actorOf(caller), params.id, change));
  },
  async adminChangeCredits({ params, body, caller }) {
    const { available, held } = await changeCredits(deps, actorOf(caller), { userId: params.id, ...body });
    return { available, held };
  },
});

export const actorOf = (caller: PersonCaller): Actor => ({
  id: caller.account.id,
  serviceKey: caller.kind === 'delegate' ? caller.apiKeyId : null,
});

/** Through a service key nobody becomes an administrator, and none is locked out. @throws Problem `forbidden`. */
async function requireHarmless(
  deps: Pick<ApiDeps, 'database'>,
  userId: string,
  change: { role?: unknown },
): Promise<void> {
  const { user } = await requirePersonById(deps.database, userId);
  if (change.role !== undefined || user.role === 'admin')
    throw new Problem(
      'forbidden',
      'Roles and administrators are not changed through a service key. Sign in yourself.',
    );
}

const createServiceKeyHandlers = (
  deps: ApiDeps,
): Handlers<'adminListServiceKeys' | 'adminCreateServiceKey' | 'adminDeleteServiceKey'> => ({
  async adminListServiceKeys({ query }) {
    const keys = await listApiKeys(deps.database, { kind: 'service' });
    return pageByOffset(query, keys.map(presentApiKey));
  },
  async adminCreateServiceKey({ body, caller, ctx }) {
    ctx.set('Cache-Control', 'no-store');
    const actorId = caller.account.id;
    const created = await createApiKey(deps, {
      userId: actorId,
      kind: 'service',
      name: body.name,
      serviceKeyId: null,
    });
    const target = `service-key:${created.apiKey.id}`;
    await recordAct(deps, deps.database, {
      actorId,
      action: 'service-key.create',
      target,
      data: { name: body.name },
    });
    return presentCreatedKey(created);
  },
  async adminDeleteServiceKey({ params, caller }) {
    await revokeApiKey(deps, { id: params.id, kind: 'service' });
    const target = `service-key:${params.id}`;
    await recordAct(deps, deps.database, {
      actorId: caller.account.id,
      action: 'service-key.revoke',
      target,
    });
    return undefined;
  },
});
