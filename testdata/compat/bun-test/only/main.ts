// run: bun test
import "./none";
