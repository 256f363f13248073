import { defineTexts } from '@star-graph/ui/texts/defineTexts';

const texts = defineTexts({
  photo: {
    en: 'Photos in HEIC format aren’t supported. Save them as JPEG first.',
    'zh-CN': '不支持 HEIC 照片，请先另存为 JPEG。',
  },
  archive: { en: 'Unpack archives first, then add the pictures.', 'zh-CN': '请先解压，再添加其中的图片。' },
  drawing: {
    en: 'Drawings and documents aren’t supported. Export them as PNG first.',
    'zh-CN': '不支持矢量图与文档，请先导出为 PNG。',
  },
  workflow: {
    en: 'Workflow files don’t belong in the gallery. Administrators add them under Workflows.',
    'zh-CN': '工作流文件不能放入图库，可由管理员在“工作流”中添加。',
  },
  model: {
    en: 'Model files belong on the GPU servers, in the folder that ComfyUI reads.',
    'zh-CN': '模型文件请放到 GPU 服务器上 ComfyUI 读取的文件夹中。',
  },
  empty: { en: 'Folders and empty files can’t be added.', 'zh-CN': '无法添加文件夹或空文件。' },
  other: {
    en: 'Only pictures (PNG, JPEG, WebP, GIF), videos (MP4, WebM) and sounds (MP3, WAV, FLAC, OGG, M4A) can be added.',
    'zh-CN': '只能添加图片（PNG、JPEG、WebP、GIF）、视频（MP4、WebM）与音频（MP3、WAV、FLAC、OGG、M4A）。',
  },
});

const kinds: Readonly<Record<string, keyof typeof texts>> = {
  ...Object.fromEntries(['heic', 'heif'].map((ending) => [ending, 'photo' as const])),
  ...Object.fromEntries(['zip', 'rar', '7z', 'gz', 'tar'].map((ending) => [ending, 'archive' as const])),
  ...Object.fromEntries(
    ['svg', 'pdf', 'psd', 'ai', 'kra', 'xcf', 'doc', 'docx'].map((ending) => [ending, 'drawing' as const]),
  ),
  json: 'workflow',
  ...Object.fromEntries(['safetensors', 'ckpt', 'gguf', 'pt'].map((ending) => [ending, 'model' as const])),
};

type NamedFile = Pick<File, 'name' | 'type' | 'size'>;

/** Which files can be added, and a sentence for each type that cannot, with the names that it is about. */
export function sortFiles<One extends NamedFile>(
  files: readonly One[],
): { taken: One[]; refused: { sentence: string; names: string[] }[] } {
  const taken: One[] = [];
  const refused = new Map<string, string[]>();
  for (const file of files) {
    const kind = faultOf(file);
    if (kind === undefined) taken.push(file);
    else refused.set(texts[kind], [...(refused.get(texts[kind]) ?? []), file.name]);
  }
  return { taken, refused: [...refused].map(([sentence, names]) => ({ sentence, names })) };
}

/** Whether a picture, film or sound is one that the server takes, it says itself. */
function faultOf({ name, type, size }: NamedFile): keyof typeof texts | undefined {
  if (size === 0) return 'empty';
  const known = kinds[name.slice(name.lastIndexOf('.') + 1).toLowerCase()];
  if (known) return known;
  return /^(image|video|audio)\//.test(type) ? undefined : 'other';
}
