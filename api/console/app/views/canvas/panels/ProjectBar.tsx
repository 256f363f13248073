import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { encodeColourPng } from '@star-graph/ui/pictures/mask/encodePng';
import {
  CloudAlert,
  CloudCheck,
  CloudUpload,
  Download,
  FilePlus2,
  FolderOpen,
  History,
  Layers,
  Menu as MenuIcon,
} from 'lucide';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../../data/problemText.ts';
import { saveBlob } from '../../../data/saveBlob.ts';
import { flatten, picturesOf, placeOfAll, shownOf } from '../engine/layers.ts';
import { texts } from '../texts.ts';
import type { Workshop } from '../workshop.ts';

const ProjectsDialog = loadPart(async () => (await import('./ProjectsDialog.tsx')).ProjectsDialog);
const VersionsDialog = loadPart(async () => (await import('./VersionsDialog.tsx')).VersionsDialog);

/** The project's name, whether it is saved, and what is done with all of it. */
export function ProjectBar({ workshop }: { workshop: Workshop }) {
  const { store } = workshop;
  const { route } = useLocation();
  const [dialog, setDialog] = useState<'projects' | 'versions'>();
  const [draft, setDraft] = useState<string>();
  const finish = () => {
    const next = draft?.trim();
    if (next) store.name.value = next;
    setDraft(undefined);
  };
  return (
    <header class="canvas-project">
      <TextField
        label={texts.projectName}
        value={draft ?? store.name.value}
        maxLength={100}
        onChange={setDraft}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          event.stopPropagation();
        }}
      />
      <SaveMark workshop={workshop} />
      <Menu
        label={texts.project}
        placement="bottom-end"
        trigger={(attributes) => <IconButton {...attributes} icon={MenuIcon} label={texts.project} />}
        items={[
          { id: 'new', icon: FilePlus2, label: texts.newProject, onSelect: () => route('/canvas?new=1') },
          { id: 'open', icon: FolderOpen, label: texts.openProject, onSelect: () => setDialog('projects') },
          { id: 'versions', icon: History, label: texts.versions, onSelect: () => setDialog('versions') },
          'line',
          {
            id: 'frame',
            icon: Download,
            label: texts.exportFrame,
            onSelect: () => void save(workshop, 'frame'),
          },
          { id: 'all', icon: Download, label: texts.exportAll, onSelect: () => void save(workshop, 'all') },
          { id: 'psd', icon: Layers, label: texts.exportPsd, onSelect: () => void savePsd(workshop) },
        ]}
      />
      {dialog === 'projects' && <ProjectsDialog here={store.id} onClose={() => setDialog(undefined)} />}
      {dialog === 'versions' && <VersionsDialog workshop={workshop} onClose={() => setDialog(undefined)} />}
    </header>
  );
}

/** To the byte what the layers hold, with its opacity. */
async function save({ session, store }: Workshop, what: 'frame' | 'all'): Promise<void> {
  const board = session.board.value;
  const area = what === 'frame' ? board.frame : placeOfAll(shownOf(board, 'paint'));
  if (!area) {
    showToast({ text: texts.nothingToSave });
    return;
  }
  const pixels = flatten(picturesOf(board), area);
  const line = area.width * 4;
  const file = await encodeColourPng(area, (row) => pixels.subarray(row * line, (row + 1) * line));
  saveBlob(file, `${fileNameOf(store.name.value)}.png`);
}

const fileNameOf = (name: string): string => name.replaceAll(/[\\/:*?"<>|]+/g, '-');

async function savePsd({ session, store }: Workshop): Promise<void> {
  try {
    const { makePsd } = await import('../files/layerFiles.ts');
    const file = await makePsd(session);
    if (file) saveBlob(file, `${fileNameOf(store.name.value)}.psd`);
  } catch (error) {
    showToast({ tone: 'bad', text: describeProblem(error) });
  }
}

const marks = {
  saved: { icon: CloudCheck, text: () => texts.saved },
  changed: { icon: CloudUpload, text: () => texts.changed },
  saving: { icon: CloudUpload, text: () => texts.changed },
  waiting: { icon: CloudAlert, text: () => texts.saveWaiting },
  elsewhere: { icon: CloudAlert, text: () => texts.elsewhere },
  refused: { icon: CloudAlert, text: () => texts.saveWaiting },
};

function SaveMark({ workshop: { store } }: { workshop: Workshop }) {
  const { state, error } = store.saveState.value;
  const { icon, text } = marks[state];
  // Most changes are with the server before anybody could read where they are meanwhile.
  const isHere = state === 'waiting' && store.isSafe;
  const words = state === 'refused' ? describeProblem(error) : isHere ? texts.keptHere : text();
  return (
    <span
      class="canvas-saved"
      data-state={state}
      data-kept={store.isSafe || undefined}
      title={words}
      role="status"
    >
      <Icon icon={icon} size={20} />
      <span class="sg-hidden">{words}</span>
    </span>
  );
}

/** Another page has saved it since, or the server does not take it: the person is told, and decides. */
export function SaveNotice({ workshop }: { workshop: Workshop }) {
  const { store } = workshop;
  const { state, error } = store.saveState.value;
  const [isBusy, setBusy] = useState(false);
  if (state !== 'elsewhere' && state !== 'refused') return null;
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
    } catch (fault) {
      showToast({ tone: 'bad', text: describeProblem(fault) });
    }
    setBusy(false);
  };
  const showOther = async () => {
    const { content, lost } = await store.read();
    workshop.show(content);
    if (lost > 0) showToast({ tone: 'bad', text: texts.lost });
  };
  return (
    <div class="canvas-notice" role="alert">
      <p>{state === 'elsewhere' ? texts.elsewhere : describeProblem(error)}</p>
      {state === 'elsewhere' && (
        <>
          <Button busy={isBusy} onClick={() => void act(() => store.takeOver())}>
            {texts.keepMine}
          </Button>
          <Button busy={isBusy} onClick={() => void act(showOther)}>
            {texts.loadOther}
          </Button>
        </>
      )}
    </div>
  );
}
