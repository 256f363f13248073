import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { language } from '@star-graph/ui/texts/language';
import { groupWorkflows } from './groupWorkflows.ts';
import { texts } from './texts.ts';
import { groupIcons, WorkflowSample } from './WorkflowSample.tsx';
import './workflows.css';

export interface WorkflowCardsProps {
  listed: readonly WorkflowView[];
  chosen: string | undefined;
  onChoose(workflow: WorkflowView): void;
}

/** Everything that can be made, by what a person wants to do. */
export function WorkflowCards({ listed, chosen, onChoose }: WorkflowCardsProps) {
  return (
    <div class="workflow-groups">
      {groupWorkflows(listed).map(({ group, workflows }) => (
        <section key={group} class="workflow-group" aria-label={texts[group]}>
          <h3 class="workflow-group-name">
            <Icon icon={groupIcons[group]} />
            {texts[group]}
          </h3>
          <div class="workflow-cards">
            {workflows.map((workflow) => (
              <WorkflowCard
                key={workflow.name}
                workflow={workflow}
                isChosen={workflow.name === chosen}
                onChoose={() => onChoose(workflow)}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

interface WorkflowCardProps {
  workflow: WorkflowView;
  isChosen: boolean;
  onChoose(): void;
}

function WorkflowCard({ workflow, isChosen, onChoose }: WorkflowCardProps) {
  const { title, description, available, waiting, reason, leastCost, engines } = workflow;
  return (
    <button
      type="button"
      class={available ? 'workflow-card' : 'workflow-card workflow-card-away'}
      aria-pressed={isChosen}
      onClick={onChoose}
    >
      <WorkflowSample workflow={workflow} />
      <span class="workflow-card-words">
        <span class="workflow-card-title">{title[language.value]}</span>
        <span class="workflow-card-description">
          {available && !waiting ? description[language.value] : (reason ?? description[language.value])}
        </span>
        <span class="workflow-card-facts">
          {available ? <Stars amount={leastCost} isLeast /> : <Chip tone="warn">{texts.away}</Chip>}
          {waiting && <Chip tone="warn">{texts.waits}</Chip>}
          {engines && engines.length > 1 && <span>{texts.models(engines.length)}</span>}
        </span>
      </span>
    </button>
  );
}
