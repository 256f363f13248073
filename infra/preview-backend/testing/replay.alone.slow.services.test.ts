import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listRecordings, type Recording, readRecording } from '@star-graph/core/testing/comfy/recording';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { describe, expect, test } from 'vitest';
import { type ReplayOptions, replayTranscript } from './replayTranscript.ts';
import { createBindings } from './unify.ts';

const recordedModels = join(import.meta.dirname, 'recordedModels.json');

/** Recordings of one server's life, replayed in their order, for what one finds cached the one before left. */
interface Session {
  title: string;
  protocol: '0.3.64' | '0.33.0';
  flags?: string[];
  /** Slow enough that a run can be cut off in the middle of its steps. */
  secondsPerStep?: number;
  checkpointLoadSeconds?: number;
  transcripts: Record<string, ReplayOptions>;
}

const cutOff: ReplayOptions = { joinsSteps: true, loosensStatus: true };
/** Cut off, or asked about, while a sampler or the drawing of an empty image was under way. */
const sampling = (...spans: [from: number, to: number | string][]): ReplayOptions => ({
  ...cutOff,
  holds: spans.map(([from, to]) => ({ classType: 'KSampler', step: 5, from, to })),
});
const drawing = (...spans: [from: number, to: number][]): ReplayOptions => ({
  ...cutOff,
  holds: spans.map(([from, to]) => ({ classType: 'EmptyImage', from, to })),
});

const sessions: Session[] = [
  {
    title: 'text to image: first run, all cached, other seed, previews, batches, a lost file',
    protocol: '0.3.64',
    transcripts: {
      'txt2img-first-run': {},
      'txt2img-identical-run': {},
      'txt2img-seed-changed': {},
      'txt2img-preview-metadata': {},
      'txt2img-cached-but-file-gone': {},
      'feature-flags-not-first': {},
      'txt2img-batch4': {},
    },
  },
  {
    title: 'files: uploads, image to image, inpainting, LoRA, ControlNet, upscaling, videos',
    protocol: '0.3.64',
    transcripts: {
      'upload-image-semantics': {},
      img2img: {},
      inpaint: {},
      upscale: {},
      'controlnet-pose': {},
      'txt2img-lora': {},
      'video-savers': { sortsNodes: true },
      'preview-temp-and-text': {},
      'save-image-websocket': {},
    },
  },
  {
    title: 'refusals and failures',
    protocol: '0.3.64',
    transcripts: {
      'svd-img2vid': {},
      'execution-errors': {},
      'validation-errors': {},
      'http-misc': {},
      'free-and-system-stats': {},
      'race-prompt-response-vs-ws': {},
      'upload-30mb': {},
    },
  },
  {
    title: 'queue, interrupts and sockets',
    protocol: '0.3.64',
    secondsPerStep: 0.02,
    transcripts: {
      'interrupt-running': sampling([2, 3], [5, 8]),
      'queue-delete-and-clear': sampling([1, 11]),
      'ws-same-clientid-twice': {},
      'no-client-id-broadcast': sampling([3, 4]),
      'ws-without-clientid': {},
      'ws-disconnect-reconnect': sampling([1, 'A2']),
      'edge-cases': sampling([5, 6], [7, 8]),
    },
  },
  {
    title: 'the newer version: text to image, jobs, ids, previews',
    protocol: '0.33.0',
    secondsPerStep: 0.02,
    transcripts: {
      'newer-txt2img-first-run': {},
      'newer-txt2img-identical-run': {},
      'newer-txt2img-seed-changed': {},
      'newer-jobs-api': sampling([4, 18]),
      'newer-prompt-id-rules': {},
      'newer-txt2img-preview-metadata': {},
      'newer-save-image-websocket': {},
      'newer-preview-temp-and-text': {},
      'newer-validation-errors': {},
      'newer-ws-same-clientid-twice': {},
      'newer-no-client-id-broadcast': sampling([3, 4]),
      'newer-queue-delete-and-clear': sampling([1, 11]),
      // Its 25th answer is the first run of a server whose start was not recorded.
      'newer-http-misc': { ignoredResponses: [25] },
      'newer-free-and-system-stats': {},
      'newer-race-prompt-response-vs-ws': {},
    },
  },
  {
    title: 'failures that pass for success, then the order of the queue',
    protocol: '0.3.64',
    transcripts: { 'silent-failures': {}, 'queue-front-and-number': sampling([1, 11]) },
  },
  {
    title: 'the order of the queue in the newer version',
    protocol: '0.33.0',
    transcripts: { 'newer-queue-front-and-number': sampling([1, 11]) },
  },
  {
    title: 'an interrupt during the load of a checkpoint',
    protocol: '0.3.64',
    checkpointLoadSeconds: 5,
    transcripts: { 'interrupt-during-model-load': {} },
  },
  {
    title: 'no cache',
    protocol: '0.3.64',
    flags: ['--cache-none'],
    transcripts: { 'cache-none': {} },
  },
  {
    title: 'a worker killed by two prompts that cannot be ordered',
    protocol: '0.3.64',
    transcripts: { 'worker-killed-by-duplicate': drawing([1, 4], [6, 9]) },
  },
  {
    title: 'the same in the newer version',
    protocol: '0.33.0',
    transcripts: { 'newer-worker-killed-by-duplicate': drawing([1, 4], [6, 9]) },
  },
  {
    title: 'no previews',
    protocol: '0.3.64',
    flags: ['--preview-method', 'none'],
    transcripts: { 'previews-off': {} },
  },
  {
    title: 'a limit on uploads',
    protocol: '0.3.64',
    flags: ['--max-upload-size', '10'],
    transcripts: { 'upload-over-limit': {} },
  },
  ...(['0.3.64', '0.33.0'] as const).flatMap((protocol) =>
    [
      'bad-graph-cycle',
      'bad-type-client-id-number',
      'bad-type-client-id-object',
      'bad-type-extra-data-null',
      'bad-type-link-output-index',
      'bad-type-number-string',
    ].map((name) => ({
      title: `${name} on ${protocol}`,
      protocol,
      transcripts: { [protocol === '0.33.0' ? `newer-${name}` : name]: {} },
    })),
  ),
];

