import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { rememberMenuTarget } from '../features/page/pictures/menuTarget.ts';

/** Stands in the pages of allowed sites while the menu is shown everywhere. */
export default defineUnlistedScript(rememberMenuTarget);
