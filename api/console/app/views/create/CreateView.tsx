import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { writeValue } from '@star-graph/ui/form/formDraft';
import { useUploads } from '@star-graph/ui/form/useUploads';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { ImagePlus, PanelLeftClose, PanelLeftOpen, Workflow } from 'lucide';
import { useEffect, useMemo, useState } from 'preact/hooks';
import {
  type Catalogue,
  catalogue,
  catalogueError,
  openCatalogue,
  refreshCatalogue,
  useFreshCatalogue,
} from '../../data/catalogue.ts';
import { describeProblem } from '../../data/problemText.ts';
import { session, whenRenewed } from '../../session/session.ts';
import { CreateForm } from './CreateForm.tsx';
import { useAccountDrafts } from './draft/accountDrafts.ts';
import { PhoneSheet } from './PhoneSheet.tsx';
import { galleryQuestion } from './pictures/galleryQuestion.ts';
import { usePictures } from './pictures/usePictures.ts';
import { sharedPictures, useShareTarget } from './pictures/useShareTarget.ts';
import { painting } from './results/chosen.ts';
import { Session, SessionComing } from './Session.tsx';
import { usePainter } from './stage/painting.ts';
import { type Studio, useStudio } from './studio.ts';
import { texts } from './texts.ts';
import { useCreate } from './useCreate.ts';
import { useIsPhone } from './useIsPhone.ts';
import { loadStyles } from './workflows/styles.ts';
import './create.css';

const ShareQuestion = loadPart(async () => (await import('./pictures/ShareQuestion.tsx')).ShareQuestion);
const Painter = loadPart(async () => (await import('./stage/Painter.tsx')).Painter);
const GalleryPicker = loadPart(async () => (await import('./pictures/GalleryPicker.tsx')).GalleryPicker);

// Beside the question who is here: the first sight is their samples.
void whenRenewed.then(loadStyles);

/** Whether the form is folded, in this browser. */
const foldedKey = 'create-form-folded';

/** Making pictures and films. */
export function CreateView() {
  useEffect(() => {
    void openCatalogue();
    void loadStyles();
  }, []);
  useShareTarget();
  const now = session.value;
  const known = catalogue.value;
  const isRead = useAccountDrafts(now.state === 'signedIn' ? now.profile.id : undefined);
  if (now.state !== 'signedIn') return null;
  if (known && isRead) return <WithCatalogue key={now.profile.id} known={known} userId={now.profile.id} />;
  if (catalogueError.value !== undefined)
    return (
      <ErrorState
        title={texts.loadFailed}
        action={{ label: texts.again, onAction: () => void refreshCatalogue() }}
      >
        {describeProblem(catalogueError.value)}
      </ErrorState>
    );
  return <Loading />;
}

function WithCatalogue({ known, userId }: { known: Catalogue; userId: string }) {
  const studio = useStudio(known, userId);
  if (studio) return <StudioView studio={studio} />;
  return (
    <EmptyState icon={Workflow} title={texts.noWorkflows}>
      {texts.noWorkflowsHint}
    </EmptyState>
  );
}

function StudioView({ studio }: { studio: Studio }) {
  useFreshCatalogue(studio.workflow.waiting || !studio.workflow.available);
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const [isFolded, setFolded] = useState(() => localStorage.getItem(foldedKey) === 'yes');
  const fold = (next: boolean) => {
    setFolded(next);
    localStorage.setItem(foldedKey, next ? 'yes' : 'no');
  };
  const { pictures, isDragging, takeShared } = usePictures(studio);
  // They are of the view: on a phone the form is drawn in a sheet, which may be closed meanwhile.
  const uploads = useUploads(studio.workflow.name, pictures, (param, value) =>
    studio.changeDraft((draft) => writeValue(studio.form, draft, param, value)),
  );
  const create = useCreate(studio, uploads, (missing) => {
    // The prompt is at hand on a phone; what else is missing lies in the sheet.
    if (missing !== undefined && missing !== 'prompt' && painting.value === undefined) setOpen(isPhone);
    fold(false);
  });
  const { painter, hand } = usePainter(studio, pictures, uploads);
  const isPainting = painter !== undefined;
  const send = () => {
    // What is missing is shown in the form, which on a phone lies in the sheet.
    setOpen(!create.send(hand()) && isPhone);
  };
  const paint = () => {
    setOpen(false);
    painting.value = studio.workflow.name;
  };
  const showShared: typeof takeShared = (shared) => {
    // They arrive in the form, which on a phone lies in the sheet.
    setOpen(isPhone);
    takeShared(shared);
  };
  const form = (
    <CreateForm
      studio={studio}
      create={create}
      pictures={pictures}
      uploads={uploads}
      onSend={send}
      onPaint={paint}
    />
  );
  const session = useMemo(() => <Session studio={studio} isPainting={isPainting} />, [studio, isPainting]);
  return (
    <div class="create" data-folded={(!isPhone && isFolded) || undefined}>
      <h1 class="sg-hidden">{texts.title}</h1>
      {!isPhone && (
        <section class="create-form" aria-label={texts.form} hidden={isFolded}>
          {form}
        </section>
      )}
      {!isPhone && (
        <IconButton
          class="create-fold"
          icon={isFolded ? PanelLeftOpen : PanelLeftClose}
          label={isFolded ? texts.unfold : texts.fold}
          aria-expanded={!isFolded}
          onClick={() => fold(!isFolded)}
        />
      )}
      {painter && (
        <section class="stage" aria-label={texts.painting}>
          <Painter key={painter.picture.assetId} {...painter} />
        </section>
      )}
      {session}
      {isPhone && (
        <PhoneSheet studio={studio} create={create} isOpen={isOpen} onOpen={setOpen} onSend={send}>
          {form}
        </PhoneSheet>
      )}
      {galleryQuestion.value && <GalleryPicker />}
      {sharedPictures.value.length > 0 && <ShareQuestion onUse={showShared} />}
      {isDragging && (
        <div class="drop-place">
          <div class="drop-place-words">
            <Icon icon={ImagePlus} size={24} />
            {texts.dropHere}
          </div>
        </div>
      )}
    </div>
  );
}

function Loading() {
  return (
    <div class="create" aria-busy="true">
      <div class="create-form create-loading">
        <Skeleton height="64px" />
        <Skeleton height="120px" />
        <Skeleton height="64px" />
        <Skeleton height="44px" />
      </div>
      <SessionComing />
    </div>
  );
}
