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
  Copy,
  Ellipsis,
  Eye,
  EyeOff,
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
} from 'lucide';
import { useRef, useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import type { CanvasSession } from '../canvasSession.ts';
import {
  type Control,
  changeLayer,
  chosenLayer,
  createLayer,
  duplicateLayer,
  type Layer,
  mergeDown,
  mostLayers,
  removeLayer,
  reorderLayer,
} from '../engine/layers.ts';
import { boundsOf } from '../engine/tiles.ts';
import { askForLayer, putControl, putReference, usePicture } from '../layerActs.ts';
import { drawText } from '../textLayer.ts';
import { texts } from '../texts.ts';
import { putLayer, putPicture, type Workshop } from '../workshop.ts';
import { LayerSettings } from './LayerSettings.tsx';

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
      {chosen && <LayerSettings session={session} layer={chosen} />}
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
        {board.value.layers.toReversed().map((layer) => (
          <LayerRow key={layer.id} session={session} layer={layer} isChosen={layer.id === chosen?.id} />
        ))}
      </ul>
    </section>
  );
}

interface LayerRowProps {
  session: CanvasSession;
  layer: Layer;
  isChosen: boolean;
}

function LayerRow({ session, layer, isChosen }: LayerRowProps) {
  const { id, name, kind, isHidden, isLocked } = layer;
  const [draft, setDraft] = useState<string>();
  const change = (values: Partial<Layer>) => session.change((now) => changeLayer(now, id, values));
  const finish = () => {
    const next = draft?.trim();
    if (next) change({ name: next.slice(0, 100) });
    setDraft(undefined);
  };
  return (
    <li class="canvas-layer" data-chosen={isChosen || undefined}>
      <IconButton
        size="small"
        icon={isHidden ? EyeOff : Eye}
        label={isHidden ? texts.show(name) : texts.hide(name)}
        onClick={() => change({ isHidden: !isHidden })}
      />
      {draft === undefined ? (
        <button
          type="button"
          class="canvas-layer-name"
          aria-pressed={isChosen}
          onClick={() => session.choose(id)}
          onDblClick={() => setDraft(name)}
        >
          <Icon icon={layer.text ? Type : icons[kind]} />
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
      <LayerMenu session={session} layer={layer} onRename={() => setDraft(name)} />
    </li>
  );
}

interface LayerMenuProps extends Omit<LayerRowProps, 'isChosen'> {
  onRename(): void;
}

function LayerMenu({ session, layer, onRename }: LayerMenuProps) {
  const { id, name, isLocked } = layer;
  const { change } = session;
  const copy = texts.copyName(name).slice(0, 100);
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
          onSelect: () => change((now) => changeLayer(now, id, { isLocked: !isLocked })),
        },
        'line',
        {
          id: 'up',
          icon: ArrowUp,
          label: texts.up,
          onSelect: () => change((now) => reorderLayer(now, id, 1)),
        },
        {
          id: 'down',
          icon: ArrowDown,
          label: texts.down,
          onSelect: () => change((now) => reorderLayer(now, id, -1)),
        },
        {
          id: 'duplicate',
          icon: Copy,
          label: texts.duplicate,
          disabled: session.board.value.layers.length >= mostLayers,
          onSelect: () => change((now) => duplicateLayer(now, id, copy)),
        },
        {
          id: 'merge',
          icon: Layers2,
          label: texts.merge,
          disabled: !mayMerge(session, layer),
          onSelect: () => change((now) => mergeDown(now, id) ?? now),
        },
        'line',
        {
          id: 'remove',
          icon: Trash2,
          label: texts.remove,
          danger: true,
          disabled: isLocked,
          onSelect: () => change((now) => removeLayer(now, id)),
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

/** What is made of a layer, here or by the platform, with what that usually costs. */
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
      label: say(formatNumber(workflow.exampleCost)),
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
      disabled: layer.isLocked,
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
  return below !== undefined && below.kind === layer.kind && !below.isLocked && !layer.isLocked;
}
