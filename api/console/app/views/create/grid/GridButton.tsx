import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { Grid3x3 } from 'lucide';
import { useState } from 'preact/hooks';
import type { Studio } from '../studioTypes.ts';
import { texts } from '../texts.ts';
import type { GridDialogProps } from './GridDialog.tsx';

const GridDialog = loadPart<GridDialogProps>(async () => (await import('./GridDialog.tsx')).GridDialog);

/** The way to one prompt over several settings. */
export function GridButton({ studio }: { studio: Studio }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton icon={Grid3x3} label={texts.grid} onClick={() => setOpen(true)} />
      {isOpen && <GridDialog studio={studio} onClose={() => setOpen(false)} />}
    </>
  );
}
