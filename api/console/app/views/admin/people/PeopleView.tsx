import type { AdminUserView } from '@star-graph/contract/admin/adminUsers';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Search, Users } from 'lucide';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { PageTable } from '../../../data/PageTable.tsx';
import { usePages } from '../../../data/usePages.ts';
import { useResource } from '../../../data/useResource.ts';
import { api, isAdmin } from '../../../session/session.ts';
import { PersonDrawer } from './PersonDrawer.tsx';
import { nameOf } from './personNames.ts';
import { nameRole, texts } from './texts.ts';

/** How long the search waits for the next letter. */
const typingPauseMs = 250;

export function PeopleView() {
  const { search: asked = '', group = '' } = useRoute().query;
  const [typed, setTyped] = useState(asked);
  const [search, setSearch] = useState(asked);
  const [open, setOpen] = useState<AdminUserView>();
  // The palette leads here for another person while the view is open.
  useEffect(() => setTyped(asked), [asked]);
  // A group of somebody's leads to its people.
  useEffect(() => setOpen(undefined), [group]);
  useEffect(() => {
    const pause = setTimeout(() => setSearch(typed.trim()), typingPauseMs);
    return () => clearTimeout(pause);
  }, [typed]);
  const pages = usePages(
    (page, signal) =>
      api.adminListUsers(
        { query: { ...page, ...(search && { search }), ...(group && { group }) } },
        { signal },
      ),
    [search, group],
  );
  const columns = usePeopleColumns();
  const put = (person: AdminUserView) => {
    setOpen(person);
    pages.change((items) => items.map((one) => (one.id === person.id ? person : one)));
  };
  return (
    <div class="admin-stack">
      <PageHead title={texts.title} />
      <div class="people-find">
        <TextField
          label={texts.search}
          placeholder={texts.search}
          type="search"
          icon={Search}
          value={typed}
          onChange={setTyped}
          clearLabel={texts.clear}
        />
        <GroupFilter group={group} />
      </div>
      <PageTable
        auto
        pages={pages}
        label={texts.title}
        columns={columns}
        onOpen={setOpen}
        openKey={open?.id}
        empty={<EmptyState icon={Users} title={texts.nobody} />}
      />
      <PersonDrawer person={open} onClose={() => setOpen(undefined)} onChanged={put} />
    </div>
  );
}

/** One group's people alone; not there while there are no groups. */
function GroupFilter({ group }: { group: string }) {
  const { route } = useLocation();
  const all = useResource(
    (signal) => (isAdmin() ? api.adminListGroups({}, { signal }) : Promise.resolve({ items: [] })),
    [group],
  );
  const options = (all.value?.items ?? []).map(({ name, people }) => ({
    value: name,
    label: texts.inGroup(name, people),
  }));
  if (options.length === 0) return null;
  return (
    <Select
      label={texts.groups}
      options={[{ value: '', label: texts.everyone }, ...options]}
      value={group}
      onChange={(name) =>
        route(name === '' ? '/admin/people' : `/admin/people?${new URLSearchParams({ group: name })}`, true)
      }
    />
  );
}

function usePeopleColumns() {
  return useMemo(
    (): Column<AdminUserView>[] => [
      {
        key: 'name',
        title: texts.name,
        cell: (person) => <span dir="auto">{nameOf(person)}</span>,
      },
      {
        key: 'role',
        title: texts.role,
        cell: ({ role, disabledAt }) =>
          disabledAt ? <Chip tone="bad">{texts.blocked}</Chip> : nameRole(role),
      },
      {
        key: 'credits',
        title: texts.credits,
        align: 'end',
        cell: ({ balance }) => <Stars amount={balance.available} />,
      },
      {
        key: 'open',
        title: texts.openTasks,
        align: 'end',
        wideOnly: true,
        cell: ({ openTasks }) => openTasks,
      },
      { key: 'since', title: texts.since, wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
    ],
    [texts.name],
  );
}
