import { Columns2, Copy, Download, Ellipsis, type IconNode, Image } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { canMakeMore, isOriginalDrawn, type ShownRun } from '../shownRun.ts';
import { IconTool } from './IconTool.tsx';
import { Notes } from './Notes.tsx';
import { type Box, seenPartOf } from './placement.ts';
import { SeenButton } from './SeenButton.tsx';
import { isOutOfReach } from './topLayer.ts';

export interface ResultActions {
  compare(isComparing: boolean): void;
  restore(isRestored: boolean): void;
  save(): void;
  copy(): Promise<boolean>;
  openResult(): void;
  openCanvas(): void;
  /** It does not play here. */
  refuseVideo(): void;
  upscale(scale: 2 | 4, isSeen: boolean): void;
  img2img(): void;
  againWith(): void;
  /** Removes everything of ours. */
  close(): void;
}

const toolPx = 32;
const gapPx = 6;
const paddingPx = 2;
const menuPx = { width: 230, height: 245 };

interface Tool {
  id: string;
  icon: IconNode;
  label: string;
  onPress(): void;
}

/** In the corner of the picture and inside of it: a row at hand, folded to one button while nobody is there. */
export function ResultTools({ shown, actions }: { shown: ShownRun; actions: ResultActions }) {
  const [isOpen, setOpen] = useState(false);
  const [isCopied, setCopied] = useState<boolean>();
  const tools = useRef<HTMLDivElement>(null);
  usePressElsewhere(tools, isOpen, () => setOpen(false));
  const place = placeTools(shown);
  if (!place) return null;
  const row = listTools(shown, actions, { isCopied, setCopied });
  const hasRoom = (row.length + 1) * toolPx + 2 * (paddingPx + gapPx) <= place.room;
  const close = () => setOpen(false);
  const classes = ['tools sg-dark', shown.isNear && 'near', isOpen && 'open', place.classes];
  const pressed = (tool: Tool) => (
    <IconTool
      key={tool.id}
      icon={tool.icon}
      label={tool.label}
      onPress={() => {
        close();
        tool.onPress();
      }}
    />
  );
  return (
    <>
      <div
        ref={tools}
        class={classes.filter(Boolean).join(' ')}
        role="toolbar"
        aria-label={translate('extensionName')}
        style={place.style}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      >
        {hasRoom && row.map(pressed)}
        <IconTool
          icon={Ellipsis}
          label={translate('moreTools')}
          className={isNoted(shown) ? 'more noted' : 'more'}
          isExpanded={isOpen}
          onPress={() => setOpen(!isOpen)}
        />
        <div class="menu" hidden={!isOpen}>
          {!hasRoom &&
            row.map(({ id, label, onPress }) => (
              <button key={id} type="button" onClick={onPress} data-words={label} />
            ))}
          <MoreTools shown={shown} actions={actions} onDone={close} />
        </div>
      </div>
      {isOutOfReach(shown.standing) && (
        <p class="notice sg-dark" style={place.style} data-words={translate('leaveFullscreen')} />
      )}
    </>
  );
}

/** There is something to know: how the picture was read, or that the result is another's. */
const isNoted = ({ run, result }: ShownRun): boolean => run.notes.length > 0 || result?.placing === 'changed';

interface Copying {
  isCopied: boolean | undefined;
  setCopied(isCopied: boolean): void;
}

function listTools(shown: ShownRun, actions: ResultActions, { isCopied, setCopied }: Copying): Tool[] {
  const { result, isComparing, isRestored } = shown;
  const isElsewhere = result?.placing === 'changed';
  const copyKey = isCopied === undefined ? 'copy' : isCopied ? 'copied' : 'copyRefused';
  const tools: (Tool | false | undefined)[] = [
    !isElsewhere &&
      result?.before && {
        id: 'compare',
        icon: Columns2,
        label: translate(isComparing ? 'compareEnd' : 'compare'),
        onPress: () => actions.compare(!isComparing),
      },
    !isElsewhere && {
      id: 'restore',
      icon: Image,
      label: translate(isRestored ? 'showResult' : 'restore'),
      onPress: () => actions.restore(!isRestored),
    },
    { id: 'save', icon: Download, label: translate('save'), onPress: actions.save },
    !result?.videoUrl && {
      id: 'copy',
      icon: Copy,
      label: translate(copyKey),
      onPress: () => void actions.copy().then(setCopied),
    },
  ];
  return tools.filter((tool) => tool !== false && tool !== undefined);
}

