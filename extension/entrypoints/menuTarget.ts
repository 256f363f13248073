import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { rememberMenuTarget } from '../features/page/pictures/menuTarget.ts';

/** Runs in pages of allowed sites while the menu is shown everywhere. */
export default defineUnlistedScript(rememberMenuTarget);
