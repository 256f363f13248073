import { existsSync } from 'node:fs';

/** Where Debian's package puts it; the test runner installs what is missing. */
export const chromiumPath = '/usr/bin/chromium';

export const firefoxPath = '/usr/bin/firefox-esr';

export const hasChromium = existsSync(chromiumPath);
export const hasFirefox = existsSync(firefoxPath);
/** A screen, a window manager and a hand for the pointer. */
export const hasDesktop = ['Xvfb', 'openbox', 'xdotool'].every((name) => existsSync(`/usr/bin/${name}`));
