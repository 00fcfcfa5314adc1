(() => {
  const t = 'The quick brown fox jumps over the lazy dog 12345. '.repeat(600);
  let n = 0;
  for (const m of t.matchAll(/([a-z]+)\s(?:\w+)\s+(\d+)?/g)) n += m[0].length;
  return n + t.replace(/[aeiou]/g, '**').length;
})()
