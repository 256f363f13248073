import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import type { ComponentChildren } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { usePost } from './usePost.ts';

/** An act that is asked about first: what it would be done to, and the act itself. */
export function useAsked<Subject>(act: (subject: Subject) => Promise<void>) {
  const [subject, ask] = useState<Subject>();
  const { post, isBusy, error } = usePost(act);
  const close = useCallback(() => ask(undefined), []);
  const confirm = () => {
    close();
    if (subject !== undefined) void post(subject);
  };
  return { subject, ask: ask as (subject: Subject) => void, close, confirm, isBusy, error };
}

interface Props<Subject> {
  asked: ReturnType<typeof useAsked<Subject>>;
  title: (subject: Subject) => string;
  /** A verb. */
  confirmLabel: string;
  children?: (subject: Subject) => ComponentChildren;
}

/** Asks before money or other people are touched, or what cannot be taken back. */
export const AskDialog = <Subject,>({ asked, title, confirmLabel, children }: Props<Subject>) => (
  <ConfirmDialog
    open={asked.subject !== undefined}
    onClose={asked.close}
    onConfirm={asked.confirm}
    title={asked.subject === undefined ? '' : title(asked.subject)}
    confirmLabel={confirmLabel}
    danger
  >
    {asked.subject !== undefined && children?.(asked.subject)}
  </ConfirmDialog>
);
