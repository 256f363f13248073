import type { Option } from '@star-graph/ui/fields/options.tsx';
import { language } from '@star-graph/ui/texts/language';
import { FolderHeart, Image, ListChecks, Server, Sparkles, User, Workflow } from 'lucide';
import { nameWorkflow, workflows } from '../data/catalogue.ts';
import { liveTasks } from '../data/live.ts';
import { saidBy } from '../data/ownGraph.ts';
import { api, isAdmin, isModerator } from '../session/session.ts';
import { listDestinations } from '../shell/navigation.ts';
import { accountSections } from '../views/account/sections.ts';
import { openAdminSections } from '../views/admin/sections.ts';
import { openAdminVerbs } from '../views/admin/verbs.ts';
import { texts } from './texts.ts';

/** Where one can go; its value is the address. */
export type Entry = Option;

/** What the page knows by itself, by a part of its name or of its address, which is English in both languages. */
export function findNear(words: string): Entry[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/u);
  return listNear().filter(({ label, value }) => {
    const text = `${label} ${value}`.toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

function listNear(): Entry[] {
  const views = listDestinations().filter(({ path }) => path !== '/account');
  return [
    ...views.map(({ path, name, icon }) => ({ value: path, label: name(), icon, group: texts.views })),
    { value: '/collections', label: texts.collections, icon: FolderHeart, group: texts.views },
    ...accountSections.map(({ name, title, icon }) => ({
      value: `/account/${name}`,
      label: title(),
      icon,
      group: texts.account,
    })),
    ...openAdminSections().map(({ name, title, icon }) => ({
      value: `/admin/${name}`,
      label: title(),
      icon,
      group: texts.admin,
    })),
    ...openAdminVerbs().map(({ value, label, icon }) => ({ value, label: label(), icon, group: texts.acts })),
    ...listOpenTasks(),
    ...(workflows.value ?? []).map(({ name, title }) => ({
      value: `/create/${encodeURIComponent(name)}`,
      label: texts.create(title[language.value]),
      icon: Sparkles,
      group: texts.workflows,
    })),
    ...(isAdmin() ? (workflows.value ?? []) : []).map(({ name, title }) => ({
      value: `/admin/workflows?name=${encodeURIComponent(name)}`,
      label: texts.look(title[language.value]),
      icon: Workflow,
      group: texts.admin,
    })),
  ];
}

/** The person's own that wait or run, by what they draw. */
const listOpenTasks = (): Entry[] =>
  [...liveTasks.value.values()]
    .filter(({ task }) => task.finishedAt === undefined)
    .map(({ task: { id, params, workflow } }) => ({
      value: `/queue#${id}`,
      label: saidBy({ workflow, prompt: params.prompt }) || nameWorkflow(workflow.name),
      icon: ListChecks,
      group: texts.tasks,
    }));

/** A person looks at no more entries of one kind. */
const limit = 6;

/** What the server finds: the person's pictures by their prompts; people and servers for those who look after them. */
export async function findFar(words: string, signal: AbortSignal): Promise<Entry[]> {
  // The API takes ten words.
  const q = words.slice(0, 200).split(/\s+/u).slice(0, 10).join(' ');
  const [people, servers, pictures] = await Promise.all([
    isModerator()
      ? api.adminListUsers({ query: { search: words.slice(0, 200), limit } }, { signal })
      : undefined,
    isAdmin() ? api.adminListBackends({ query: { limit: 100 } }, { signal }) : undefined,
    api.listAssets({ query: { q, limit } }, { signal }),
  ]);
  return [
    ...(people?.items ?? []).map(({ id, username, identities }) => ({
      value: `/admin/people?search=${encodeURIComponent(id)}`,
      label: username ?? identities[0]?.displayName ?? id,
      icon: User,
      group: texts.people,
    })),
    ...(servers?.items ?? [])
      .filter(({ name }) => name.toLocaleLowerCase().includes(words.toLocaleLowerCase()))
      .slice(0, limit)
      .map(({ id, name }) => ({
        value: `/admin/servers?id=${encodeURIComponent(id)}`,
        label: name,
        icon: Server,
        group: texts.servers,
      })),
    ...pictures.items.map(({ id, task }) => ({
      value: `/gallery/${id}`,
      label: task ? saidBy(task) || nameWorkflow(task.workflow.name) : id,
      icon: Image,
      group: texts.pictures,
    })),
  ];
}
