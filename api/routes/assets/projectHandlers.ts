import type { OpenedProjectView, ProjectView } from '@star-graph/contract/assets/projects';
import type { Project } from '@star-graph/core/ground/db/models/project';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
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
  return defineHandlers({
    async createProject({ body, caller, ctx }) {
      const { project, isNew } = await createProject(deps, caller.account.id, body);
      if (!isNew) ctx.status = 200;
      return presentProject(project);
    },
    listProjects({ query, caller }) {
      return pageById(query, {
        list: (page) => listProjects(database, caller.account.id, page),
        idOf: ({ id }) => id,
        present: async (projects) => projects.map(presentProject),
      });
    },
    async openProject({ params, query, caller }) {
      const project = await requireProject(database, params.id, caller.account.id);
      const { saved, assets } = await openVersion(database, project, query.version ?? project.version);
      const files = assets.map(async (asset) => {
        const { id, url } = await presentAsset(storage, asset);
        return { id, url };
      });
      return {
        ...presentProject(project),
        // It was checked when it was saved, perhaps by a newer release.
        ...(saved && { document: JSON.parse(saved.document) as OpenedProjectView['document'] }),
        files: await Promise.all(files),
      };
    },
    async saveProject({ params, body, caller }) {
      const { document, ...save } = body;
      const { files } = document;
      const text = JSON.stringify(document);
      return presentProject(
        await saveProject(deps, params.id, caller.account.id, { ...save, document: text, files }),
      );
    },
    async deleteProject({ params, caller }) {
      await deleteProject(deps, params.id, caller.account.id);
      return undefined;
    },
    async listProjectVersions({ params, caller }) {
      const { id } = await requireProject(database, params.id, caller.account.id);
      const items = await listVersions(database, id);
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

const presentProject = ({ id, name, version, createdAt, savedAt }: Project): ProjectView => ({
  id,
  name,
  version,
  createdAt: createdAt.toISOString(),
  savedAt: savedAt.toISOString(),
});
