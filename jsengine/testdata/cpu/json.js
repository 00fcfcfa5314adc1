(() => {
  const v = [];
  for (let i = 0; i < 300; i++) v.push({ id: i, name: 'item ' + i, tags: ['a', 'b', 'c'], on: true, x: i / 3 });
  let n = 0;
  for (let i = 0; i < 6; i++) {
    const text = JSON.stringify(v);
    n += text.length + JSON.parse(text).length;
  }
  return n;
})()
