import { balance, daily, gift, link } from './account.ts';
import type { Command } from './command.ts';
import { createHelp } from './help.ts';
import { imagine } from './imagine.ts';
import { img2img, pose, upscale } from './pictures.ts';
import { history, models, queue, task } from './tasks.ts';
import { video } from './video.ts';

const help = createHelp(() => commands);

/** Every command there is; what is not listed is not registered. */
export const commands: readonly Command[] = [
  imagine,
  img2img,
  upscale,
  pose,
  video,
  task,
  history,
  queue,
  balance,
  daily,
  gift,
  link,
  models,
  help,
];
