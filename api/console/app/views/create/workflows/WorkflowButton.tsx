import { ChevronDown } from 'lucide';
import { useState } from 'preact/hooks';
import type { WorkflowView } from '../../../../../contract/catalogue/workflows.ts';
import { Icon } from '../../../../../ui/icons/Icon.tsx';
import { Dialog } from '../../../../../ui/overlays/Dialog.tsx';
import { language } from '../../../../../ui/texts/language.ts';
import { groupOf } from './groupWorkflows.ts';
import { texts } from './texts.ts';
import { WorkflowCards, WorkflowSample } from './WorkflowCards.tsx';
import './workflows.css';

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
        aria-label={texts.change(title)}
        onClick={() => setOpen(true)}
      >
        <WorkflowSample name={workflow.name} group={group} />
        <span class="workflow-button-words">
          <span class="workflow-card-title">{title}</span>
          <span class="workflow-button-group">{texts[group]}</span>
        </span>
        <Icon icon={ChevronDown} size={20} />
      </button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={texts.choose} size="large">
        <WorkflowCards
          listed={listed}
          chosen={workflow.name}
          onChoose={({ name }) => {
            setOpen(false);
            onChoose(name);
          }}
        />
      </Dialog>
    </>
  );
}
