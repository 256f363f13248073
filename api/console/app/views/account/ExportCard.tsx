import { operations } from '@star-graph/client/operations.generated';
import { sendRequest } from '@star-graph/client/request';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Progress } from '@star-graph/ui/feedback/Progress.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatBytes } from '@star-graph/ui/texts/formats';
import { Download } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { saveBlob } from '../../data/saveBlob.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';

const texts = defineTexts({
  title: { en: 'Export your data', 'zh-CN': '导出您的数据' },
  words: {
    en: 'All your data, pictures and videos as ZIP files: first the data, then the files in parts of up to 500 MB. Your browser may ask for permission to save several files.',
    'zh-CN':
      '包含平台保存的您的全部数据、图片与视频，以 ZIP 文件提供：先是数据，然后是每份不超过 500 MB 的文件。浏览器可能会询问是否允许保存多个文件。',
  },
  start: { en: 'Export', 'zh-CN': '导出' },
  goOn: { en: 'Continue', 'zh-CN': '继续' },
  stop: { en: 'Stop', 'zh-CN': '停止' },
  running: {
    en: (part: number, size: string) => `Downloading part ${part}: ${size} so far`,
    'zh-CN': (part: number, size: string) => `正在下载第 ${part} 份：已接收 ${size}`,
  },
  stopped: {
    en: (part: number) => `Stopped before part ${part}. Continue from there, or start again later.`,
    'zh-CN': (part: number) => `在第 ${part} 份之前停止。可以继续，或稍后重新导出。`,
  },
  done: {
    en: (parts: number) => (parts === 1 ? 'Saved: 1 file' : `Saved: ${parts} files`),
    'zh-CN': (parts: number) => `已保存 ${parts} 个文件`,
  },
});

/** Saves all that is the person's, part by part; what stopped goes on where it was. */
export function ExportCard() {
  // The part that comes next; undefined once all have come.
  const [part, setPart] = useState<Part | undefined>(firstPart);
  const [saved, setSaved] = useState(0);
  const [bytes, setBytes] = useState(0);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const { post, isBusy, error } = usePost(async (from: Part) => {
    const mine = new AbortController();
    abort.current = mine;
    let next: Part | undefined = from;
    while (next !== undefined) {
      setPart(next);
      setBytes(0);
      try {
        next = await savePart(next, setBytes, mine.signal);
      } catch (error) {
        if (mine.signal.aborted) return;
        throw error;
      }
      setSaved((count) => count + 1);
    }
    setPart(undefined);
  });
  const start = () => {
    setSaved(0);
    void post(firstPart);
  };
  const isStopped = !isBusy && part !== undefined && part.number > 1;
  return (
    <Card title={texts.title}>
      <div class="account-form">
        <p class="account-words">{texts.words}</p>
        {isBusy && part && (
          <div class="account-form" role="status">
            <span>{texts.running(part.number, formatBytes(bytes))}</span>
            <Progress label={texts.title} />
          </div>
        )}
        {isStopped && <p role="status">{texts.stopped(part.number)}</p>}
        {part === undefined && <p role="status">{texts.done(saved)}</p>}
        <PostFailure error={error} />
        <div class="account-row">
          {isBusy ? (
            <Button onClick={() => abort.current?.abort()}>{texts.stop}</Button>
          ) : (
            <>
              {isStopped && <Button onClick={() => void post(part)}>{texts.goOn}</Button>}
              <Button icon={Download} onClick={start}>
                {texts.start}
              </Button>
            </>
          )}
        </div>
      </div>
    </Card>
  );
}

/** A part has up to half a gigabyte, and lines are slow: whoever has enough of it stops it. */
const longestPartMs = 6 * 3_600_000;

interface Part {
  number: number;
  cursor: string | undefined;
}
const firstPart: Part = { number: 1, cursor: undefined };

/**
 * Fetches one part and saves it.
 * @param onBytes is told how many have come.
 * @returns the next part; undefined after the last.
 * @throws what the server refused, or the signal's reason; the same part can be asked for again.
 */
async function savePart(
  { number, cursor }: Part,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Part | undefined> {
  const query = cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`;
  const path = `${operations.exportAccount.path}${query}`;
  const options = { signal, timeoutMs: longestPartMs };
  const answer = await sendRequest(api.deps, { method: 'GET', path, isRepeatable: true }, options);
  let bytes = 0;
  const counted = answer.body?.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        bytes += chunk.length;
        onBytes(bytes);
        controller.enqueue(chunk);
      },
    }),
  );
  const blob = await new Response(counted ?? null).blob();
  saveBlob(blob, number === 1 ? 'star-graph-data.zip' : `star-graph-files-${number - 1}.zip`);
  const next = /[?&]cursor=([^&>]+)/.exec(answer.headers.get('link') ?? '')?.[1];
  return next === undefined ? undefined : { number: number + 1, cursor: decodeURIComponent(next) };
}
