import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import type { MenuProps } from '@star-graph/ui/overlays/menuTypes';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import {
  ArrowDown,
  ArrowUp,
  BookImage,
  Brush,
  ChevronDown,
  ChevronRight,
  Copy,
  Ellipsis,
  Eye,
  EyeOff,
  Folder,
  Group as GroupIcon,
  ImagePlus,
  Layers2,
  Lock,
  LockOpen,
  Mountain,
  Pencil,
  PersonStanding,
  Plus,
  Scaling,
  Scissors,
  Shapes,
  SlidersHorizontal,
  Spline,
  SquareDashed,
  Trash2,
  Type,
  Ungroup,
} from 'lucide';
import { useRef, useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import type { CanvasSession } from '../canvasSession.ts';
import type { Control, Group, Layer } from '../engine/board.ts';
import {
  changeGroup,
  chosenGroup,
  chosenIds,
  duplicate,
  groupChosen,
  isBranch,
  isGroup,
  isLockedIn,
  layersOf,
  mostGroups,
  remove,
  reorder,
  type StackNode,
  treeOf,
  ungroup,
} from '../engine/groups.ts';
import {
  changeLayer,
  chosenLayer,
  createLayer,
  mergeDown,
  mergeGroup,
  mostLayers,
} from '../engine/layers.ts';
import { boundsOf } from '../engine/tiles.ts';
import { askForLayer, putControl, putReference, usePicture } from '../layerActs.ts';
import { drawText } from '../textLayer.ts';
import { texts } from '../texts.ts';
import { findWorkflow, takesRange } from '../trimForm.ts';
import { putLayer, putPicture, type Workshop } from '../workshop.ts';
import { GroupSettings, LayerSettings } from './LayerSettings.tsx';

interface LayerPanelProps {
  workshop: Workshop;
  listed: readonly WorkflowView[];
}

/** The layers, the highest first, and what is done with them. */
export function LayerPanel({ workshop, listed }: LayerPanelProps) {
  const { session } = workshop;
  const { board } = session;
  const picker = useRef<HTMLInputElement>(null);
  const chosen = chosenLayer(board.value);
  const group = chosenGroup(board.value);
  return (
    <section class="canvas-layers" aria-label={texts.layers}>
      <header class="canvas-layers-head">
        <h2>{texts.layers}</h2>
        <IconButton
          icon={Plus}
          label={texts.addPaint}
          onClick={() =>
            putLayer(session, createLayer('paint', texts.paintName(board.value.layers.length + 1)))
          }
        />
        <IconButton
          icon={SquareDashed}
          label={texts.addMask}
          onClick={() => {
            if (putLayer(session, createLayer('mask', texts.maskName))) session.tool.value = 'brush';
          }}
        />
        <IconButton icon={Type} label={texts.addText} onClick={() => putText(session)} />
        <IconButton
          icon={GroupIcon}
          label={texts.group}
          title={texts.groupHint}
          disabled={chosenIds(board.value).length === 0 || board.value.groups.length >= mostGroups}
          onClick={() => session.change((now) => groupChosen(now, texts.groupName))}
        />
        <IconButton icon={ImagePlus} label={texts.addPicture} onClick={() => picker.current?.click()} />
        <input
          ref={picker}
          type="file"
          accept="image/*,.psd,.ora"
          hidden
          aria-label={texts.addPicture}
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file) void putPicture(session, file, { name: file.name });
            event.currentTarget.value = '';
          }}
        />
      </header>
      {chosen && (
        <LayerSettings
          session={session}
          layer={chosen}
          hasRange={takesRange(findWorkflow(listed, 'control'))}
        />
      )}
      {group && <GroupSettings session={session} group={group} />}
      {chosen && chosen.kind !== 'mask' && (
        <Menu
          label={texts.acts}
          placement="bottom-end"
          trigger={(attributes) => (
            <Button {...attributes} icon={Shapes} class="canvas-acts">
              {texts.acts}
            </Button>
          )}
          items={actsOf(workshop, listed, chosen)}
        />
      )}
      <ul class="canvas-layer-list">
        <Rows session={session} nodes={treeOf(board.value)} />
      </ul>
    </section>
  );
}

