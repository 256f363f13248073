import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { ProofFields } from './ProofFields.tsx';
import { texts } from './proofTexts.ts';
import type { Proof } from './readProof.ts';
import { useProof } from './useProof.ts';

interface Props {
  onClose(): void;
  title: string;
  words?: ComponentChildren;
  confirmLabel: string;
  danger?: boolean;
  /** Whether the person has a second factor. */
  asksFactor: boolean;
  /** Closes by itself what it has finished. @throws what the server refused */
  work(proof: Proof): Promise<void>;
  /** What else is filled in, before the proof, with what was wrong. */
  children?: (error: unknown) => ComponentChildren;
  /** Those of it that show their own problem. */
  fields?: readonly string[];
}

/** Asks who it is, then changes something. */
export function ProofDialog(props: Props) {
  const {
    onClose,
    title,
    words,
    confirmLabel,
    danger = false,
    asksFactor,
    work,
    children,
    fields = [],
  } = props;
  const form = useProof(work, asksFactor);
  const id = useId();
  return (
    <Dialog
      open
      persistent
      size="small"
      onClose={onClose}
      title={title}
      description={words}
      footer={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button
            type="submit"
            form={id}
            look="primary"
            class={danger ? 'sg-button-destructive' : undefined}
            busy={form.isBusy}
            disabled={form.isMissing}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form
        id={id}
        class="account-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.send();
        }}
      >
        {children?.(form.error)}
        <ProofFields form={form} />
        <PostFailure error={form.error} fields={['password', 'proof', ...fields]} />
      </form>
    </Dialog>
  );
}
