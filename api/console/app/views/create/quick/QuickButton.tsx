import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { Zap } from 'lucide';
import { useState } from 'preact/hooks';
import type { Studio } from '../studioTypes.ts';
import { texts } from '../texts.ts';
import type { QuickDialogProps } from './QuickDialog.tsx';

const QuickDialog = loadPart<QuickDialogProps>(async () => (await import('./QuickDialog.tsx')).QuickDialog);

/** The way to cheap drafts, of which one is finished. */
export function QuickButton({ studio }: { studio: Studio }) {
  const [isOpen, setOpen] = useState(false);
  const { presets, fields } = studio.form;
  if (!presets || fields.some(({ kind }) => kind === 'asset')) return null;
  return (
    <>
      <IconButton icon={Zap} label={texts.quick} onClick={() => setOpen(true)} />
      {isOpen && <QuickDialog studio={studio} onClose={() => setOpen(false)} />}
    </>
  );
}
