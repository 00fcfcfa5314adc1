function assert(v, message) { if (v !== true) throw new Test262Error(message); }
