import { createHash } from 'node:crypto';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import type { ModelSitesStandIn } from '@star-graph/core/testing/services/modelSites';

export const publishedWeights = Buffer.alloc(300_000, 'weights');
const sha = 'b'.repeat(40);

/** Puts a gated LoRA with a sample up. @returns the request that reads its page. */
export async function publishModel(sites: ModelSitesStandIn): Promise<{ url: string }> {
  const name = 'painters/Ink-Wash';
  const at = `/${name}/resolve/${sha}`;
  sites.files.set(`${at}/ink_wash.safetensors`, { content: publishedWeights, isGated: true });
  sites.files.set(`${at}/fox.png`, { content: await createTwoColours().png().toBuffer(), isSmall: true });
  const lfs = { sha256: createHash('sha256').update(publishedWeights).digest('hex') };
  sites.repositories.set(name, {
    id: name,
    sha,
    gated: 'auto',
    tags: ['lora'],
    cardData: {
      license: 'apache-2.0',
      base_model: 'stabilityai/stable-diffusion-xl-base-1.0',
      instance_prompt: 'ink wash',
      widget: [{ output: { url: 'fox.png' } }],
    },
    siblings: [
      { rfilename: 'ink_wash.safetensors', size: publishedWeights.length, lfs },
      { rfilename: 'fox.png' },
    ],
  });
  return { url: `https://huggingface.co/${name}` };
}
