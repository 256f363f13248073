import { admin } from './admin.ts';
import { balance } from './balance.ts';
import type { Command } from './command.ts';
import { daily } from './daily.ts';
import { gift } from './gift.ts';
import { createHelp } from './help.ts';
import { history } from './history.ts';
import { imagine } from './imagine.ts';
import { img2img } from './img2img.ts';
import { inpaint } from './inpaint.ts';
import { link } from './link.ts';
import { animateMenu } from './menus/animateMenu.ts';
import { giftMenu } from './menus/giftMenu.ts';
import { imageInfo } from './menus/imageInfo.ts';
import { img2imgMenu } from './menus/img2imgMenu.ts';
import { inpaintMenu } from './menus/inpaintMenu.ts';
import { upscaleMenu } from './menus/upscaleMenu.ts';
import { models } from './models.ts';
import { moderate } from './moderate.ts';
import { outpaint } from './outpaint.ts';
import { pose } from './pose.ts';
import { preferences } from './preferences.ts';
import { queue } from './queue.ts';
import { run } from './run.ts';
import { settings } from './settings/settings.ts';
import { share } from './share.ts';
import { task } from './task.ts';
import { upscale } from './upscale.ts';
import { video } from './video.ts';

const help = createHelp(() => commands);

/** Every command there is; what is not listed is not registered. */
export const commands: readonly Command[] = [
  imagine,
  img2img,
  inpaint,
  outpaint,
  upscale,
  pose,
  video,
  run,
  task,
  history,
  queue,
  balance,
  daily,
  gift,
  share,
  link,
  models,
  preferences,
  settings,
  moderate,
  admin,
  help,
  upscaleMenu,
  img2imgMenu,
  inpaintMenu,
  animateMenu,
  imageInfo,
  giftMenu,
];
