import type { MeetingView, OpenedProjectView, ProjectView } from '@star-graph/contract/assets/projects';
import type { Project } from '@star-graph/core/ground/db/models/project';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import {
  changeMember,
  endProjectLink,
  findShared,
  joinProject,
  listJoined,
  makeProjectLink,
  type Person,
  readSharing,
  removeMember,
  visitProject,
} from '@star-graph/core/library/assets/projectMembers';
import {
  createProject,
  deleteProject,
  listProjects,
  listVersions,
  openVersion,
  requireProject,
} from '@star-graph/core/library/assets/projects';
import { saveProject } from '@star-graph/core/library/assets/saveProject';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

export const createProjectHandlers = (
  deps: Pick<ApiDeps, 'database' | 'storage' | 'clock' | 'keptBytesPerDay'>,
) => {
  const { database, storage } = deps;
  const isShared = async ({ id }: Project) => (await findShared(deps, [id])).has(id);
  return defineHandlers({
    async createProject({ body, caller, ctx }) {
      const { project, isNew } = await createProject(deps, caller.account.id, body);
      if (!isNew) ctx.status = 200;
      return presentProject(project, await isShared(project));
    },
    listProjects({ query, caller }) {
      return pageById(query, {
        list: (page) => listProjects(database, caller.account.id, page),
        idOf: ({ id }) => id,
        present: async (projects) => {
          const shared = await findShared(
            deps,
            projects.map(({ id }) => id),
          );
          return projects.map((project) => presentProject(project, shared.has(project.id)));
        },
      });
    },
    async openProject({ params, query, caller }) {
      const reached = await requireProject(database, params.id, caller.account.id, 'see');
      const { project, role } = reached;
      const { saved, assets } = await openVersion(database, reached, query.version ?? project.version);
      const files = assets.map(async (asset) => {
        const { id, url } = await presentAsset(storage, asset);
        return { id, url };
      });
      return {
        ...presentProject(project, await isShared(project)),
        role,
        // It was checked when it was saved, perhaps by a newer release.
        ...(saved && { document: JSON.parse(saved.document) as OpenedProjectView['document'] }),
        files: await Promise.all(files),
      };
    },
    async saveProject({ params, body, caller }) {
      const { document, ...save } = body;
      const { files } = document;
      const text = JSON.stringify(document);
      const saved = await saveProject(deps, params.id, caller.account.id, { ...save, document: text, files });
      return presentProject(saved, await isShared(saved));
    },
    async deleteProject({ params, caller }) {
      await deleteProject(deps, params.id, caller.account.id);
      return undefined;
    },
    async listProjectVersions({ params, caller }) {
      const reached = await requireProject(database, params.id, caller.account.id, 'see');
      const items = await listVersions(database, reached);
      return {
        items: items.map(({ version, savedAt, isKept }) => ({
          version,
          savedAt: savedAt.toISOString(),
          isKept: Boolean(isKept),
        })),
      };
    },
  });
};

/** Others in a project. */
export const createProjectSharingHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) => {
  const { database } = deps;
  return defineHandlers({
    async getProjectSharing({ params, caller }) {
      const { members, link } = await readSharing(deps, params.id, caller.account.id);
      return {
        members: members.map(({ role, joinedAt, ...person }) => ({
          ...presentPerson(person),
          role,
          joinedAt: joinedAt.toISOString(),
        })),
        ...(link && { link: { role: link.role, expiresAt: link.expiresAt.toISOString() } }),
      };
    },
    async makeProjectLink({ params, body, caller }) {
      const { token, expiresAt } = await makeProjectLink(deps, params.id, caller.account.id, body);
      return { role: body.role, token, expiresAt: expiresAt.toISOString() };
    },
    async endProjectLink({ params, caller }) {
      await endProjectLink(database, params.id, caller.account.id);
      return undefined;
    },
    async joinProject({ body, caller, ctx }) {
      const { projectId, isNew } = await joinProject(deps, caller.account.id, body.token);
      if (!isNew) ctx.status = 200;
      return { id: projectId };
    },
    async listJoinedProjects({ caller }) {
      const joined = await listJoined(database, caller.account.id);
      return {
        items: joined.map(({ project, role, owner }) => ({
          ...presentProject(project, true),
          role,
          owner: presentPerson(owner),
        })),
      };
    },
    async changeProjectMember({ params: { id, member }, body, caller }) {
      await changeMember(database, id, caller.account.id, { memberId: member, role: body.role });
      return undefined;
    },
    async removeProjectMember({ params: { id, member }, caller }) {
      await removeMember(database, id, caller.account.id, member);
      return undefined;
    },
    async visitProject({ params, body, caller }): Promise<MeetingView> {
      const meeting = await visitProject(deps, params.id, caller.account.id, body);
      const { project, role, drawing, here } = meeting;
      return {
        ...presentProject(project, meeting.isShared),
        role,
        ...(drawing && { drawing: presentPerson(drawing) }),
        turn: project.turn,
        here: here.map(presentPerson),
      };
    },
  });
};

const presentPerson = ({ id, username }: Person) => ({ id, name: username });

const presentProject = (
  { id, name, version, createdAt, savedAt }: Project,
  isShared: boolean,
): ProjectView => ({
  id,
  name,
  version,
  createdAt: createdAt.toISOString(),
  savedAt: savedAt.toISOString(),
  isShared,
});
