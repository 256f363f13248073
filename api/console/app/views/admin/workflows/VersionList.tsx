import type { WorkflowManifestView, WorkflowVersionView } from '@star-graph/contract/admin/operatorWorkflows';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useState } from 'preact/hooks';
import { refreshWorkflows } from '../../../data/catalogue.ts';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { describeProblem } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { CompareDialog } from './CompareDialog.tsx';
import { ManifestDialog } from './ManifestDialog.tsx';
import { TryDialog } from './TryDialog.tsx';
import { texts } from './texts.ts';

interface Props {
  /** The newest first; of one workflow. */
  versions: readonly WorkflowVersionView[];
  onChanged(): void;
}

type Open =
  | { as: 'try' | 'edit'; version: WorkflowManifestView }
  | { as: 'compare'; version: WorkflowVersionView };

/** Every version of a workflow: tried, put on offer, taken back, compared, and written on from. */
export function VersionList({ versions, onChanged }: Props) {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const active = versions.find((one) => one.active);
  const { post, isBusy, error } = usePost((work: () => Promise<void>) => work());
  const openWhole = (as: 'try' | 'edit', { name, version }: WorkflowVersionView) =>
    post(async () => setOpen({ as, version: await api.adminGetWorkflow({ params: { name, version } }) }));
  return (
    <Card title={texts.versions}>
      <PostFailure error={error} />
      <ul class="admin-list">
        {versions.map((one) => (
          <li key={one.version} class="admin-version">
            <span class="admin-row">
              <b>{texts.versionOf(one.version)}</b>
              {one.active && <Chip tone="good">{texts.onOffer}</Chip>}
              <span class="admin-quiet">
                <Time at={one.createdAt} />
              </span>
            </span>
            <span class="admin-row">
              <Button size="small" busy={isBusy} onClick={() => void openWhole('try', one)}>
                {texts.try}
              </Button>
              <Button
                size="small"
                look={one.active ? 'danger' : 'secondary'}
                busy={isBusy}
                onClick={() => void post(() => offer(one, active, onChanged))}
              >
                {one.active ? texts.withdraw : texts.offer}
              </Button>
              <Button size="small" look="quiet" busy={isBusy} onClick={() => void openWhole('edit', one)}>
                {texts.edit}
              </Button>
              {active && !one.active && (
                <Button size="small" look="quiet" onClick={() => setOpen({ as: 'compare', version: one })}>
                  {texts.compare}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {open?.as === 'try' && <TryDialog version={open.version} onClose={close} />}
      {open?.as === 'edit' && (
        <ManifestDialog
          title={texts.nextVersion(open.version.version)}
          manifest={{ ...open.version.manifest, version: (versions[0]?.version ?? 0) + 1 }}
          onClose={close}
          onAdded={onChanged}
        />
      )}
      {open?.as === 'compare' && active && <Comparison one={open.version} active={active} onClose={close} />}
    </Card>
  );
}

function Comparison(props: { one: WorkflowVersionView; active: WorkflowVersionView; onClose(): void }) {
  const [older, newer] = [props.one, props.active].toSorted((a, b) => a.version - b.version);
  return older && newer && <CompareDialog older={older} newer={newer} onClose={props.onClose} />;
}

/** At once, with the way back: a version that was on offer is there still. */
async function offer(
  version: WorkflowVersionView,
  before: WorkflowVersionView | undefined,
  onChanged: () => void,
): Promise<void> {
  const put = async ({ name, version: number }: WorkflowVersionView, active: boolean) => {
    await api.adminPatchWorkflow({ params: { name, version: number }, body: { active } });
    onChanged();
    await refreshWorkflows();
  };
  await put(version, !version.active);
  const undo = () =>
    put(before ?? version, before !== undefined).catch((error: unknown) =>
      showToast({ tone: 'bad', text: describeProblem(error) }),
    );
  showToast({
    tone: 'good',
    text: version.active ? texts.withdrawnNow : texts.offered(version.version),
    action: { label: texts.undo, onAction: () => void undo() },
  });
}
