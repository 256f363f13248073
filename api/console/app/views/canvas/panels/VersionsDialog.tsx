import { Button } from '@star-graph/ui/controls/Button.tsx';
import { ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { texts } from '../texts.ts';
import type { Workshop } from '../workshop.ts';

interface VersionsDialogProps {
  workshop: Workshop;
  onClose(): void;
}

/** What is kept of the project's past. Going back to one is a step that can be taken back. */
export function VersionsDialog({ workshop, onClose }: VersionsDialogProps) {
  const { store } = workshop;
  const [opening, setOpening] = useState<number>();
  const versions = useResource(() => api.listProjectVersions({ params: { id: store.id } }), [store.id]);
  const use = async (version: number) => {
    setOpening(version);
    try {
      const { content, lost } = await store.read(version);
      workshop.show(content);
      showToast({ text: texts.versionUsed, action: { label: texts.undo, onAction: workshop.session.undo } });
      if (lost > 0) showToast({ tone: 'bad', text: texts.lost });
      onClose();
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
      setOpening(undefined);
    }
  };
  return (
    <Dialog open onClose={onClose} title={texts.versions}>
      {versions.state === 'loading' && <SkeletonText lines={4} />}
      {versions.state === 'failed' && (
        <ErrorState title={texts.loadFailed} action={{ label: texts.again, onAction: versions.reload }}>
          {describeProblem(versions.error)}
        </ErrorState>
      )}
      <ul class="canvas-projects">
        {versions.value?.items.map(({ version, savedAt, isKept }) => (
          <li key={version}>
            <span class="canvas-project-name">
              <Time at={savedAt} />
              {isKept && <span class="sg-quiet sg-small">{texts.keptVersion}</span>}
            </span>
            <Button size="small" busy={opening === version} onClick={() => void use(version)}>
              {texts.useVersion}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
