import mysql from 'mysql2';

interface Command {
  addCommand(this: { stream: { destroy(): void } }, command: unknown): unknown;
}

export interface Killer {
  /** How many connections it has ended. */
  readonly killed: number;
  /** Ends no more. */
  stop(): void;
}

/**
 * From now on ends connections of this process to the database at random commands: half of them before the command is
 * sent, half once it is on its way, so that its answer is lost and nobody knows whether it took effect.
 * @param share of the commands
 */
export function killConnections(random: () => number, share: number): Killer {
  const prototype = mysql.Connection.prototype as unknown as Command;
  const original = prototype.addCommand;
  let killed = 0;
  prototype.addCommand = function addCommand(command) {
    const isKilled = random() < share;
    const isSent = random() < 0.5;
    if (!isKilled) return original.call(this, command);
    killed += 1;
    if (!isSent) this.stream.destroy();
    const result = original.call(this, command);
    if (isSent) setImmediate(() => this.stream.destroy());
    return result;
  };
  return {
    get killed() {
      return killed;
    },
    stop() {
      // It was inherited before.
      delete (prototype as Partial<Command>).addCommand;
    },
  };
}
