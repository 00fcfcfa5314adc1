// What structuredClone refuses, by name: Node 20 makes a plain object of each, and Bun names none.
const objects = [new Request("http://localhost/"), new Response(), new Headers(), new FormData(), new URL("http://localhost/"), new URLSearchParams()];
for (const o of objects) {
  try {
    structuredClone({ o });
    console.log("cloned", o.constructor.name);
  } catch (e) {
    console.log(e.name, e.code, e.message);
  }
}
