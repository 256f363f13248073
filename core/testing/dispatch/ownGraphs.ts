import type { OwnGraphParams } from '@star-graph/workflows/graph/ownGraphParams';
import { Slot } from '../../ground/db/models/backend.ts';
import { Task } from '../../ground/db/models/task.ts';
import { checkLedger } from '../../money/credits/ledgerCheck.ts';
import { findBalance, listTransfers } from '../../money/credits/statement.ts';
import { chargedOf } from '../../work/tasks/charge.ts';
import type { DispatchSetup } from './dispatchSetup.ts';
import type { OwnedAttempt } from './ownedAttempt.ts';

/** A graph that draws, each time another picture. */
export const ownGraphOf = (
  terms: Pick<OwnGraphParams, 'mostSeconds' | 'creditsPerSecond'>,
): OwnGraphParams => ({
  prompt: 'a lighthouse',
  graph: {
    '4': {
      class_type: 'CheckpointLoaderSimple',
      inputs: { ckpt_name: 'v1-5-pruned-emaonly-fp16.safetensors' },
    },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
    '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a lighthouse', clip: ['4', 1] } },
    '3': {
      class_type: 'KSampler',
      inputs: {
        seed: Math.floor(Math.random() * 1e9),
        steps: 2,
        cfg: 7,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: 1,
        latent_image: ['5', 0],
        model: ['4', 0],
        positive: ['6', 0],
        negative: ['6', 0],
      },
    },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'own', images: ['8', 0] } },
  },
  ...terms,
});

/** How a graph stands, and what became of its person's credits. @param owned what they had before */
export async function readGraphEnd(
  { database, userId, listAttempts }: DispatchSetup,
  { task }: OwnedAttempt,
  owned: number,
) {
  const row = await Task.query(database).findById(task.id).throwIfNotFound();
  const moved = await listTransfers(database, userId, { limit: 100 });
  const balance = await findBalance(database, userId);
  return {
    status: row.status,
    code: row.error?.code,
    charged: chargedOf(row),
    attempts: (await listAttempts(task.id)).length,
    settled: moved.filter(({ taskId, kind }) => taskId === task.id && kind !== 'hold').length,
    paid: owned - balance.available - balance.held,
    slots: await Slot.query(database).resultSize(),
    isSound: (await checkLedger(database)).ok,
  };
}
