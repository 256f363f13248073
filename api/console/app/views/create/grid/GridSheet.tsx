import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Download, ImagePlus } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { saveBlob } from '../../../data/saveBlob.ts';
import { sendPicture } from '../pictures/sendPicture.ts';
import { lookAt } from '../results/chosen.ts';
import { cellOf, type Entry, type Group } from '../results/listGroups.ts';
import { drawSheet } from './drawSheet.ts';
import { layGrid } from './layGrid.ts';
import { texts } from './texts.ts';
import './grid.css';

export interface GridSheetProps {
  group: Group;
  onClose(): void;
}

/** A grid as a table: its settings along two sides, a picture at each place. */
export function GridSheet({ group, onClose }: GridSheetProps) {
  const grid = layGrid(
    group.entries.flatMap((entry) => {
      const cell = cellOf(entry);
      return cell ? [{ cell, entry }] : [];
    }),
  );
  const [busy, setBusy] = useState<'save' | 'keep'>();
  const isReady = group.entries.some(({ kind }) => kind === 'result');
  const draw = async (what: 'save' | 'keep', use: (file: File) => Promise<void> | void) => {
    setBusy(what);
    try {
      await use(await drawSheet(grid));
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    } finally {
      setBusy(undefined);
    }
  };
  const keep = async (file: File) => {
    await sendPicture(file, { signal: AbortSignal.timeout(120_000), onProgress: () => undefined });
    showToast({ text: texts.kept });
  };
  const title = [texts.grid, group.grid?.axes.join(' × ')].join(': ');
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      size="large"
      footer={
        <>
          <Button
            icon={ImagePlus}
            disabled={!isReady}
            busy={busy === 'keep'}
            onClick={() => void draw('keep', keep)}
          >
            {texts.keep}
          </Button>
          <Button
            look="primary"
            icon={Download}
            disabled={!isReady}
            busy={busy === 'save'}
            onClick={() => void draw('save', (file) => saveBlob(file, file.name))}
          >
            {texts.save}
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <div class="grid-scroll" tabIndex={0}>
        <table class="grid-sheet" style={{ minInlineSize: leastWidth(grid.columns.length) }}>
          <thead>
            <tr>
              {grid.rows && <td style={{ inlineSize: sideWidth(grid.rows) }} />}
              {grid.columns.map((label, column) => (
                <th key={column} scope="col" dir="auto">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.cells.map((line, row) => (
              <tr key={row}>
                {grid.rows && (
                  <th scope="row" dir="auto">
                    {grid.rows[row]}
                  </th>
                )}
                {line.map((entry, column) => (
                  <td key={column}>
                    {entry && (
                      <button
                        type="button"
                        class="grid-cell"
                        aria-label={texts.cellOf(
                          [grid.columns[column], grid.rows?.[row]].filter(Boolean).join(', '),
                        )}
                        onClick={() => {
                          lookAt(entry.key);
                          onClose();
                        }}
                      >
                        <CellContent entry={entry} />
                      </button>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}

/** As wide as its longest name; a long one takes several lines, sooner on a phone. */
const sideWidth = (names: readonly string[]): string =>
  `min(24vw, ${Math.min(12, Math.max(...names.map(({ length }) => length)))}ch + 16px)`;
/** Narrower pictures say nothing: then the table scrolls. */
const leastWidth = (columns: number): string => `calc(${columns} * 96px + 12ch)`;

function CellContent({ entry }: { entry: Entry }) {
  if (entry.kind === 'result')
    return <img src={entry.output.thumbnailUrl ?? entry.output.url} alt="" loading="lazy" decoding="async" />;
  const isOver = entry.kind === 'ended' || (entry.kind === 'press' && entry.press.state === 'refused');
  if (isOver) return <span class="sg-quiet">{texts.unfinished}</span>;
  const percent =
    entry.kind === 'open' && entry.task.status === 'running' ? entry.task.progress.percent : undefined;
  return <Ring size={32} percent={percent} />;
}
