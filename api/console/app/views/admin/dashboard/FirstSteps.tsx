import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { Circle, CircleCheck } from 'lucide';
import { useState } from 'preact/hooks';
import { workflows } from '../../../data/catalogue.ts';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { AddServerDialog } from '../servers/AddServerDialog.tsx';
import { JoinDialog } from '../servers/JoinDialog.tsx';
import type { DeskFacts } from './findNeeds.ts';
import { type FirstStep, findFirstServer, findPlaceholder, listSteps, type StepState } from './firstSteps.ts';
import { texts } from './texts.ts';

interface Props {
  facts: Pick<DeskFacts, 'servers' | 'backups' | 'seenAt'>;
  onChanged(): void;
}

const closedKey = 'first-steps-closed';
const tickedKey = 'first-steps-ticked';

/** Leads an administrator through a new platform, until all is there or they close it. */
export function FirstSteps({ facts, onChanged }: Props) {
  const [isClosed, setClosed] = useState(() => localStorage.getItem(closedKey) !== null);
  const [ticked, setTicked] = useState(() => localStorage.getItem(tickedKey) ?? '');
  const steps = listSteps(
    { ...facts, workflows: workflows.value ?? [] },
    new Set(ticked.split(' ')),
    new Date(),
  );
  if (isClosed || steps.length === 0) return null;
  const close = () => {
    localStorage.setItem(closedKey, 'true');
    setClosed(true);
  };
  const tick = (step: string) => {
    const next = `${ticked} ${step}`.trim();
    localStorage.setItem(tickedKey, next);
    setTicked(next);
  };
  return (
    <Card
      flush
      title={texts.firstSteps}
      aside={
        <Button look="quiet" size="small" onClick={close}>
          {texts.closeSteps}
        </Button>
      }
    >
      <ol class="admin-first">
        {steps.map((state) => (
          <Step key={state.step} state={state} facts={facts} onChanged={onChanged} onTick={tick} />
        ))}
      </ol>
    </Card>
  );
}

interface StepProps extends Props {
  state: StepState;
  onTick(step: string): void;
}

function Step({ state: { step, isDone, isTicked }, facts, onChanged, onTick }: StepProps) {
  const [title, words] = sayStep(step, findPlaceholder(facts.servers) !== undefined);
  return (
    <li data-done={isDone || undefined}>
      <Icon icon={isDone ? CircleCheck : Circle} label={isDone ? texts.stepDone : texts.stepOpen} />
      <div class="admin-first-words">
        <b>{title}</b>
        {!isDone && <p class="admin-quiet">{words}</p>}
      </div>
      {!isDone && (
        <div class="admin-row">
          {step === 'servers' && <ServerActs onChanged={onChanged} />}
          {step === 'placeholder' && <EndPlaceholder facts={facts} onChanged={onChanged} />}
          {step === 'models' && (
            <LinkButton size="small" href={`/admin/servers?id=${findFirstServer(facts.servers)?.id ?? ''}`}>
              {texts.toModelFiles}
            </LinkButton>
          )}
          {step === 'backups' && (
            <LinkButton size="small" href="/admin/backups">
              {texts.showHow}
            </LinkButton>
          )}
          {isTicked && (
            <Button size="small" look="quiet" onClick={() => onTick(step)}>
              {texts.tick}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

/** @param hasPlaceholder the overview counts it among the servers that are ready, so it is said what it is */
function sayStep(step: FirstStep, hasPlaceholder: boolean): readonly [title: string, words: string] {
  switch (step) {
    case 'servers':
      return [texts.stepServers, hasPlaceholder ? texts.stepServersBeside : texts.stepServersWords];
    case 'placeholder':
      return [texts.stepPlaceholder, texts.stepPlaceholderWords];
    case 'models':
      return [texts.stepModels, texts.stepModelsWords];
    case 'backups':
      return [texts.stepBackups, texts.stepBackupsWords];
    case 'discord':
      return [texts.stepDiscord, texts.stepDiscordWords];
    case 'alerts':
      return [texts.stepAlerts, texts.stepAlertsWords];
  }
}

/** The dialog looks at the address before it is added: models, previews and version are told at once. */
function ServerActs({ onChanged }: Pick<Props, 'onChanged'>) {
  const [open, setOpen] = useState<'add' | 'join'>();
  const close = () => setOpen(undefined);
  return (
    <>
      <Button size="small" look="primary" onClick={() => setOpen('add')}>
        {texts.addServer}
      </Button>
      <Button size="small" onClick={() => setOpen('join')}>
        {texts.joinMachine}
      </Button>
      <AddServerDialog open={open === 'add'} onClose={close} onAdded={onChanged} />
      <JoinDialog open={open === 'join'} onClose={close} />
    </>
  );
}

function EndPlaceholder({ facts, onChanged }: Props) {
  const id = findPlaceholder(facts.servers)?.id ?? '';
  const { post, isBusy, error } = usePost(async () => {
    await api.adminPatchBackend({ params: { id }, body: { enabled: false } });
    onChanged();
  });
  return (
    <>
      <PostFailure error={error} />
      <Button size="small" busy={isBusy} onClick={() => void post()}>
        {texts.endPlaceholder}
      </Button>
    </>
  );
}
