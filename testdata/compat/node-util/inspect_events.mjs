// Events of every class are shown alike.
import { inspect } from "node:util";
class My extends Event {
  constructor() {
    super("my", { cancelable: true });
    this.x = 1;
  }
}
class Mine extends CustomEvent {}
for (const e of [new Event("e"), new My(), new CustomEvent("c", { detail: { a: 1 } }), new Mine("m"), new MessageEvent("message", { data: 1 })]) {
  // What is 40 wide is broken however long the time is.
  for (const options of [{ breakLength: 40 }, { depth: 0 }, { compact: false }]) console.log(inspect([e], options).replace(/timeStamp: [\d.]+/, "timeStamp: 0"));
}
