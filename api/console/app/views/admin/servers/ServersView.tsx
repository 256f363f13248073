import type { BackendView } from '@star-graph/contract/admin/backends';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { formatBytes } from '@star-graph/ui/texts/formats';
import { Plus, Server } from 'lucide';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { loadModels } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { api } from '../../../session/session.ts';
import { AddServerDialog } from './AddServerDialog.tsx';
import { JoinDialog } from './JoinDialog.tsx';
import { RentedServers } from './RentedServers.tsx';
import { ServerDrawer } from './ServerDrawer.tsx';
import { describeNow, nameModelFile, ServerState } from './ServerState.tsx';
import { texts } from './texts.ts';

/** How often the list is asked anew while it is in view. */
const refreshMs = 3_000;

export function ServersView() {
  const { id: asked, do: act } = useRoute().query;
  const [isAdding, setAdding] = useState(act === 'add');
  const [isJoining, setJoining] = useState(false);
  const [openId, setOpenId] = useState<string | undefined>(asked);
  // The palette leads here for another server while the view is open.
  useEffect(() => setOpenId(asked), [asked]);
  const list = useResource((signal) => api.adminListBackends({ query: { limit: 100 } }, { signal }), []);
  useTimer(list.reload, refreshMs);
  useEffect(() => {
    // The files' names do until then.
    loadModels().catch(() => {});
  }, []);
  const servers = list.value?.items;
  const columns = useServerColumns();
  const open = servers?.find(({ id }) => id === openId);
  const ready = servers?.filter(isReady).length;
  return (
    <div class="admin-stack">
      <PageHead
        title={texts.title}
        actions={
          <>
            <Button onClick={() => setJoining(true)}>{texts.join}</Button>
            <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
              {texts.add}
            </Button>
          </>
        }
      >
        {servers && ready !== undefined && texts.readyOf(ready, servers.length)}
      </PageHead>
      {list.state === 'failed' && <LoadFailure error={list.error} onRetry={list.reload} />}
      {(servers || list.state === 'loading') && (
        <Table
          label={texts.title}
          columns={columns}
          rows={servers}
          rowKey={({ id }) => id}
          onOpen={({ id }) => setOpenId(id)}
          openKey={openId}
          empty={
            <EmptyState icon={Server} title={texts.empty}>
              {texts.emptyWords}
            </EmptyState>
          }
        />
      )}
      <RentedServers />
      <AddServerDialog open={isAdding} onClose={() => setAdding(false)} onAdded={list.reload} />
      <JoinDialog open={isJoining} onClose={() => setJoining(false)} />
      <ServerDrawer server={open} onClose={() => setOpenId(undefined)} onChanged={list.reload} />
    </div>
  );
}

const isReady = ({ enabled, draining, state }: BackendView): boolean =>
  enabled && !draining && (state === 'up' || state === 'trial');

function useServerColumns() {
  return useMemo(
    (): Column<BackendView>[] => [
      { key: 'name', title: texts.server, cell: ({ name }) => <span dir="auto">{name}</span> },
      {
        key: 'state',
        title: texts.state,
        cell: (server) => (
          <div class="admin-state">
            <ServerState server={server} />
            {server.enabled && server.reason && <span dir="auto">{server.reason}</span>}
          </div>
        ),
      },
      { key: 'now', title: texts.now, cell: describeNow },
      {
        key: 'memory',
        title: texts.memory,
        wideOnly: true,
        cell: ({ vramFreeBytes, vramTotalBytes }) =>
          vramTotalBytes === undefined
            ? ''
            : texts.free(formatBytes(vramFreeBytes ?? 0), formatBytes(vramTotalBytes)),
      },
      {
        key: 'models',
        title: texts.models,
        wideOnly: true,
        cell: ({ residency }) => residency.map(nameModelFile).join(', '),
      },
    ],
    [texts.server],
  );
}
