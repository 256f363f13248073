import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import type { DeskState } from './loadWorkflows.ts';
import { texts } from './texts.ts';

const tones = { runs: 'good', partly: 'good', waits: 'warn', lacks: 'bad', withdrawn: 'plain' } as const;

export const WorkflowState = ({ state }: { state: DeskState }) => (
  <Chip tone={tones[state]}>{texts[state]}</Chip>
);
