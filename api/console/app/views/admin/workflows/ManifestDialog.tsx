import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useCallback, useState } from 'preact/hooks';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { FaultList } from './FaultList.tsx';
import { ManifestForm } from './ManifestForm.tsx';
import type { Manifest } from './manifestDraft.ts';
import { type Proposal, ProposalFacts } from './ProposalFacts.tsx';
import { texts } from './texts.ts';

interface Props {
  title: string;
  /** As the server keeps or proposed it. */
  manifest: Record<string, unknown>;
  proposal?: Proposal;
  /** It has no versions yet, so its own name can be chosen. */
  isNew?: boolean;
  onClose(): void;
  onAdded(name: string): void;
}

/** A workflow before it is stored: what was proposed, and all that one may say of it. */
export function ManifestDialog({ title, manifest: start, proposal, isNew = false, onClose, onAdded }: Props) {
  // The server made or took it, so its shape is certain.
  const [manifest, setManifest] = useState(() => start as Manifest);
  const add = useCallback(async () => {
    // Tried first: what is on offer stays until somebody says otherwise.
    const { name } = await api.adminCreateWorkflow({ query: { offer: 'no' }, body: manifest });
    showToast({ tone: 'good', text: texts.added });
    onClose();
    onAdded(name);
  }, [manifest, onAdded, onClose]);
  const { post, isBusy, error } = usePost(add);
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={texts.proposalIntro}
      size="large"
      persistent
      footer={
        <Button look="primary" busy={isBusy} onClick={() => void post()}>
          {texts.add}
        </Button>
      }
    >
      <div class="admin-stack">
        {proposal && <ProposalFacts proposal={proposal} />}
        <FaultList error={error} />
        <ManifestForm manifest={manifest} isNew={isNew} onChange={setManifest} />
      </div>
    </Dialog>
  );
}
