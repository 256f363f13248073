import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { language } from '@star-graph/ui/texts/language';
import { ChevronDown } from 'lucide';
import { useState } from 'preact/hooks';
import { groupOf } from './groupWorkflows.ts';
import { texts } from './texts.ts';
import { WorkflowSample } from './WorkflowSample.tsx';
import './workflows.css';

const WorkflowDialog = loadPart(async () => (await import('./WorkflowDialog.tsx')).WorkflowDialog);

interface WorkflowButtonProps {
  listed: readonly WorkflowView[];
  workflow: WorkflowView;
  onChoose(name: string): void;
}

/** The workflow whose form is open, and the way to all others. */
export function WorkflowButton({ listed, workflow, onChoose }: WorkflowButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const title = workflow.title[language.value];
  const group = groupOf(workflow);
  return (
    <>
      <button
        type="button"
        class="workflow-button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <WorkflowSample workflow={workflow} />
        <span class="workflow-button-words">
          <span class="workflow-card-title">{title}</span>
          <span class="workflow-button-group">{texts[group]}</span>
        </span>
        <span class="sg-hidden">{texts.change}</span>
        <Icon icon={ChevronDown} size={20} />
      </button>
      {isOpen && (
        <WorkflowDialog
          listed={listed}
          chosen={workflow.name}
          onClose={() => setOpen(false)}
          onChoose={({ name }) => {
            setOpen(false);
            onChoose(name);
          }}
        />
      )}
    </>
  );
}
