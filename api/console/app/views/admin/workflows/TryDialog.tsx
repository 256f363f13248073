import { ClientProblem } from '@star-graph/client/clientProblem';
import type { WorkflowManifestView } from '@star-graph/contract/admin/operatorWorkflows';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { createForm } from '@star-graph/ui/form/createForm';
import { findFaults } from '@star-graph/ui/form/findFaults';
import { emptyDraft, toRequest } from '@star-graph/ui/form/formDraft';
import { SchemaForm } from '@star-graph/ui/form/SchemaForm.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { pressPaid } from '@star-graph/ui/paid/pressPaid';
import { language } from '@star-graph/ui/texts/language';
import { useMemo, useRef, useState } from 'preact/hooks';
import { putTask } from '../../../data/live.ts';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { createPictureSource } from '../../create/pictures/formPictures.ts';
import { cancelTask } from '../../create/results/cancelTask.ts';
import { FaultList } from './FaultList.tsx';
import { TriedTask } from './TriedTask.tsx';
import { texts } from './texts.ts';

interface Props {
  version: WorkflowManifestView;
  onClose(): void;
}

/** A real task with a version, before people have it. */
export function TryDialog({ version, onClose }: Props) {
  const { name, version: number, form: workflow, faults } = version;
  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.tryTitle(version.title[language.value], number)}
      description={texts.tryWords}
      size="large"
      persistent
    >
      {workflow ? (
        <TryForm name={name} version={number} workflow={workflow} />
      ) : (
        <ul class="admin-list post-failure">
          {faults?.map(({ pointer, message }) => (
            <li key={pointer}>
              <code>{pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function TryForm({ name, version, workflow }: { name: string; version: number; workflow: WorkflowView }) {
  const [draft, setDraft] = useState(emptyDraft);
  const [isChecked, setChecked] = useState(false);
  const [taskId, setTaskId] = useState<string>();
  const source = useMemo(() => ({ workflow, listed: [workflow] }), [workflow]);
  const form = useMemo(() => createForm(source, undefined, language.value), [source, language.value]);
  const pictures = useMemo(
    () =>
      createPictureSource({
        onLost: () => showToast({ tone: 'bad', text: texts.pictureLost }),
        onUploaded: () => undefined,
      }),
    [],
  );
  // The same until it has been answered: pressing again after a lost answer makes one task.
  const key = useRef(crypto.randomUUID());
  const { post, isBusy, error } = usePost(async () => {
    const body = { params: toRequest(form, draft), key: key.current };
    await pressPaid({
      operation: `try ${name} ${version}`,
      values: body.params,
      findCost: async () => undefined,
      make: async () => {
        const task = await api.adminTryWorkflow({ params: { name, version }, body });
        key.current = crypto.randomUUID();
        putTask(task);
        setTaskId(task.id);
        return { undo: () => cancelTask(task) };
      },
    });
  });
  const submit = () => {
    setChecked(true);
    if (findFaults(form, draft).length === 0) void post();
  };
  const errors = error instanceof ClientProblem ? error.problem.errors : undefined;
  return (
    <div class="admin-try">
      <div class="admin-stack">
        {workflow.reason && <p class="admin-quiet">{workflow.reason}</p>}
        <SchemaForm
          source={source}
          draft={draft}
          onDraft={(change) => {
            key.current = crypto.randomUUID();
            setDraft(change);
          }}
          pictures={pictures}
          isChecked={isChecked}
          {...(errors && { errors })}
          onSubmit={submit}
        />
        {errors ? <FaultList error={error} tellsPlaces={false} /> : <PostFailure error={error} />}
        <Button look="primary" busy={isBusy} onClick={submit}>
          {texts.try} <Stars amount={workflow.leastCost} isLeast />
        </Button>
      </div>
      <TriedTask taskId={taskId} />
    </div>
  );
}
