/** Lists of what these programs can choose elsewhere, and nobody here. */
export const emptyLists = [
  ...['sd-vae', 'latent-upscale-modes', 'hypernetworks', 'face-restorers', 'prompt-styles', 'script-info'],
  ...['extensions'],
];
/** What is loaded by others, and lists, are always those of the moment. */
export const refreshed = [
  ...['refresh-checkpoints', 'refresh-loras', 'refresh-vae', 'refresh-embeddings'],
  ...['unload-checkpoint', 'reload-checkpoint'],
];
