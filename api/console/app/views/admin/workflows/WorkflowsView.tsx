import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { language } from '@star-graph/ui/texts/language';
import { Workflow } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { BringWorkflow } from './BringWorkflow.tsx';
import { type DeskWorkflow, loadWorkflows, stateOf } from './loadWorkflows.ts';
import { texts } from './texts.ts';
import { WorkflowDrawer } from './WorkflowDrawer.tsx';
import { WorkflowState } from './WorkflowState.tsx';

const filters = ['all', 'own', 'shipped', 'lacking'] as const;
type Filter = (typeof filters)[number];

const noneTexts: Record<Filter, () => string> = {
  all: () => texts.none,
  own: () => texts.noneOwn,
  shipped: () => texts.none,
  lacking: () => texts.noneLacking,
};

const passes: Record<Filter, (workflow: DeskWorkflow) => boolean> = {
  all: () => true,
  own: ({ versions }) => versions.length > 0,
  shipped: ({ versions }) => versions.length === 0,
  lacking: (workflow) => ['waits', 'lacks'].includes(stateOf(workflow)),
};

/** Every workflow: what the servers can run of it, what it costs, and one's own from a file to its last version. */
export function WorkflowsView() {
  const list = useResource(loadWorkflows, []);
  const [filter, setFilter] = useState<Filter>('all');
  // The palette leads here for a workflow by its name.
  const asked = useRoute().query.name;
  const [chosen, setChosen] = useState<string>();
  const openName = chosen ?? asked;
  const columns = useWorkflowColumns();
  const open = list.value?.find(({ name }) => name === openName);
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <div class="admin-split">
        <Segmented
          label={texts.show}
          options={filters.map((value) => ({ value, label: texts[value] }))}
          value={filter}
          onChange={setFilter}
        />
        <BringWorkflow
          onAdded={(name) => {
            list.reload();
            setChosen(name);
          }}
        />
      </div>
      {list.state === 'failed' && <LoadFailure error={list.error} onRetry={list.reload} />}
      {(list.value || list.state === 'loading') && (
        <Table
          label={texts.title}
          columns={columns}
          rows={list.value?.filter(passes[filter])}
          rowKey={({ name }) => name}
          onOpen={({ name }) => setChosen(name)}
          openKey={openName}
          empty={
            <EmptyState icon={Workflow} title={noneTexts[filter]()}>
              {filter === 'own' && texts.noneOwnWords}
            </EmptyState>
          }
        />
      )}
      <WorkflowDrawer workflow={open} onClose={() => setChosen('')} onChanged={list.reload} />
    </div>
  );
}

function useWorkflowColumns() {
  const shown = language.value;
  return useMemo(
    (): Column<DeskWorkflow>[] => [
      {
        key: 'name',
        title: texts.name,
        cell: ({ title, name }) => (
          <span title={name} dir="auto">
            {title[shown]}
          </span>
        ),
        sortBy: ({ title }) => title[shown],
      },
      {
        key: 'model',
        title: texts.model,
        wideOnly: true,
        cell: ({ offered }) => <span dir="auto">{offered?.model}</span>,
        sortBy: ({ offered }) => offered?.model ?? '',
      },
      {
        key: 'from',
        title: texts.from,
        wideOnly: true,
        width: '11ch',
        cell: ({ versions }) => (versions[0] ? texts.ownVersion(versions[0].version) : texts.withPlatform),
      },
      {
        key: 'price',
        title: texts.price,
        align: 'end',
        cell: ({ offered }) => offered && <Stars amount={offered.leastCost} isLeast />,
        sortBy: ({ offered }) => offered?.leastCost ?? 0,
      },
      {
        key: 'servers',
        title: texts.servers,
        align: 'end',
        cell: ({ offered }) =>
          offered && `${offered.servers.filter(({ runs }) => runs).length} / ${offered.servers.length}`,
      },
      {
        key: 'state',
        title: texts.state,
        cell: (workflow) => <WorkflowState state={stateOf(workflow)} />,
        sortBy: stateOf,
      },
    ],
    [shown],
  );
}
