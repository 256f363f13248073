import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { writeValue } from '@star-graph/ui/form/formDraft';
import { SchemaForm } from '@star-graph/ui/form/SchemaForm.tsx';
import type { PictureSource, Uploads } from '@star-graph/ui/form/useUploads';
import { RotateCcw } from 'lucide';
import { Presets } from './draft/Presets.tsx';
import { PromptHistory } from './draft/PromptHistory.tsx';
import { pressWeightKey } from './draft/pressWeightKey.ts';
import { UploadList } from './pictures/UploadList.tsx';
import { CreateButton } from './requests/CreateButton.tsx';
import { lastSeedOf } from './results/lastSeed.ts';
import { type Studio, useDraft } from './studio.ts';
import { StyleStrip } from './styles/StyleStrip.tsx';
import { texts } from './texts.ts';
import type { Create } from './useCreate.ts';
import { WorkflowButton } from './workflows/WorkflowButton.tsx';

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
      <div class="create-fields" onKeyDown={(event) => pressWeightKey(studio, event)}>
        <UploadList />
        <StyleStrip studio={studio} />
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
              <PromptHistory
                userId={userId}
                onChoose={(prompt) => changeDraft((now) => writeValue(form, now, 'prompt', prompt))}
              />
            ),
          }}
        />
      </div>
      <div class="create-foot">
        <CreateButton
          quoted={create.quoted}
          usualCost={workflow.exampleCost}
          waiting={workflow.waiting}
          isSending={create.isWaiting}
          onPress={onSend}
        />
        <div class="create-side">
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
