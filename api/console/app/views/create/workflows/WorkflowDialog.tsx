import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { texts } from './texts.ts';
import { WorkflowCards, type WorkflowCardsProps } from './WorkflowCards.tsx';

export const WorkflowDialog = ({ onClose, ...cards }: WorkflowCardsProps & { onClose(): void }) => (
  <Dialog open onClose={onClose} title={texts.choose} size="large">
    <WorkflowCards {...cards} />
  </Dialog>
);
