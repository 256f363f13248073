import type { SampleRecipe } from '../nodes/values.ts';
import type { LabelText } from './label/label.ts';

/** What a placeholder says of itself: that it is one, and what was asked for. */
export function labelOf(recipe: SampleRecipe): LabelText {
  const details = [
    `seed ${recipe.seed}`,
    `${recipe.steps} steps`,
    `cfg ${recipe.cfg}`,
    `${recipe.width}×${recipe.height}`,
    ...(recipe.denoise < 1 ? [`denoise ${recipe.denoise.toFixed(2)}`] : []),
    ...(recipe.batchIndex > 0 ? [`picture ${recipe.batchIndex + 1}`] : []),
    ...(recipe.frame ? [`${recipe.frame.count} frames`] : []),
    ...(recipe.references ? [`references ${recipe.references.length}`] : []),
  ];
  const prompt = recipe.prompt.replaceAll(/\s+/g, ' ').trim();
  const isMoving = recipe.frame !== null && recipe.initPicture !== undefined;
  return {
    titles: ['preview backend – no diffusion model', 'preview backend', 'preview', 'demo'],
    lines: [
      ...(prompt === '' ? [] : [prompt]),
      // As many lines as the still below may have, so that this label covers that one.
      ...(isMoving ? [motionLine(recipe)] : []),
      details.join(' · '),
      [recipe.model, ...recipe.loras.map(({ name }) => name)].join(' + '),
    ],
    isOpaque: recipe.initPicture !== undefined || recipe.references !== undefined,
  };
}

function motionLine({ motion }: SampleRecipe): string {
  return ['a picture set in motion', ...(motion === undefined ? [] : [`motion ${motion}`])].join(' · ');
}
