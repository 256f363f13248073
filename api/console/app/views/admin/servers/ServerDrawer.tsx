import type { BackendView } from '@star-graph/contract/admin/backends';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatBytes, formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { Examination } from './Examination.tsx';
import { LeaveButton } from './LeaveButton.tsx';
import { ModelFiles } from './ModelFiles.tsx';
import { NowAndNext } from './NowAndNext.tsx';
import { ServerActs } from './ServerActs.tsx';
import { type ServerDraft, ServerFields, toCredentials, toLabels } from './ServerFields.tsx';
import { fileNameOf, nameModelFile, ServerState } from './ServerState.tsx';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';
import { WarmUpForm } from './WarmUpForm.tsx';

interface Props {
  server: BackendView | undefined;
  onClose(): void;
  onChanged(): void;
}

/** One GPU server: what it does and why, and what one can have it do. */
export function ServerDrawer({ server, onClose, onChanged }: Props) {
  return (
    <Drawer open={server !== undefined} onClose={onClose} title={<span dir="auto">{server?.name}</span>}>
      {server && <Server key={server.id} server={server} onClose={onClose} onChanged={onChanged} />}
    </Drawer>
  );
}

type Part = 'change' | 'warm' | 'examine' | 'files';

function Server({ server, onClose, onChanged }: ServerProps & { onClose: () => void }) {
  const [part, setPart] = useState<Part>();
  const close = () => setPart(undefined);
  return (
    <div class="admin-stack">
      {server.reason && (
        <p class="admin-note" data-tone={server.state === 'down' ? 'bad' : 'warn'} dir="auto">
          {server.reason}
        </p>
      )}
      <NowAndNext server={server} onChanged={onChanged} />
      <ServerActs
        server={server}
        onChanged={onChanged}
        onClose={onClose}
        parts={[
          { label: texts.warm, onOpen: () => setPart('warm') },
          { label: texts.examine, onOpen: () => setPart('examine') },
          { label: texts.files, onOpen: () => setPart('files') },
          { label: texts.change, onOpen: () => setPart('change') },
        ]}
      />
      {part === 'warm' && <WarmUpForm server={server} onChanged={onChanged} onDone={close} />}
      {part === 'examine' && <Examination server={server} />}
      {part === 'files' && <ModelFiles server={server} onDone={close} />}
      {part === 'change' && <ServerForm server={server} onChanged={onChanged} onDone={close} />}
      <UnfitModels server={server} onChanged={onChanged} />
      <ServerFacts server={server} />
    </div>
  );
}

/** What was found not to run here, and the way to try it again once its files are put right. */
function UnfitModels({ server: { id, unfitModels }, onChanged }: ServerProps) {
  const { post, isBusy, error } = usePost(async () => {
    await api.adminClearUnfitModels({ params: { id } });
    showToast({ tone: 'good', text: texts.unfitCleared });
    onChanged();
  });
  if (unfitModels.length === 0) return null;
  return (
    <Card
      title={texts.unfit}
      aside={
        <Button size="small" busy={isBusy} onClick={() => void post()}>
          {texts.tryAgain}
        </Button>
      }
    >
      <div class="admin-stack">
        <p class="admin-quiet">{texts.unfitWords}</p>
        <PostFailure error={error} />
        {unfitModels.map(({ models, reason, until }) => (
          <div key={models.join()}>
            <b class="admin-address">{models.map(fileNameOf).join(' + ')}</b>
            <p class="admin-quiet" dir="auto">
              {reason} · {texts.triedAgain} <Time at={until} />
            </p>
          </div>
        ))}
      </div>
    </Card>
  );
}

const kinds = { none: 'none', basic: 'basic', bearer: 'bearer', header: 'header' } as const;

function ServerFacts({ server }: { server: BackendView }) {
  const { vramTotalBytes, vramFreeBytes, foreignPrompts } = server;
  return (
    <Facts
      facts={[
        [texts.state, <ServerState key="state" server={server} />],
        [texts.seen, server.seenAt && <Time key="seen" at={server.seenAt} />],
        [texts.address, server.url],
        [texts.credentials, texts[kinds[server.credentials]]],
        [texts.device, server.deviceName],
        [
          texts.memory,
          vramTotalBytes === undefined
            ? undefined
            : texts.free(formatBytes(vramFreeBytes ?? 0), formatBytes(vramTotalBytes)),
        ],
        [
          texts.models,
          server.residency.length > 0 ? (
            <ul key="models" class="admin-changes">
              {server.residency.map((file) => (
                <li key={file} title={file}>
                  {nameModelFile(file)}
                </li>
              ))}
            </ul>
          ) : (
            texts.noModels
          ),
        ],
        [texts.fresh, server.freshSince && <Time key="fresh" at={server.freshSince} />],
        [texts.foreign, foreignPrompts ? formatNumber(foreignPrompts) : undefined],
        [texts.version, server.comfyVersion],
        [texts.weight, server.weight],
        [texts.labels, server.labels.join(', ')],
        [texts.foundBy, server.discoveredBy],
        ['ID', server.id],
      ]}
    />
  );
}

/** Name, weight, labels and credentials. Only what differs is sent: somebody else may change the rest meanwhile. */
function ServerForm({ server, onChanged, onDone }: ServerProps & { onDone: () => void }) {
  const [draft, setDraft] = useState<ServerDraft>({
    name: server.name,
    weight: server.weight,
    labels: server.labels.join(', '),
    kind: 'kept',
    username: '',
    secret: '',
  });
  const saving = usePost(async () => {
    const labels = toLabels(draft.labels);
    const credentials = toCredentials(draft);
    await api.adminPatchBackend({
      params: { id: server.id },
      body: {
        ...(draft.name.trim() !== server.name && { name: draft.name.trim() }),
        ...(draft.weight !== undefined && draft.weight !== server.weight && { weight: draft.weight }),
        ...(labels.join() !== server.labels.join() && { labels }),
        ...(credentials !== undefined && { credentials }),
      },
    });
    showToast({ tone: 'good', text: texts.changed });
    onChanged();
    onDone();
  });
  return (
    <Card title={texts.change} aside={<LeaveButton onLeave={onDone} />}>
      <PostForm
        posting={saving}
        onSubmit={() => void saving.post()}
        submit={texts.save}
        fields={['name', 'weight', 'labels', 'credentials']}
      >
        <ServerFields
          draft={draft}
          error={saving.error}
          mayKeep={server.credentials !== 'none'}
          onChange={(change) => setDraft((last) => ({ ...last, ...change }))}
        />
      </PostForm>
    </Card>
  );
}
