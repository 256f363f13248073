import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { traitsOf } from '@star-graph/workflows/models/modelFamilies';
import { expect, test } from 'vitest';

/** Tensors by name, as such files have them; the weights are left out. */
const headers: Record<string, object> = {
  'checkpoints/photo.safetensors': tensors(['conditioner.embedders.1.model.ln_final.weight']),
  'checkpoints/old.safetensors': tensors(
    ['model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight'],
    [320, 768],
  ),
  'loras/mine.safetensors': tensors(['lora_unet_double_blocks_0_img_attn_proj.lora_down.weight']),
  'loras/unet.safetensors': tensors(
    ['unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight'],
    [8, 2048],
  ),
  'loras/sub/said.safetensors': { __metadata__: { ss_base_model_version: 'sd_v1' }, ...tensors(['a']) },
  'diffusion_models/film.safetensors': tensors(['blocks.0.cross_attn.k.weight', 'head.modulation']),
  'diffusion_models/quiet.safetensors': tensors(['patchify_proj.weight']),
  'diffusion_models/z.safetensors': tensors(['cap_pad_token']),
  'diffusion_models/q.safetensors': tensors(['txt_norm.weight']),
  'diffusion_models/strange.safetensors': tensors(['model.layers.29.self_attn.q_proj.weight']),
};

function tensors(names: readonly string[], shape: readonly number[] = [4, 4]): object {
  return Object.fromEntries(names.map((name) => [name, { dtype: 'F16', shape, data_offsets: [0, 0] }]));
}

const ask = `
import json, sys
sys.path.insert(0, sys.argv[1])
import star_graph_gpu as agent
folders = {name: {'path': f'{sys.argv[2]}/{name}'} for name in agent.TOLD_FOLDERS}
print(json.dumps(agent.tell_architectures(folders, {})))
`;

test('an agent tells the family of a file by its header, and nothing of one that is strange or damaged', async () => {
  const root = mkdtempSync(join(tmpdir(), 'star-graph-headers-'));
  for (const folder of ['checkpoints', 'diffusion_models', 'loras/sub'])
    mkdirSync(join(root, folder), { recursive: true });
  for (const [name, header] of Object.entries(headers)) {
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(join(root, name), Buffer.concat([length, json]));
  }
  const vast = Buffer.alloc(16);
  vast.writeBigUInt64LE(2n ** 60n);
  writeFileSync(join(root, 'loras/vast.safetensors'), vast);
  writeFileSync(join(root, 'loras/short.safetensors'), 'x');
  const { stdout } = await promisify(execFile)('python3', ['-c', ask, import.meta.dirname, root]);
  rmSync(root, { recursive: true });
  const told: Record<string, string> = JSON.parse(stdout);
  const families = Object.entries(told).map(([name, architecture]) => [
    name,
    traitsOf('x.safetensors', { architecture }).family,
  ]);
  expect(Object.fromEntries(families)).toEqual({
    'checkpoints/photo.safetensors': 'sdxl',
    'checkpoints/old.safetensors': 'sd15',
    'loras/mine.safetensors': 'flux',
    'loras/unet.safetensors': 'sdxl',
    'loras/sub/said.safetensors': 'sd15',
    'diffusion_models/film.safetensors': 'wan',
    'diffusion_models/quiet.safetensors': 'ltx',
    'diffusion_models/z.safetensors': 'z-image',
    'diffusion_models/q.safetensors': 'qwen-image',
  });
});
