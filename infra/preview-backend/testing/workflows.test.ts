import { startPreviewBackend } from '@star-graph/core/testing/startPreviewBackend';
import { loadTemplates } from '@star-graph/workflows/loadTemplates';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { connectBackend } from './backendClient.ts';

const workflows = await loadTemplates();
const photo = { width: 256, height: 256, uploadedName: 'photo.png' };

/** A picture with something to see, and a half-transparent one that serves as a mask too. */
async function samplePicture(): Promise<Buffer> {
  const pixels = Buffer.from(
    Array.from({ length: photo.width * photo.height * 4 }, (_, at) =>
      at % 4 === 3 ? (Math.floor(at / 4) % photo.width < 128 ? 255 : 0) : (at * 7) % 255,
    ),
  );
  return sharp(pixels, { raw: { width: photo.width, height: photo.height, channels: 4 } })
    .png()
    .toBuffer();
}

describe('the shipped workflows', { timeout: 120_000 }, () => {
  it.for(workflows.map((workflow) => [workflow.name, workflow] as const))(
    '%s runs to a file that decodes',
    async ([, workflow]) => {
      await using backend = await startPreviewBackend({ flags: ['--preview-method', 'none'] });
      await using client = await connectBackend(backend.url);
      await client.upload(photo.uploadedName, await samplePicture());
      const images = Object.fromEntries(workflow.imageParams.map((name) => [name, photo]));
      const graph = workflow.bind(workflow.example, { images, outputPrefix: 'star-graph/example' });
      const run = await client.run(graph);
      expect(run.status.status_str, JSON.stringify(run.status.messages.at(-1))).toBe('success');
      const files = Object.values(run.outputs).flatMap((output) => output.images ?? []);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        const bytes = await client.fetchFile(file);
        expect(bytes.length, file.filename).toBeGreaterThan(0);
        // sharp decodes every pixel for its statistics; films end in other names.
        if (/\.(png|webp)$/.test(file.filename)) expect((await sharp(bytes).stats()).channels.length).toBe(3);
      }
    },
  );
});
