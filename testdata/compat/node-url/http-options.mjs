import { urlToHttpOptions } from "node:url";

console.log(urlToHttpOptions(new URL("http://u:p@[::1]:8080/p?q#h")));
console.log(urlToHttpOptions({ hostname: "x", port: "5", toString: 1 }));
