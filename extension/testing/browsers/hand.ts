import type { Marionette } from './marionette.ts';

export const leftButton = 0;
export const rightButton = 2;

export interface Place {
  x: number;
  y: number;
}

/** What a person does with the mouse, and what only the browser itself can tell. */
export interface Hand {
  marionette: Marionette;
  /** The body of a function, with the rights of the page, of the browser inside the page, or of the window around. */
  run<Value>(as: 'page' | 'browser' | 'window', body: string, ...args: unknown[]): Promise<Value>;
  find(selector: string): Promise<Record<string, string>>;
  move(origin: object | 'viewport', at?: Place): Promise<void>;
  enterFrame(): Promise<void>;
  leaveFrame(): Promise<void>;
  press(origin: object | 'viewport', button: number, at?: Place): Promise<void>;
}

export function createHand(marionette: Marionette): Hand {
  const resultOf = (answer: unknown) => (answer as { value: unknown }).value;
  const lookAt = (value: 'content' | 'chrome') => marionette.send('Marionette:SetContext', { value });
  const actAsMouse = async (actions: object[]) => {
    await lookAt('content');
    const mouse = { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions };
    await marionette.send('WebDriver:PerformActions', { actions: [mouse] });
  };
  return {
    marionette,
    async run<Value>(as: 'page' | 'browser' | 'window', script: string, ...args: unknown[]) {
      await lookAt(as === 'window' ? 'chrome' : 'content');
      const order = { script, args, sandbox: as === 'browser' ? 'system' : null };
      return resultOf(await marionette.send('WebDriver:ExecuteScript', order)) as Value;
    },
    async find(selector) {
      await lookAt('content');
      const query = { using: 'css selector', value: selector };
      return resultOf(await marionette.send('WebDriver:FindElement', query)) as Record<string, string>;
    },
    async enterFrame() {
      await lookAt('content');
      const query = { using: 'css selector', value: 'iframe' };
      const element = resultOf(await marionette.send('WebDriver:FindElement', query));
      await marionette.send('WebDriver:SwitchToFrame', { id: element });
    },
    async leaveFrame() {
      await lookAt('content');
      await marionette.send('WebDriver:SwitchToFrame', { id: null });
    },
    move: (origin, { x, y } = { x: 0, y: 0 }) => actAsMouse([{ type: 'pointerMove', origin, x, y }]),
    press: (origin, button, { x, y } = { x: 0, y: 0 }) =>
      actAsMouse([
        { type: 'pointerMove', origin, x, y },
        { type: 'pointerDown', button },
        { type: 'pointerUp', button },
      ]),
  };
}
