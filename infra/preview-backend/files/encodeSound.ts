import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeContext } from '../nodes/node.ts';
import { fileInput, metadataText, runEncoder } from './encodeVideo.ts';
import { type Sound, toneSamples } from './sound.ts';

export type SoundFormat = 'flac' | 'mp3' | 'opus';

const encoders: Readonly<Record<SoundFormat, (quality: string) => string[]>> = {
  flac: () => ['-c:a', 'flac'],
  mp3: (quality) => ['-c:a', 'libmp3lame', ...(quality === 'V0' ? ['-q:a', '0'] : ['-b:a', quality])],
  opus: (quality) => ['-c:a', 'libopus', '-ar', '48000', '-b:a', quality],
};

/** Writes a sound with the graph in its tags, as ComfyUI does. Throws NodeFailure when it cannot. */
export async function encodeSound(
  context: NodeContext,
  sound: Sound,
  path: string,
  { format, quality = '128k' }: { format: SoundFormat; quality?: string },
): Promise<void> {
  const scratch = join(context.folders.scratch, randomUUID());
  const [metadataPath, tonePath] = [`${scratch}.ffmeta`, `${scratch}.s16`];
  await writeFile(metadataPath, metadataText(context));
  try {
    const raw = ['-f', 's16le', '-ar', String(sound.rate), '-ac', String(sound.channels)];
    if (sound.source.kind !== 'file') await writeFile(tonePath, toneSamples(sound, sound.source));
    const source = sound.source.kind === 'file' ? fileInput(sound.source) : [...raw, '-i', tonePath];
    await runEncoder(context, [
      ...['-hide_banner', '-loglevel', 'error', '-y', ...source, '-i', metadataPath],
      ...[
        '-map',
        '0:a:0',
        '-t',
        String(sound.seconds),
        '-map_metadata',
        '1',
        ...encoders[format](quality),
        path,
      ],
    ]);
  } finally {
    await rm(metadataPath, { force: true });
    await rm(tonePath, { force: true });
  }
}
