// A Response as Node prints it, and the parameters of null.
const response = new Response("text", { headers: { a: "b" }, status: 201, statusText: "Made" });
console.log(response);
console.log({ response }, [[response]], [[[[response]]]]);
console.log(await response.clone().text(), response.bodyUsed);
console.log(new Response(null), Response.error());
console.log(await response.text());
console.log(JSON.stringify(`${new URLSearchParams(null)}`), `${new URLSearchParams("null")}`);
