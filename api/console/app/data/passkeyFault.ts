/** The browser made or gave no passkey; `reason` is the name that it has for why. */
export class PasskeyFault extends Error {
  readonly reason: string;
  constructor(reason: string, options: ErrorOptions = {}) {
    super(`The browser gave no passkey: ${reason}.`, options);
    this.reason = reason;
  }
}
