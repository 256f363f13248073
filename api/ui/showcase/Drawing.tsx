import { useSignal } from '@preact/signals';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { inpaintParams } from '@star-graph/workflows/templates/inpaint/params';
import { Columns2, Download, Maximize2, RefreshCw, Trash2, Wand2 } from 'lucide';
import { createForm } from '../form/createForm.ts';
import { emptyDraft, type FormDraft, toRequest } from '../form/formDraft.ts';
import { SchemaForm } from '../form/SchemaForm.tsx';
import type { PictureSource } from '../form/useUploads.ts';
import { Card } from '../layout/Card.tsx';
import { ComparePictures } from '../pictures/ComparePictures.tsx';
import { type CardAction, PictureCard } from '../pictures/PictureCard.tsx';
import { language } from '../texts/language.ts';

/** Hills under a sky, of one hue. */
function drawHills(hue: number, width: number, height: number): string {
  const ridge = (at: number) =>
    Array.from({ length: 13 }, (_, x) => `${x * 10},${at + 6 * Math.sin(x * 1.3 + at)}`).join(' ');
  const hills = [50, 62, 76].map(
    (at, index) =>
      `<polygon fill="hsl(${hue + 40} 30% ${34 - index * 9}%)" points="0,100 ${ridge(at)} 120,100"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 120 100" preserveAspectRatio="none"><rect width="120" height="100" fill="hsl(${hue} 60% 70%)"/><circle cx="84" cy="30" r="9" fill="#fffbe8"/>${hills.join('')}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const ignore = () => undefined;
const actions: CardAction[] = [
  { id: 'compare', icon: Columns2, label: 'Compare', onPress: ignore },
  { id: 'again', icon: RefreshCw, label: 'Again', onPress: ignore },
  { id: 'vary', icon: Wand2, label: 'Vary', onPress: ignore },
  { id: 'upscale', icon: Maximize2, label: 'Upscale', onPress: ignore },
  { id: 'save', icon: Download, label: 'Save', onPress: ignore },
  { id: 'delete', icon: Trash2, label: 'Delete', onPress: ignore, danger: true },
];
const size = { width: 960, height: 640 };
const original = { assetId: 'original', url: drawHills(210, 960, 640), ...size, name: 'hills.png' };

const workflow: WorkflowView = {
  name: 'inpaint',
  version: 1,
  type: 'inpaint',
  outputKind: 'image',
  title: { en: 'Repaint a part', 'zh-CN': '局部重绘' },
  description: { en: '', 'zh-CN': '' },
  params: describeParams(inpaintParams),
  leastCost: 4,
  available: true,
  waiting: false,
};
const source = { listed: [workflow], workflow };

const pictures: PictureSource = {
  // What is sent can be measured in tests.
  uploadPicture: async (file) => {
    const { width, height } = await createImageBitmap(file);
    return { assetId: `upload ${file.size > 0 ? `${width} × ${height}` : ''}`, width, height };
  },
  importUrl: () => Promise.reject(new Error('There is no picture at this address.')),
  chooseFromGallery: () => Promise.resolve(original),
};

/** Pictures, and the form that makes them. */
export function Drawing() {
  const draft = useSignal<FormDraft>(emptyDraft);
  const isKept = useSignal(true);
  const isSelected = useSignal(false);
  const form = createForm(source, draft.value.values.model, language.value);
  return (
    <>
      <Card title="Form">
        <SchemaForm
          source={source}
          draft={draft.value}
          pictures={pictures}
          onDraft={(change) => {
            draft.value = change(draft.value);
          }}
        />
        <output class="sg-faint sg-small">{JSON.stringify(toRequest(form, draft.value))}</output>
      </Card>
      <Card title="Pictures">
        <div class="showcase-pictures">
          <PictureCard
            {...size}
            url={original.url}
            alt="blue hills"
            favourite={isKept.value}
            selected={isSelected.value}
            actions={actions}
            assetId="original"
            onOpen={ignore}
            onFavourite={(next) => {
              isKept.value = next;
            }}
            onSelect={(next) => {
              isSelected.value = next;
            }}
          />
          <PictureCard
            {...size}
            alt="green hills"
            progress={{
              state: 'working',
              percent: 62,
              word: 'Working',
              detail: '12 s left',
              previewUrl: drawHills(90, 48, 32),
              onCancel: ignore,
            }}
          />
          <PictureCard {...size} progress={{ state: 'waiting', word: 'Waiting', detail: '3rd in line' }} />
          <PictureCard
            {...size}
            progress={{ state: 'failed', word: 'Failed', detail: 'No GPU answers.', onRetry: ignore }}
          />
        </div>
      </Card>
      <Card title="Compare">
        <ComparePictures
          before={{ url: drawHills(30, 300, 200), width: 300, height: 200, alt: 'as it was' }}
          after={{ ...original, alt: 'as it is' }}
        />
      </Card>
    </>
  );
}
