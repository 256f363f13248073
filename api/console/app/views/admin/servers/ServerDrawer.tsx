import { useCallback, useState } from 'preact/hooks';
import type { BackendView } from '../../../../../contract/admin/backends.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Switch } from '../../../../../ui/controls/Switch.tsx';
import { Facts } from '../../../../../ui/layout/Card.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { Drawer } from '../../../../../ui/overlays/Drawer.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { formatBytes } from '../../../../../ui/texts/formats.ts';
import { usePost } from '../../../data/usePost.ts';
import { PostFailure } from '../../../problems/PostFailure.tsx';
import { api } from '../../../session/session.ts';
import { describeNow, ServerState } from './ServerState.tsx';
import { texts } from './texts.ts';

interface Props {
  server: BackendView | undefined;
  onClose(): void;
  onChanged(): void;
}

/** One GPU server: what it does and why, and what one can have it do. */
export function ServerDrawer({ server, onClose, onChanged }: Props) {
  return (
    <Drawer open={server !== undefined} onClose={onClose} title={<span dir="auto">{server?.name}</span>}>
      {server && <ServerFacts server={server} />}
      {server && <ServerActs key={server.id} server={server} onClose={onClose} onChanged={onChanged} />}
    </Drawer>
  );
}

function ServerFacts({ server }: { server: BackendView }) {
  const { vramTotalBytes, vramFreeBytes } = server;
  return (
    <Facts
      facts={[
        [texts.state, <ServerState key="state" server={server} />],
        [texts.reason, server.reason],
        [texts.address, server.url],
        [texts.now, describeNow(server)],
        [texts.next, server.next?.reason?.sentence],
        [texts.device, server.deviceName],
        [
          texts.memory,
          vramTotalBytes === undefined
            ? undefined
            : texts.free(formatBytes(vramFreeBytes ?? 0), formatBytes(vramTotalBytes)),
        ],
        [texts.models, server.residency.join(', ')],
        [texts.version, server.comfyVersion],
        [texts.weight, server.weight],
        [texts.labels, server.labels.join(', ')],
      ]}
    />
  );
}

function ServerActs({ server, onClose, onChanged }: Props & { server: BackendView }) {
  const [isRemoving, setRemoving] = useState(false);
  const params = { id: server.id };
  const act = useCallback(
    async (work: () => Promise<unknown>) => {
      await work();
      onChanged();
    },
    [onChanged],
  );
  const { post, isBusy, error } = usePost(act);
  const tell = (work: () => Promise<unknown>) =>
    post(async () => {
      await work();
      showToast({ tone: 'good', text: texts.done });
    });
  return (
    <div class="admin-stack">
      <Switch
        spread
        label={texts.enabled}
        checked={server.enabled}
        onChange={(enabled) => void post(() => api.adminPatchBackend({ params, body: { enabled } }))}
      />
      <Switch
        spread
        label={texts.drain}
        hint={texts.drainHint}
        checked={server.draining}
        onChange={(draining) => void post(() => api.adminPatchBackend({ params, body: { draining } }))}
      />
      <PostFailure error={error} />
      <div class="admin-row">
        <Button busy={isBusy} onClick={() => void tell(() => api.adminRecallTasks({ params }))}>
          {texts.recall}
        </Button>
        <Button busy={isBusy} onClick={() => void tell(() => api.adminRecycleBackend({ params }))}>
          {texts.recycle}
        </Button>
        <Button look="danger" onClick={() => setRemoving(true)}>
          {texts.remove}
        </Button>
      </div>
      <ConfirmDialog
        open={isRemoving}
        onClose={() => setRemoving(false)}
        onConfirm={() =>
          void post(async () => {
            await api.adminDeleteBackend({ params });
            setRemoving(false);
            onClose();
          })
        }
        title={texts.removeTitle(server.name)}
        confirmLabel={texts.remove}
        danger
        busy={isBusy}
      >
        {texts.removeWords}
      </ConfirmDialog>
    </div>
  );
}