function Rows({ session, nodes }: { session: CanvasSession; nodes: readonly StackNode[] }) {
  return nodes.toReversed().map((node) => {
    if (!isBranch(node))
      return (
        <li key={node.id}>
          <Row session={session} one={node} />
        </li>
      );
    const { id, isFolded } = node.own;
    return (
      <li key={id}>
        <Row session={session} one={node.own} />
        {!isFolded && (
          <ul class="canvas-layer-list">
            <Rows session={session} nodes={node.nodes} />
          </ul>
        )}
      </li>
    );
  });
}

interface RowProps {
  session: CanvasSession;
  one: Layer | Group;
}

function Row({ session, one }: RowProps) {
  const { id, name, isHidden, isLocked } = one;
  const [draft, setDraft] = useState<string>();
  const isChosen = chosenIds(session.board.value).includes(id);
  const finish = () => {
    const next = draft?.trim();
    if (next) changeOne(session, one, { name: next.slice(0, 100) });
    setDraft(undefined);
  };
  return (
    <div class="canvas-layer" data-chosen={isChosen || undefined}>
      <IconButton
        size="small"
        icon={isHidden ? EyeOff : Eye}
        label={isHidden ? texts.show(name) : texts.hide(name)}
        onClick={() => changeOne(session, one, { isHidden: !isHidden })}
      />
      {isGroup(one) && (
        <IconButton
          size="small"
          icon={one.isFolded ? ChevronRight : ChevronDown}
          label={one.isFolded ? texts.unfold(name) : texts.fold(name)}
          aria-expanded={!one.isFolded}
          onClick={() => session.arrange((now) => changeGroup(now, id, { isFolded: !one.isFolded }))}
        />
      )}
      {draft === undefined ? (
        <button
          type="button"
          class="canvas-layer-name"
          aria-pressed={isChosen}
          onClick={({ shiftKey, ctrlKey, metaKey }) => session.choose(id, shiftKey || ctrlKey || metaKey)}
          onDblClick={() => setDraft(name)}
        >
          <Icon icon={isGroup(one) ? Folder : one.text ? Type : icons[one.kind]} />
          <bdi>{name}</bdi>
          {isLocked && <Icon icon={Lock} />}
        </button>
      ) : (
        <TextField
          label={texts.layerName}
          value={draft}
          maxLength={100}
          autoFocus
          onChange={setDraft}
          onBlur={finish}
          onKeyDown={(event) => {
            if (event.key === 'Enter') finish();
            if (event.key === 'Escape') setDraft(undefined);
            event.stopPropagation();
          }}
        />
      )}
      <RowMenu session={session} one={one} onRename={() => setDraft(name)} />
    </div>
  );
}

/** What layers and groups have alike. */
const changeOne = (
  session: CanvasSession,
  one: Layer | Group,
  values: Partial<Pick<Group, 'name' | 'isHidden' | 'isLocked'>>,
): void => session.change((now) => (isGroup(one) ? changeGroup : changeLayer)(now, one.id, values));

function RowMenu({ session, one, onRename }: RowProps & { onRename(): void }) {
  const { id, name, isLocked } = one;
  const { change, board } = session;
  const { layers, groups } = board.value;
  const copy = texts.copyName(name).slice(0, 100);
  const inner = layersOf(board.value, [id]);
  const isClosed = inner.some((layer) => isLockedIn(board.value, layer));
  const isFull = layers.length + inner.length > mostLayers || (isGroup(one) && groups.length >= mostGroups);
  return (
    <Menu
      label={texts.layerMenu(name)}
      placement="bottom-end"
      trigger={(attributes) => (
        <IconButton {...attributes} size="small" icon={Ellipsis} label={texts.layerMenu(name)} />
      )}
      items={[
        { id: 'rename', icon: Pencil, label: texts.rename, onSelect: onRename },
        {
          id: 'lock',
          icon: isLocked ? LockOpen : Lock,
          label: isLocked ? texts.unlock : texts.lock,
          onSelect: () => changeOne(session, one, { isLocked: !isLocked }),
        },
        'line',
        { id: 'up', icon: ArrowUp, label: texts.up, onSelect: () => change((now) => reorder(now, id, 1)) },
        {
          id: 'down',
          icon: ArrowDown,
          label: texts.down,
          onSelect: () => change((now) => reorder(now, id, -1)),
        },
        {
          id: 'duplicate',
          icon: Copy,
          label: texts.duplicate,
          disabled: isFull,
          onSelect: () => change((now) => duplicate(now, id, copy)),
        },
        isGroup(one)
          ? {
              id: 'merge',
              icon: Layers2,
              label: texts.mergeGroup,
              disabled: isClosed || inner.some(({ kind }) => kind !== inner[0]?.kind),
              onSelect: () => change((now) => mergeGroup(now, id) ?? now),
            }
          : {
              id: 'merge',
              icon: Layers2,
              label: texts.merge,
              disabled: !mayMerge(session, one),
              onSelect: () => change((now) => mergeDown(now, id) ?? now),
            },
        ...(isGroup(one)
          ? [
              {
                id: 'ungroup',
                icon: Ungroup,
                label: texts.ungroup,
                onSelect: () => change((now) => ungroup(now, id)),
              },
            ]
          : []),
        'line',
        {
          id: 'remove',
          icon: Trash2,
          label: texts.remove,
          danger: true,
          disabled: isClosed,
          onSelect: () => change((now) => remove(now, id)),
        },
      ]}
    />
  );
}

