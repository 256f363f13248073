import { balance } from './balance.ts';
import type { Command } from './command.ts';
import { daily } from './daily.ts';
import { gift } from './gift.ts';
import { createHelp } from './help.ts';
import { history } from './history.ts';
import { imagine } from './imagine.ts';
import { img2img } from './img2img.ts';
import { link } from './link.ts';
import { models } from './models.ts';
import { pose } from './pose.ts';
import { queue } from './queue.ts';
import { task } from './task.ts';
import { upscale } from './upscale.ts';
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
