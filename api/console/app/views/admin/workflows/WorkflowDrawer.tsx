import { LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { language } from '@star-graph/ui/texts/language';
import { Sparkles } from 'lucide';
import { type DeskWorkflow, stateOf } from './loadWorkflows.ts';
import { RoleAccess } from './RoleAccess.tsx';
import { texts } from './texts.ts';
import { VersionList } from './VersionList.tsx';
import { WorkflowState } from './WorkflowState.tsx';

interface Props {
  workflow: DeskWorkflow | undefined;
  onClose(): void;
  onChanged(): void;
}

export const WorkflowDrawer = ({ workflow, onClose, onChanged }: Props) => (
  <Drawer
    open={workflow !== undefined}
    onClose={onClose}
    title={workflow?.title[language.value] ?? ''}
    description={workflow?.offered?.description[language.value]}
  >
    {workflow && (
      <div class="admin-stack" key={workflow.name}>
        <WorkflowFacts workflow={workflow} />
        {workflow.versions.length > 0 && (
          <VersionList key={workflow.name} versions={workflow.versions} onChanged={onChanged} />
        )}
        {workflow.offered && <Servers servers={workflow.offered.servers} />}
        <RoleAccess name={workflow.name} />
      </div>
    )}
  </Drawer>
);

function WorkflowFacts({ workflow }: { workflow: DeskWorkflow }) {
  const { name, offered } = workflow;
  return (
    <>
      <Facts
        facts={[
          [texts.state, <WorkflowState key="state" state={stateOf(workflow)} />],
          [texts.price, offered && <Stars key="price" amount={offered.leastCost} isLeast />],
          [texts.model, offered?.model],
          [texts.engineOf, offered?.engineOf],
          [texts.ownName, name],
        ]}
      />
      {offered && (
        <div class="admin-row">
          <LinkButton href={`/create/${encodeURIComponent(name)}`} icon={Sparkles}>
            {texts.create}
          </LinkButton>
        </div>
      )}
    </>
  );
}

type ServerList = NonNullable<DeskWorkflow['offered']>['servers'];

const Servers = ({ servers }: { servers: ServerList }) => (
  <Card title={texts.onServers}>
    {servers.length === 0 && <p class="admin-quiet">{texts.noServers}</p>}
    <ul class="admin-list">
      {servers.map(({ id, name, up, runs, missing }) => (
        <li key={id}>
          <span class="admin-row">
            <b dir="auto">{name}</b>
            <Chip tone={runs ? 'good' : 'bad'}>{runs ? texts.canRun : texts.lacks}</Chip>
            {!up && <Chip tone="warn">{texts.away}</Chip>}
          </span>
          {missing.length > 0 && (
            <ul class="admin-list admin-quiet">
              {missing.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  </Card>
);
