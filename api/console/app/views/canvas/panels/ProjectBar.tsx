import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
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
  LogOut,
  Menu as MenuIcon,
  Users,
} from 'lucide';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../../data/problemText.ts';
import { saveBlob } from '../../../data/saveBlob.ts';
import { api, session as signedIn } from '../../../session/session.ts';
import { flatten, picturesOf, placeOfAll, shownOf } from '../engine/layers.ts';
import { texts } from '../texts.ts';
import type { Workshop } from '../workshop.ts';
import { namePerson } from './TurnBar.tsx';

const ProjectsDialog = loadPart(async () => (await import('./ProjectsDialog.tsx')).ProjectsDialog);
const SharingDialog = loadPart(async () => (await import('./SharingDialog.tsx')).SharingDialog);
const VersionsDialog = loadPart(async () => (await import('./VersionsDialog.tsx')).VersionsDialog);

/** The project's name, whether it is saved, and what is done with all of it. */
export function ProjectBar({ workshop }: { workshop: Workshop }) {
  const { store, role } = workshop;
  const { route } = useLocation();
  const [dialog, setDialog] = useState<'projects' | 'versions' | 'sharing' | 'leaving'>();
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
        readOnly={store.isReadOnly.value}
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
          role === 'own'
            ? { id: 'share', icon: Users, label: texts.share, onSelect: () => setDialog('sharing') }
            : { id: 'leave', icon: LogOut, label: texts.leave, onSelect: () => setDialog('leaving') },
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
      {dialog === 'sharing' && <SharingDialog workshop={workshop} onClose={() => setDialog(undefined)} />}
      {dialog === 'leaving' && (
        <ConfirmDialog
          open
          onClose={() => setDialog(undefined)}
          onConfirm={() => void leave(workshop, () => route('/canvas?new=1'))}
          title={texts.leaveQuestion(store.name.value)}
          confirmLabel={texts.leave}
        >
          {texts.leaveHint}
        </ConfirmDialog>
      )}
      {dialog === 'versions' && <VersionsDialog workshop={workshop} onClose={() => setDialog(undefined)} />}
    </header>
  );
}

async function leave({ store, turns }: Workshop, then: () => void): Promise<void> {
  const now = signedIn.value;
  if (now.state !== 'signedIn') return;
  try {
    await turns.give();
    await api.removeProjectMember({ params: { id: store.id, member: now.profile.id } });
    then();
  } catch (error) {
    showToast({ tone: 'bad', text: describeProblem(error) });
  }
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
  stuck: { icon: CloudAlert, text: () => texts.stuck },
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
  const { store, turns, role } = workshop;
  const { route } = useLocation();
  const { state, error } = store.saveState.value;
  const [isBusy, setBusy] = useState(false);
  if (state !== 'elsewhere' && state !== 'refused' && state !== 'stuck') return null;
  const isTurn = state === 'elsewhere' && store.isReadOnly.value;
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
    } catch (fault) {
      showToast({ tone: 'bad', text: describeProblem(fault) });
    }
    setBusy(false);
  };
  const goOn = async () => {
    turns.begin();
    if (store.isReadOnly.value && !(await turns.take()))
      return showToast({ text: texts.stillTheirs(namePerson(turns.meeting.value?.drawing)) });
    await store.takeOver();
  };
  const showOther = async () => {
    const { content, lost } = await store.read();
    workshop.show(content);
    if (lost > 0) showToast({ tone: 'bad', text: texts.lost });
  };
  const saveCopy = async () => {
    const id = await store.saveCopy(texts.copyName(store.name.value));
    route(`/canvas/${id}`);
    showToast({ tone: 'good', text: texts.copySaved });
  };
  const words = { elsewhere: isTurn ? texts.turnLost : texts.elsewhere, stuck: texts.stuck };
  return (
    <div class="canvas-notice" role="alert">
      <p>{state === 'refused' ? describeProblem(error) : words[state]}</p>
      {state === 'elsewhere' && (
        <>
          {role !== 'see' && !turns.isOut.value && (
            <Button busy={isBusy} onClick={() => void act(goOn)}>
              {texts.keepMine}
            </Button>
          )}
          {!turns.isOut.value && (
            <Button busy={isBusy} onClick={() => void act(showOther)}>
              {texts.loadOther}
            </Button>
          )}
        </>
      )}
      {state === 'stuck' && <Button onClick={() => location.reload()}>{texts.reload}</Button>}
      {(state === 'stuck' || isTurn) && (
        <Button busy={isBusy} onClick={() => void act(saveCopy)}>
          {texts.saveCopy}
        </Button>
      )}
    </div>
  );
}