/** The file that the recording looks for and finds gone. */
function lostFile({ events }: Recording): string {
  const missing = events.find((event) => event.kind === 'http-response' && event.status === 404);
  const request = events.find(
    (event) => event.kind === 'http-request' && missing?.kind === 'http-response' && event.id === missing.id,
  );
  if (request?.kind !== 'http-request') throw new Error('the recording misses no file');
  return new URL(request.path, 'http://host.invalid').searchParams.get('filename') ?? '';
}

test('replays every recording that is there', () => {
  // Its server is killed in the middle: `faults.alone.slow.services.test.ts` covers that.
  const leftOut = ['server-sigkill-mid-run'];
  const replayed = sessions.flatMap(({ transcripts }) => Object.keys(transcripts));
  expect([...replayed, ...leftOut].toSorted()).toEqual(listRecordings().toSorted());
});

describe('a client cannot tell the preview backend from the recordings', () => {
  test.for(sessions)('$title', async (session) => {
    const recordedWith = ['--protocol', session.protocol, '--preview-method', 'latent2rgb'];
    const flags = [...recordedWith, '--models', recordedModels, ...(session.flags ?? [])];
    if (session.secondsPerStep) flags.push('--seconds-per-step', String(session.secondsPerStep));
    if (session.checkpointLoadSeconds) {
      flags.push('--checkpoint-load-seconds', String(session.checkpointLoadSeconds));
    }
    await using backend = await startPreviewBackend({ flags });
    const bindings = createBindings();
    for (const [name, options] of Object.entries(session.transcripts)) {
      const transcript = readRecording(name);
      const onNote = async (text: string): Promise<void> => {
        if (name.endsWith('client-id-object')) await backend.ended;
        if (text !== 'file removed on the server') return;
        const lost = bindings.substitute(lostFile(transcript));
        await rm(join(backend.dataDirectory, 'output', lost));
      };
      const faults = await replayTranscript(backend.url, transcript, bindings, {
        ...options,
        onNote,
      });
      expect(faults, name).toEqual([]);
    }
  });
});
