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
