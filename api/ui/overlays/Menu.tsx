import { pressPart } from '../pressPart.tsx';
import type { MenuProps } from './menuTypes.ts';

/** Choices behind a button. */
export const Menu = pressPart<MenuProps>(
  async () => (await import('./MenuMachine.tsx')).MenuMachine,
  ({ trigger, attributes }) => <>{trigger({ ...attributes, type: 'button', 'aria-haspopup': 'menu' })}</>,
);
