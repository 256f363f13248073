import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Upload } from 'lucide';
import { useRef, useState } from 'preact/hooks';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { FaultList } from './FaultList.tsx';
import { ManifestDialog } from './ManifestDialog.tsx';
import type { Proposal } from './ProposalFacts.tsx';
import { texts } from './texts.ts';

/** What ComfyUI exports and saves, and the pictures and films that it writes its workflow into. */
const accepted =
  '.json,.png,.webp,.jpg,.jpeg,.mp4,application/json,image/png,image/webp,image/jpeg,video/mp4';

/** The way in for a workflow: a file, the proposal that the server makes of it, and what one changes of that. */
export function BringWorkflow({ onAdded }: { onAdded: (name: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [proposal, setProposal] = useState<Proposal>();
  const { post, isBusy, error } = usePost(async (file: File) => {
    setProposal(await api.adminProposeFromFile(file));
  });
  const take = (files: FileList | null | undefined) => {
    const [file] = files ?? [];
    if (file) void post(file);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no place to drop a file on.
    <div
      role="group"
      aria-label={texts.drop}
      class="admin-drop"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <span>{texts.drop}</span>
      <input
        ref={input}
        type="file"
        accept={accepted}
        hidden
        onChange={(event) => {
          take(event.currentTarget.files);
          // So that the same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <Button look="primary" icon={Upload} busy={isBusy} onClick={() => input.current?.click()}>
        {texts.choose}
      </Button>
      <FaultList error={error} />
      {proposal && (
        <ManifestDialog
          title={texts.proposal}
          manifest={proposal.manifest}
          proposal={proposal}
          isNew
          onClose={() => setProposal(undefined)}
          onAdded={onAdded}
        />
      )}
    </div>
  );
}
