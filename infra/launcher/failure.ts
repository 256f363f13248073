/**
 * A fault that the person at the terminal can put right. The launcher prints `message` alone, without a stack: it
 * says what is wrong and the way out in one or two sentences.
 */
export class LaunchFailure extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'LaunchFailure';
  }
}

/** In place of a command's work: how it is called, because somebody asked, or after what is wrong with their call. */
export class Usage extends Error {
  readonly isAsked: boolean;

  constructor(usage: string, fault?: string) {
    super(fault === undefined ? usage : `${fault}\n\n${usage}`);
    this.isAsked = fault === undefined;
  }
}
