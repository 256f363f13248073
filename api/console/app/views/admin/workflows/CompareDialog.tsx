import type { WorkflowVersionView } from '@star-graph/contract/admin/operatorWorkflows';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Table } from '@star-graph/ui/layout/Table.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { compareManifests, type Difference } from './compareManifests.ts';
import { texts } from './texts.ts';

type Version = Pick<WorkflowVersionView, 'name' | 'version'>;

interface Props {
  older: Version;
  newer: Version;
  onClose(): void;
}

/** What became different from one version to another. */
export function CompareDialog({ older, newer, onClose }: Props) {
  const differences = useResource(
    async (signal) => {
      const read = async ({ name, version }: Version) =>
        (await api.adminGetWorkflow({ params: { name, version } }, { signal })).manifest;
      const [before, after] = await Promise.all([read(older), read(newer)]);
      return compareManifests(before, after).filter(({ place }) => place !== '/version');
    },
    [older.name, older.version, newer.version],
  );
  return (
    <Dialog open onClose={onClose} title={texts.compareTitle(older.version, newer.version)} size="large">
      {differences.state === 'loading' && <Skeleton height="160px" />}
      {differences.state === 'failed' && (
        <LoadFailure error={differences.error} onRetry={differences.reload} />
      )}
      {differences.value && (
        <Table
          label={texts.differences}
          columns={columns()}
          rows={differences.value}
          rowKey={({ place }) => place}
          empty={<EmptyState title={texts.noDifference} />}
        />
      )}
    </Dialog>
  );
}

const columns = () => [
  {
    key: 'place',
    title: texts.place,
    cell: ({ place }: Difference) => <code class="admin-address">{place}</code>,
  },
  {
    key: 'before',
    title: texts.before,
    cell: ({ before }: Difference) => <span class="admin-address">{before ?? texts.nothing}</span>,
  },
  {
    key: 'after',
    title: texts.after,
    cell: ({ after }: Difference) => <span class="admin-address">{after ?? texts.nothing}</span>,
  },
];
