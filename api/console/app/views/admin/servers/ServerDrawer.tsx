import type { BackendView } from '@star-graph/contract/admin/backends';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { useState } from 'preact/hooks';
import { Examination } from './Examination.tsx';
import { NowAndNext } from './NowAndNext.tsx';
import { ServerActs } from './ServerActs.tsx';
import { ServerFacts } from './ServerFacts.tsx';
import { ServerForm } from './ServerForm.tsx';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';
import { UnfitModels } from './UnfitModels.tsx';
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

type Part = 'change' | 'warm' | 'examine';

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
          { label: texts.change, onOpen: () => setPart('change') },
        ]}
      />
      {part === 'warm' && <WarmUpForm server={server} onChanged={onChanged} onDone={close} />}
      {part === 'examine' && <Examination server={server} />}
      {part === 'change' && <ServerForm server={server} onChanged={onChanged} onDone={close} />}
      <UnfitModels server={server} onChanged={onChanged} />
      <ServerFacts server={server} />
    </div>
  );
}
