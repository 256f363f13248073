import type { Command, CommandOnOthers } from './command.ts';

/** Every command there is, one line each, in the order of /help. What is not listed is not registered. */
const files: readonly Promise<{ command: Command | CommandOnOthers }>[] = [
  import('./create/imagine.ts'),
  import('./create/grid.ts'),
  import('./create/img2img.ts'),
  import('./create/inpaint.ts'),
  import('./create/outpaint.ts'),
  import('./create/upscale.ts'),
  import('./create/pose.ts'),
  import('./create/video.ts'),
  import('./create/run.ts'),
  import('./create/describe.ts'),
  import('./create/expand.ts'),
  import('./create/party.ts'),
  import('./create/rate.ts'),
  import('./task.ts'),
  import('./history.ts'),
  import('./queue.ts'),
  import('./account/balance.ts'),
  import('./account/daily.ts'),
  import('./account/gift.ts'),
  import('./account/buy.ts'),
  import('./account/share.ts'),
  import('./account/link.ts'),
  import('./account/unlink.ts'),
  import('./create/models.ts'),
  import('./account/preferences.ts'),
  import('./settings/settings.ts'),
  import('./moderate.ts'),
  import('./admin.ts'),
  import('./help.ts'),
  import('./menus/upscaleMenu.ts'),
  import('./menus/img2imgMenu.ts'),
  import('./menus/inpaintMenu.ts'),
  import('./menus/animateMenu.ts'),
  import('./menus/imageInfo.ts'),
  import('./menus/giftMenu.ts'),
];

const listed = (await Promise.all(files)).map(({ command }) => command);
const others = listed.filter((command) => typeof command !== 'function');

export const commands: readonly Command[] = listed.map((command) =>
  typeof command === 'function' ? command(others, () => commands) : command,
);
