import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { writeValue } from '@star-graph/ui/form/formDraft';
import { SchemaForm } from '@star-graph/ui/form/SchemaForm.tsx';
import { StyleStrip } from '@star-graph/ui/form/StyleStrip.tsx';
import type { PictureSource, Uploads } from '@star-graph/ui/form/useUploads';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { mostVariants } from '@star-graph/workflows/translation/promptVariants';
import { RotateCcw } from 'lucide';
import { useState } from 'preact/hooks';
import { liveTasks } from '../../data/live.ts';
import { CreateButton } from './CreateButton.tsx';
import { ExpandButton } from './draft/ExpandButton.tsx';
import { HistoryButton, type PromptHistoryProps } from './draft/HistoryButton.tsx';
import { PresetsButton, type PresetsProps } from './draft/PresetsButton.tsx';
import { pressWeightKey } from './draft/pressWeightKey.ts';
import { noteTyping, typing, type Wildcards } from './draft/wildcards.ts';
import { GridButton } from './grid/GridButton.tsx';
import { uploads as uploadsBeside } from './pictures/uploads.ts';
import { QuickButton } from './quick/QuickButton.tsx';
import { taskList } from './results/taskList.ts';
import { type Studio, useDraft } from './studio.ts';
import { texts } from './texts.ts';
import type { Create } from './useCreate.ts';
import { propertiesOf } from './workflows/groupWorkflows.ts';
import { styles } from './workflows/styles.ts';
import { WorkflowButton } from './workflows/WorkflowButton.tsx';
import './pictures/pictures.css';

interface CreateFormProps {
  studio: Studio;
  create: Create;
  pictures: PictureSource;
  uploads: Uploads;
  onSend(): void;
  onPaint(): void;
}

/** The form of the chosen workflow, with its one button. */
export function CreateForm({ studio, create, pictures, uploads, onSend, onPaint }: CreateFormProps) {
  const { userId, workflow, form, listed, models, changeDraft } = studio;
  const draft = useDraft(studio);
  return (
    <>
      <div class="create-head">
        <WorkflowButton listed={listed} workflow={workflow} onChoose={studio.openWorkflow} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the fields within */}
      <div
        class="create-fields"
        onKeyDown={(event) => pressWeightKey(studio, event)}
        onKeyUp={noteTyping}
        onInput={noteTyping}
        onPointerUp={noteTyping}
      >
        {uploadsBeside.value.length > 0 && <UploadList />}
        <StyleStrip styles={styles.value} form={form} draft={draft} onDraft={changeDraft} />
        <SchemaForm
          key={workflow.name}
          source={{ listed, models, workflow }}
          draft={draft}
          onDraft={changeDraft}
          pictures={pictures}
          uploads={uploads}
          isChecked={create.isChecked}
          errors={create.errors}
          lastSeed={lastSeedOf(workflow)}
          onPaint={onPaint}
          onSubmit={onSend}
          extras={{
            prompt: (
              <>
                {typing.value && <WildcardNames studio={studio} />}
                <Variants count={create.variants} wildcards={create.wildcards} />
                <div class="create-words">
                  <ExpandButton studio={studio} />
                  <PromptHistory
                    onChoose={(prompt) => changeDraft((now) => writeValue(form, now, 'prompt', prompt))}
                  />
                </div>
              </>
            ),
          }}
        />
      </div>
      <div class="create-foot">
        <CreateButton
          quoted={create.quoted}
          leastCost={workflow.leastCost}
          waiting={workflow.waiting}
          isSending={create.isWaiting}
          onPress={onSend}
        />
        <div class="create-side">
          <QuickButton studio={studio} />
          <GridButton studio={studio} />
          <Presets
            userId={userId}
            workflow={workflow.name}
            draft={draft}
            onChoose={(preset) => studio.fillIn(workflow, preset.draft, texts.presetUsed(preset.name))}
          />
          <IconButton icon={RotateCcw} label={texts.startOver} onClick={studio.startOver} />
        </div>
      </div>
    </>
  );
}

/** What the words in braces come to; nothing where there are none. */
function Variants({ count, wildcards }: { count: number; wildcards: Wildcards }) {
  const isTooMuch = count > mostVariants;
  const fault = isTooMuch ? texts.tooManyVariants(mostVariants) : wildcards.fault;
  const words = [
    ...(count > 1 ? [texts.variants(count)] : []),
    ...wildcards.named.map(({ name, count: of }) => texts.wildcardTaken(name, of)),
  ];
  if (fault === undefined && words.length === 0) return null;
  return (
    <p class={fault ? 'create-variants create-forecast-bad' : 'create-variants'} role="status">
      {fault ?? words.join(' · ')}
    </p>
  );
}

const UploadList = loadPart(async () => (await import('./pictures/UploadList.tsx')).UploadList);

const WildcardNames = loadPart<{ studio: Studio }>(
  async () => (await import('./draft/WildcardNames.tsx')).WildcardNames,
);

const PresetsPopover = loadPart<PresetsProps>(
  async () => (await import('./draft/PresetsPopover.tsx')).PresetsPopover,
  PresetsButton,
);

/** The way to settings under a name. */
function Presets(props: PresetsProps) {
  const [isAsked, setAsked] = useState(false);
  return isAsked ? <PresetsPopover {...props} /> : <PresetsButton onClick={() => setAsked(true)} />;
}

const HistoryPopover = loadPart<PromptHistoryProps>(
  async () => (await import('./draft/HistoryPopover.tsx')).HistoryPopover,
  HistoryButton,
);

/** The way to earlier prompts. */
function PromptHistory(props: PromptHistoryProps) {
  const [isAsked, setAsked] = useState(false);
  return isAsked ? <HistoryPopover {...props} /> : <HistoryButton onClick={() => setAsked(true)} />;
}

/** The seed of the newest result of a workflow, which a lock keeps. */
function lastSeedOf(workflow: WorkflowView): number | undefined {
  const param = Object.entries(propertiesOf(workflow)).find(([, schema]) => schema['x-seed'])?.[0];
  if (param === undefined) return undefined;
  const names = new Set([workflow.name, ...(workflow.engines ?? []).map((engine) => engine.workflow)]);
  const tasks = [...taskList.value.tasks, ...[...liveTasks.value.values()].map(({ task }) => task)];
  const [newest] = tasks
    .filter((task) => task.status === 'succeeded' && names.has(task.workflow.name))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const seed = newest?.params[param];
  return typeof seed === 'number' ? seed : undefined;
}