/** Words in the middle of the frame, in the chosen colour. */
function putText(session: CanvasSession): void {
  const { frame } = session.board.value;
  const size = Math.max(24, Math.round(frame.height / 12));
  const text = {
    words: texts.text,
    size,
    colour: session.colour.value,
    font: 'sans-serif',
    isBold: false,
  } as const;
  const tiles = drawText(text);
  const bounds = boundsOf(tiles) ?? { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.round(frame.x + (frame.width - bounds.width) / 2 - bounds.x);
  const y = Math.round(frame.y + (frame.height - bounds.height) / 2 - bounds.y);
  if (putLayer(session, { ...createLayer('paint', texts.text, tiles), text, x, y }))
    session.tool.value = 'move';
}

/** A refusal, or a worker that ended, is told. */
const tell = (work: Promise<unknown>): void =>
  void work.catch((error: unknown) => showToast({ tone: 'bad', text: describeProblem(error) }));

/** What is made of a layer, here or by the platform, with the least that it costs. */
function actsOf(workshop: Workshop, listed: readonly WorkflowView[], layer: Layer): MenuProps['items'] {
  const { session } = workshop;
  if (layer.kind === 'control' || layer.kind === 'reference')
    return [
      { id: 'picture', icon: Brush, label: texts.toPicture, onSelect: () => usePicture(session, layer) },
    ];
  if (layer.kind !== 'paint') return [];
  const follow = (what: Control['follow']) => () => tell(putControl(session, layer, what));
  const asked = (['upscale', 'remove-background'] as const).flatMap((name) => {
    const workflow = listed.find((one) => one.name === name && one.available);
    if (!workflow) return [];
    const say = name === 'upscale' ? texts.enlarge : texts.cutOut;
    return {
      id: name,
      icon: name === 'upscale' ? Scaling : Scissors,
      label: say(formatNumber(workflow.leastCost)),
      onSelect: () => tell(askForLayer(workshop, layer, name)),
    };
  });
  return [
    { id: 'lines', icon: Spline, label: texts.toLines, onSelect: follow('canny') },
    { id: 'pose', icon: PersonStanding, label: texts.toPose, onSelect: follow('openpose') },
    { id: 'depth', icon: Mountain, label: texts.toDepth, onSelect: follow('depth') },
    {
      id: 'reference',
      icon: BookImage,
      label: texts.toReference,
      onSelect: () => putReference(session, layer),
    },
    'line',
    {
      id: 'adjust',
      icon: SlidersHorizontal,
      label: texts.adjust,
      disabled: isLockedIn(session.board.value, layer),
      onSelect: () => {
        session.adjusting.value = layer;
      },
    },
    ...asked,
  ];
}

const icons = { paint: Brush, mask: SquareDashed, control: Spline, reference: BookImage };

/** Whether there is one of its kind below; what merging does by itself is only looked at then. */
function mayMerge({ board }: CanvasSession, layer: Layer): boolean {
  const { layers } = board.value;
  const below = layers[layers.indexOf(layer) - 1];
  const isBeside = below?.kind === layer.kind && below.group === layer.group;
  return isBeside && ![below, layer].some((one) => isLockedIn(board.value, one));
}
