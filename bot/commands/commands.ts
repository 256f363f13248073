import { link } from './account/link.ts';
import { preferences } from './account/preferences.ts';
import type { Command } from './command.ts';
import { imagine } from './create/imagine.ts';
import { img2img } from './create/img2img.ts';
import { inpaint } from './create/inpaint.ts';
import { models } from './create/models.ts';
import { outpaint } from './create/outpaint.ts';
import { pose } from './create/pose.ts';
import { run } from './create/run.ts';
import { upscale } from './create/upscale.ts';
import { video } from './create/video.ts';
import { balance } from './credits/balance.ts';
import { daily } from './credits/daily.ts';
import { gift } from './credits/gift.ts';
import { share } from './credits/share.ts';
import { createHelp } from './help.ts';
import { animateMenu } from './menus/animateMenu.ts';
import { giftMenu } from './menus/giftMenu.ts';
import { imageInfo } from './menus/imageInfo.ts';
import { img2imgMenu } from './menus/img2imgMenu.ts';
import { inpaintMenu } from './menus/inpaintMenu.ts';
import { upscaleMenu } from './menus/upscaleMenu.ts';
import { admin } from './moderation/admin.ts';
import { moderate } from './moderation/moderate.ts';
import { settings } from './settings/settings.ts';
import { history } from './tasks/history.ts';
import { queue } from './tasks/queue.ts';
import { task } from './tasks/task.ts';

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
