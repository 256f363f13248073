import { createStore } from '@zag-js/toast';

/** What waits to be shown by the Toaster, which may come later than the first of them. */
export const toastStore = createStore({
  placement: 'bottom',
  max: 4,
  gap: 8,
  overlap: false,
  removeDelay: 0,
});
