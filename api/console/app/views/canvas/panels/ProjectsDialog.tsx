import type { JoinedProjectView, ProjectView } from '@star-graph/contract/assets/projects';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { ConfirmDialog, Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { FolderOpen, Trash2 } from 'lucide';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../../data/problemText.ts';
import { readPages } from '../../../data/readPages.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { texts } from '../texts.ts';
import { namePerson } from './TurnBar.tsx';

/** Of a project that the person has joined. */
const ownerOf = (project: ProjectView | JoinedProjectView) =>
  'owner' in project ? project.owner : undefined;

interface ProjectsDialogProps {
  /** The one that is open, which is not deleted under itself. */
  here: string;
  onClose(): void;
}

/** All of the person's, the one saved last first. */
export function ProjectsDialog({ here, onClose }: ProjectsDialogProps) {
  const { route } = useLocation();
  const [leaving, setLeaving] = useState<ProjectView>();
  const projects = useResource(async () => {
    const [own, { items }] = await Promise.all([
      readPages((query) => api.listProjects({ query })),
      api.listJoinedProjects(),
    ]);
    return [...own, ...items];
  }, []);
  const remove = async ({ id }: ProjectView) => {
    setLeaving(undefined);
    try {
      await api.deleteProject({ params: { id } });
      projects.reload();
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    }
  };
  const listed = projects.value?.toSorted((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
  return (
    <Dialog open onClose={onClose} title={texts.projects}>
      {projects.state === 'loading' && <SkeletonText lines={4} />}
      {projects.state === 'failed' && (
        <ErrorState title={texts.loadFailed} action={{ label: texts.again, onAction: projects.reload }}>
          {describeProblem(projects.error)}
        </ErrorState>
      )}
      {listed?.length === 0 && <EmptyState icon={FolderOpen} title={texts.noProjects} />}
      <ul class="canvas-projects">
        {listed?.map((project) => (
          <li key={project.id}>
            <button
              type="button"
              class="canvas-project-name"
              aria-current={project.id === here ? 'true' : undefined}
              onClick={() => {
                onClose();
                route(`/canvas/${project.id}`);
              }}
            >
              <bdi>{project.name}</bdi>
              <span class="sg-quiet sg-small">
                {ownerOf(project) !== undefined ? (
                  <bdi>{texts.sharedBy(namePerson(ownerOf(project)))}</bdi>
                ) : (
                  project.isShared && texts.shared
                )}{' '}
                <Time at={project.savedAt} />
              </span>
            </button>
            {project.id !== here && ownerOf(project) === undefined && (
              <IconButton
                icon={Trash2}
                label={`${texts.deleteProject}: ${project.name}`}
                onClick={() => setLeaving(project)}
              />
            )}
          </li>
        ))}
      </ul>
      {leaving && (
        <ConfirmDialog
          open
          danger
          onClose={() => setLeaving(undefined)}
          onConfirm={() => void remove(leaving)}
          title={texts.deleteQuestion(leaving.name)}
          confirmLabel={texts.remove}
        >
          {texts.deleteHint}
        </ConfirmDialog>
      )}
    </Dialog>
  );
}