/** What costs, or leads elsewhere; then what is to be known of the picture. */
function MoreTools(props: { shown: ShownRun; actions: ResultActions; onDone(): void }) {
  const { shown, actions, onDone } = props;
  const { isRestored } = shown;
  const isElsewhere = shown.result?.placing === 'changed';
  const then = (work: () => void) => () => {
    onDone();
    work();
  };
  return (
    <>
      <button type="button" onClick={then(actions.openResult)} data-words={translate('openResult')} />
      {!shown.result?.videoUrl && (
        <button type="button" onClick={then(actions.openCanvas)} data-words={translate('openCanvas')} />
      )}
      {!isElsewhere && canMakeMore(shown) && (
        <>
          <SeenButton
            label={translate(isRestored ? 'upscaleOriginal2' : 'upscaleResult2')}
            onPress={(isSeen) => then(() => actions.upscale(2, isSeen))()}
          />
          <SeenButton
            label={translate(isRestored ? 'img2imgOriginal' : 'img2imgResult')}
            // The form asks for the values in a window of our own.
            onPress={then(actions.img2img)}
          />
        </>
      )}
      {!isRestored && !isElsewhere && (
        <SeenButton label={translate('againWith')} onPress={then(actions.againWith)} />
      )}
      {(isElsewhere || (isRestored && !isOriginalDrawn(shown))) && (
        // The result is gone.
        <button type="button" onClick={then(actions.close)} data-words={translate('removeResult')} />
      )}
      {isElsewhere ? (
        <p class="notes" data-words={translate('pictureChanged')} />
      ) : (
        <Notes notes={shown.run.notes} />
      )}
    </>
  );
}

/** In the lower corner of what is seen of the picture; above a video's own controls. Undefined out of sight. */
function placeTools({ box, result }: ShownRun) {
  const seen = seenPartOf(box);
  if (!seen) return undefined;
  const isOnTop = result?.videoUrl !== undefined;
  const [right, bottom] = [seen.left + seen.width - gapPx, seen.top + seen.height - gapPx];
  const style = isOnTop
    ? { left: `${right}px`, top: `${seen.top + gapPx}px`, transform: 'translateX(-100%)' }
    : { left: `${right}px`, top: `${bottom}px`, transform: 'translate(-100%, -100%)' };
  const hangs = isOnTop || bottom - toolPx < menuPx.height;
  return { style, room: seen.width, classes: describeMenu(hangs, right) };
}

const describeMenu = (hangs: boolean, right: Box['left']): string =>
  `${hangs ? 'hanging' : 'rising'}${right < menuPx.width ? ' starting' : ''}`;

/** A press on the page, or on another picture, ends it. */
function usePressElsewhere(own: { current: Element | null }, isOpen: boolean, onPress: () => void): void {
  const latest = useRef(onPress);
  latest.current = onPress;
  useEffect(() => {
    if (!isOpen) return;
    const look = (event: Event) => {
      // From a closed root the page's listeners hear of its host alone: ask the root itself.
      const root = own.current?.getRootNode();
      const { clientX: x, clientY: y } = event as PointerEvent;
      const under = root instanceof ShadowRoot ? root.elementFromPoint(x, y) : null;
      if (!under || !own.current?.contains(under)) latest.current();
    };
    addEventListener('pointerdown', look, { capture: true, passive: true });
    return () => removeEventListener('pointerdown', look, true);
  }, [isOpen]);
}
