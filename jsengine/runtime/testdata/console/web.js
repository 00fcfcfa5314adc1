console.log(new URL("https://user:pw@example.com:8080/p/a?q=1&r=2#h"));
console.log({ u: new URL("https://example.com/") }, [new URL("data:x")]);
console.log(new URLSearchParams("a=1&b=2&a=3"), new URLSearchParams());
console.log({ p: new URLSearchParams("a=1") });
console.log(new Event("e").type, new AbortController().signal.aborted);
console.log(Object.prototype.toString.call(new URL("http://x")), String(new URL("http://x")));
