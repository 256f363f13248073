import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { listFields } from '@star-graph/ui/form/listFields';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { language } from '@star-graph/ui/texts/language';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { useEffect, useState } from 'preact/hooks';
import { loadWorkflows, workflows } from '../../../data/catalogue.ts';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { LeaveButton } from './LeaveButton.tsx';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';

/** Loads the models of a workflow before work comes. */
export function WarmUpForm({ server, onChanged, onDone }: ServerProps & { onDone: () => void }) {
  const [workflow, setWorkflow] = useState<string>();
  const [model, setModel] = useState<string>();
  const { post: load, error: loadFailure } = usePost(loadWorkflows);
  useEffect(() => void load(), [load]);
  const chosen = workflows.value?.find(({ name }) => name === workflow);
  const models = chosen ? modelsOf(chosen.params as ParamSchema) : [];
  const asking = usePost(async () => {
    if (workflow === undefined) return;
    await api.adminWarmUpBackend({
      params: { id: server.id },
      body: { workflow, params: model === undefined ? {} : { model } },
    });
    showToast({ tone: 'good', text: texts.warmAsked });
    onChanged();
    onDone();
  });
  return (
    <Card title={texts.warm} aside={<LeaveButton onLeave={onDone} />}>
      <PostForm
        posting={asking}
        onSubmit={() => void asking.post()}
        submit={texts.warmNow}
        disabled={workflow === undefined}
      >
        <p class="admin-quiet">{texts.warmIntro}</p>
        <PostFailure error={loadFailure} />
        <Field label={texts.workflow}>
          <Select
            options={(workflows.value ?? []).map(({ name, title }) => ({
              value: name,
              label: title[language.value],
            }))}
            value={workflow}
            placeholder={texts.choose}
            onChange={(name) => {
              setWorkflow(name);
              setModel(undefined);
            }}
          />
        </Field>
        {models.length > 1 && (
          <Field label={texts.model} hint={texts.modelHint}>
            <Select options={models} value={model} placeholder={texts.usual} onChange={setModel} />
          </Field>
        )}
      </PostForm>
    </Card>
  );
}

const modelsOf = (schema: ParamSchema) =>
  listFields(schema, language.value).flatMap((field) =>
    field.kind === 'choice' && field.isModel
      ? field.options.map(({ value, label }) => ({ value: String(value), label }))
      : [],
  );
