import { useCallback, useRef, useState } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextArea } from '../../../../../ui/fields/TextArea.tsx';
import { Dialog } from '../../../../../ui/overlays/Dialog.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { usePost } from '../../../data/usePost.ts';
import { describeProblem } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

type Proposal = Awaited<ReturnType<typeof api.adminProposeWorkflow>>;
type Graph = Parameters<typeof api.adminProposeWorkflow>[0]['body']['graph'];
type Manifest = Parameters<typeof api.adminCreateWorkflow>[0]['body'];

/** The file is no JSON; everything else about it the server judges. */
class Unreadable extends Error {}

const wordsOf = (error: unknown): string =>
  error instanceof Unreadable ? texts.unreadable : describeProblem(error);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable();
  }
};

export function ImportWorkflow({ onAdded }: { onAdded: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [proposal, setProposal] = useState<Proposal>();
  const propose = useCallback(async (file: File) => {
    const graph = parse(await file.text()) as Graph;
    setProposal(await api.adminProposeWorkflow({ body: { graph } }));
  }, []);
  const { post, isBusy, error } = usePost(propose);
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
      {texts.drop}
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={(event) => {
          take(event.currentTarget.files);
          // So that the same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <Button busy={isBusy} onClick={() => input.current?.click()}>
        {texts.choose}
      </Button>
      {error !== undefined && (
        <p class="post-failure" role="alert">
          {wordsOf(error)}
        </p>
      )}
      {proposal && (
        <ProposalDialog proposal={proposal} onClose={() => setProposal(undefined)} onAdded={onAdded} />
      )}
    </div>
  );
}

interface ProposalProps {
  proposal: Proposal;
  onClose(): void;
  onAdded(): void;
}

function ProposalDialog({ proposal, onClose, onAdded }: ProposalProps) {
  const [text, setText] = useState(() => JSON.stringify(proposal.manifest, null, 2));
  const add = useCallback(async () => {
    await api.adminCreateWorkflow({ body: parse(text) as Manifest });
    showToast({ tone: 'good', text: texts.added });
    onAdded();
    onClose();
  }, [text, onAdded, onClose]);
  const { post, isBusy, error } = usePost(add);
  const missing = proposal.files.filter(({ found }) => found === null);
  const notes = [
    ...proposal.notes,
    ...missing.map(({ folder, name }) => texts.missing(`${folder}/${name}`)),
    ...(proposal.leftOut.length > 0 ? [texts.leftOut(proposal.leftOut.length)] : []),
  ];
  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.proposal}
      description={texts.proposalIntro}
      size="large"
      persistent
      footer={
        <Button look="primary" busy={isBusy} onClick={() => void post()}>
          {texts.add}
        </Button>
      }
    >
      <div class="admin-form">
        {notes.length > 0 && (
          <ul aria-label={texts.notes}>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        <Field
          label={texts.manifest}
          error={error === undefined ? undefined : wordsOf(error)}
          class="admin-code"
        >
          <TextArea value={text} onChange={setText} minRows={12} maxRows={24} spellcheck={false} />
        </Field>
      </div>
    </Dialog>
  );
}
