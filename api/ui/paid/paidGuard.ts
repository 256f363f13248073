/** What a press has made, once that is answered. */
export interface Made {
  /** Takes it back. Absent: nothing can. */
  undo?(): Promise<unknown>;
}

/** A press that costs credits. */
export interface PaidPress {
  /** Presses are equal whose operation and values are the same. */
  operation: string;
  values: unknown;
  /** What it costs, for the question. Undefined: nobody knows. */
  findCost(): Promise<number | undefined>;
  /** Sends it at once. Undefined: nothing was made. */
  make(): Promise<Made | undefined>;
}

/** Equal presses that were made one after the other. */
export interface PressRun {
  count: number;
  /** Takes the last one back. */
  undo(): Promise<void>;
  undoAll(): Promise<void>;
}

interface PaidGuardDeps {
  /** In milliseconds. */
  now(): number;
  /** Whether the person wants it again. */
  ask(press: PaidPress): Promise<boolean>;
  tell(run: PressRun): void;
}

/** An equal press so soon is a slip of the hand more often than a wish. */
export const equalPressMs = 1_000;
/** Longer ago than this, an equal press begins a run of its own. */
const runMs = 10_000;

interface Pressed {
  at: number;
  sending: number;
  isAsked: boolean;
  run: Promise<Made | undefined>[];
}

/**
 * What costs is a meant act. An equal press within a second of the last one, or while that one is being sent, waits for
 * a yes; while the question stands, further presses are none.
 * @returns the one way to pay. It resolves to whether anything was made, and throws what the sending threw.
 */
export function createPaidGuard({ now, ask, tell }: PaidGuardDeps): (press: PaidPress) => Promise<boolean> {
  const known = new Map<string, Pressed>();

  const forgetOld = (at: number): void => {
    for (const [key, { at: before, sending, isAsked }] of known)
      if (sending === 0 && !isAsked && at - before >= runMs) known.delete(key);
  };

  const take = async (made: (Promise<Made | undefined> | undefined)[]): Promise<void> => {
    await Promise.all(made.map(async (one) => (await one?.catch(() => undefined))?.undo?.()));
  };

  const tellOf = ({ run }: Pressed): void => {
    if (run.length < 2) return;
    tell({
      count: run.length,
      undo: () => take([run.pop()]),
      undoAll: () => take(run.splice(0)),
    });
  };

  const make = async (key: string, pressed: Pressed, press: PaidPress): Promise<boolean> => {
    pressed.sending += 1;
    const sent = press.make();
    pressed.run.push(sent);
    tellOf(pressed);
    let made: Made | undefined;
    try {
      made = await sent;
    } finally {
      pressed.sending -= 1;
      if (!made) {
        pressed.run = pressed.run.filter((one) => one !== sent);
        // Nothing was made, so the next one makes nothing again.
        if (pressed.sending === 0 && pressed.run.length === 0) known.delete(key);
      }
    }
    return made !== undefined;
  };

  return async (press) => {
    const at = now();
    forgetOld(at);
    const key = JSON.stringify([press.operation, press.values]);
    const pressed = known.get(key) ?? { at: Number.NEGATIVE_INFINITY, sending: 0, isAsked: false, run: [] };
    known.set(key, pressed);
    const isSlip = at - pressed.at < equalPressMs || pressed.sending > 0;
    pressed.at = at;
    if (pressed.isAsked) return false;
    if (isSlip) {
      pressed.isAsked = true;
      try {
        if (!(await ask(press))) return false;
      } finally {
        pressed.isAsked = false;
      }
      pressed.at = now();
    }
    return make(key, pressed, press);
  };
}
