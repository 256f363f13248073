import { Workflow } from 'lucide';
import { useCallback, useMemo } from 'preact/hooks';
import type { WorkflowVersionView } from '../../../../../contract/admin/operatorWorkflows.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { EmptyState } from '../../../../../ui/feedback/EmptyState.tsx';
import { PageHead } from '../../../../../ui/layout/Card.tsx';
import { type Column, Table } from '../../../../../ui/layout/Table.tsx';
import { language } from '../../../../../ui/texts/language.ts';
import { Time } from '../../../../../ui/texts/Time.tsx';
import { refreshWorkflows } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { PostFailure } from '../../../problems/PostFailure.tsx';
import { api } from '../../../session/session.ts';
import { ImportWorkflow } from './ImportWorkflow.tsx';
import { texts } from './texts.ts';

/** The operator's own workflows: brought in by a file, looked at, and offered. */
export function WorkflowsView() {
  const list = useResource((signal) => api.adminListWorkflows({ query: { limit: 100 } }, { signal }), []);
  const switchOne = useCallback(
    async ({ name, version, active }: WorkflowVersionView) => {
      await api.adminPatchWorkflow({ params: { name, version }, body: { active: !active } });
      list.reload();
      await refreshWorkflows();
    },
    [list.reload],
  );
  const { post, isBusy, error } = usePost(switchOne);
  const columns = useMemo(
    (): Column<WorkflowVersionView>[] => [
      {
        key: 'name',
        title: texts.name,
        cell: ({ title, name }) => <span title={name}>{title[language.value]}</span>,
      },
      { key: 'version', title: texts.version, align: 'end', cell: ({ version }) => version },
      { key: 'when', title: texts.when, wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        key: 'offered',
        title: texts.offered,
        cell: (row) => (
          <Button size="small" busy={isBusy} onClick={() => void post(row)}>
            {row.active ? texts.withdraw : texts.offer}
          </Button>
        ),
      },
    ],
    [texts.name, isBusy, post],
  );
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <ImportWorkflow onAdded={list.reload} />
      <PostFailure error={error} />
      {list.state === 'failed' ? (
        <LoadFailure error={list.error} onRetry={list.reload} />
      ) : (
        <Table
          label={texts.title}
          columns={columns}
          rows={list.value?.items}
          rowKey={({ name, version }) => `${name} ${version}`}
          empty={<EmptyState icon={Workflow} title={texts.empty} />}
        />
      )}
    </div>
  );
}
