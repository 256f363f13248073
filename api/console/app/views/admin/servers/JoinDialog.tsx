import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useCallback, useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { SecretField } from '../../account/SecretField.tsx';
import { texts } from './texts.ts';

/** The line for the machine itself: its program comes from here, and its code is good once. */
const commandOf = (code: string): string =>
  [
    `curl -fsSo star_graph_gpu.py ${location.origin}/api/v1/pool/agent`,
    `python3 star_graph_gpu.py join ${location.origin} ${code}`,
    'python3 star_graph_gpu.py run',
  ].join(' && ');

export function JoinDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const [code, setCode] = useState<string>();
  const { post, isBusy, error } = usePost(
    useCallback(async () => setCode((await api.adminMakeJoinCode({})).code), []),
  );
  const close = () => {
    setCode(undefined);
    onClose();
  };
  return (
    <Dialog open={open} onClose={close} title={texts.join} description={texts.joinIntro} persistent>
      <div class="admin-stack">
        {code === undefined ? (
          <Button look="primary" busy={isBusy} onClick={() => void post()}>
            {texts.makeCode}
          </Button>
        ) : (
          <SecretField label={texts.joinCommand} value={commandOf(code)} hint={texts.joinHint} />
        )}
        <PostFailure error={error} />
      </div>
    </Dialog>
  );
}
