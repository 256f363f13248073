import type { BackendView } from '@star-graph/contract/admin/backends';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { Examination } from './Examination.tsx';
import { ModelFiles } from './ModelFiles.tsx';
import { NowAndNext } from './NowAndNext.tsx';
import { ServerActs } from './ServerActs.tsx';
import { ServerFacts } from './ServerFacts.tsx';
import { ServerForm } from './ServerForm.tsx';
import { fileNameOf } from './ServerState.tsx';
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
