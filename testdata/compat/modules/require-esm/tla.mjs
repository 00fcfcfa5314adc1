export const t = await Promise.resolve("awaited");
