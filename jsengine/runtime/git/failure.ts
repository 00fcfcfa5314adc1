/** Failure ends a command with a message on standard error. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly status = 128,
    /** What stands before the message, if anything. */
    readonly prefix: "fatal: " | "error: " | "" = "fatal: ",
  ) {
    super(message);
  }
}

/** fail ends the command as git's die does: status 128. */
export function fail(message: string): never {
  throw new Failure(message);
}

/** refuse ends the command as an error of use or of state does: status 1. */
export function refuse(message: string): never {
  throw new Failure(message, 1, "error: ");
}
