import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Slider } from '@star-graph/ui/controls/Slider.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { formatPercent } from '@star-graph/ui/texts/formats';
import {
  ArrowDown,
  ArrowUp,
  Brush,
  Copy,
  Ellipsis,
  Eye,
  EyeOff,
  ImagePlus,
  Layers2,
  Lock,
  LockOpen,
  Pencil,
  Plus,
  SquareDashed,
  Trash2,
} from 'lucide';
import { useRef, useState } from 'preact/hooks';
import type { CanvasSession } from '../canvasSession.ts';
import { blendModes } from '../engine/blend.ts';
import {
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
import { texts } from '../texts.ts';
import { putLayer, putPicture } from '../workshop.ts';

/** The layers, the highest first, and what is done with them. */
export function LayerPanel({ session }: { session: CanvasSession }) {
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
      {chosen && chosen.kind === 'paint' && (
        <div class="canvas-slider canvas-layer-opacity">
          <Select
            label={texts.blend}
            value={chosen.blend ?? 'normal'}
            options={[
              { value: 'normal', label: texts.normal },
              ...blendModes.map((mode) => ({ value: mode, label: texts[mode] })),
            ]}
            onChange={(mode) =>
              session.change((now) =>
                changeLayer(now, chosen.id, { blend: blendModes.find((one) => one === mode) }),
              )
            }
          />
          <span aria-hidden="true">{texts.opacity}</span>
          <Slider
            label={texts.opacity}
            min={0}
            max={1}
            step={0.01}
            value={chosen.opacity}
            format={formatPercent}
            onChange={(opacity) =>
              session.change((now) => changeLayer(now, chosen.id, { opacity }), `opacity ${chosen.id}`)
            }
          />
        </div>
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
          <Icon icon={kind === 'mask' ? SquareDashed : Brush} />
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

/** Whether there is one of its kind below; what merging does by itself is only looked at then. */
function mayMerge({ board }: CanvasSession, layer: Layer): boolean {
  const { layers } = board.value;
  const below = layers[layers.indexOf(layer) - 1];
  return below !== undefined && below.kind === layer.kind && !below.isLocked && !layer.isLocked;
}
